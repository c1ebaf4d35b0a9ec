// The option `tls` compared with `tls.createServer`, by the program that other releases of Node run
// as well, with the packed library.
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { certificate, stranger } from '../support/certificate.ts'
import { temporaryFolder } from '../support/folder.ts'
import { packageEntry } from '../support/package.ts'

const PROGRAM = join(import.meta.dirname, '../../.ci/packed/tls-compared.mjs')
const entry = packageEntry()

test('what clients do by TLS comes to the same as with node:tls', { timeout: 60_000 }, async () => {
  const folder = temporaryFolder()
  for (const [name, { key, cert }] of Object.entries({ '': certificate, 'stranger-': stranger })) {
    writeFileSync(join(folder, `${name}key.pem`), key)
    writeFileSync(join(folder, `${name}cert.pem`), cert)
  }
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, folder, entry])
  expect(stdout).toMatch(/: 43 situations come to the same/)
})
