// openssl and curl as clients of servers with TLS.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { certificate, stranger } from './certificate.ts'
import { client } from './certificates.ts'
import { temporaryFolder } from './folder.ts'

const isInstalled = (command: string, option: string) => spawnSync(command, [option]).status === 0

export const hasOpenssl = isInstalled('openssl', 'version')
export const hasCurl = isInstalled('curl', '--version')

/** A folder with certificates, in which programs run. */
export function certificates(): string {
  const folder = temporaryFolder()
  for (const [name, { key, cert }] of Object.entries({
    '': certificate,
    'stranger-': stranger,
    'client-': client,
  })) {
    writeFileSync(join(folder, `${name}key.pem`), key)
    writeFileSync(join(folder, `${name}cert.pem`), cert)
  }
  return folder
}

/** What a program says, given this input, until it ends. */
export async function run(
  cwd: string,
  command: string,
  args: readonly string[],
  input = '',
): Promise<string> {
  const child = spawn(command, args, { cwd })
  let told = ''
  for (const output of [child.stdout, child.stderr]) {
    output.setEncoding('utf8').on('data', (text) => {
      told += text
      // It ends its own side when it has the answer.
      if (input !== '' && told.includes(input.toUpperCase())) child.stdin.end()
    })
  }
  child.stdin.on('error', () => {}).write(input)
  if (input === '') child.stdin.end()
  await once(child, 'close')
  return told
}

/** `openssl s_client`, which trusts the certificate of the tests. */
export function openssl(
  folder: string,
  port: number,
  args: readonly string[],
  input = 'hello\n',
): Promise<string> {
  const own = ['s_client', '-connect', `127.0.0.1:${port}`, '-CAfile', 'cert.pem']
  return run(folder, 'openssl', [...own, ...args], input)
}
