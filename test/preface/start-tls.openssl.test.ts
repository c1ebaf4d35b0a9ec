// Connections that go on with TLS in the middle, seen by openssl.
import { describe, expect, it, vi } from 'vitest'
import type { Handler } from '../../src/index.ts'
import { certificate } from '../support/certificate.ts'
import { certificates, hasOpenssl, openssl } from '../support/openssl.ts'
import { create } from '../support/serve.ts'

/** As much of SMTP as `-starttls smtp` needs; answers lines by the way that they have come. */
const mail: Handler = async (_address, reader, writer, connection) => {
  writer.write('220 mail.example ESMTP\r\n')
  for await (const line of reader.lines()) {
    if (line.startsWith('EHLO')) writer.write('250-mail.example\r\n250-SIZE 1000\r\n250 STARTTLS\r\n')
    else if (line === 'STARTTLS') {
      writer.write('220 go on\r\n')
      await connection.startTls({ ...certificate })
    } else writer.writeLine(`by ${connection.tls?.protocol} ${line.toUpperCase()}`)
  }
}

describe.skipIf(!hasOpenssl)('to openssl, which must be installed for this, a server with STARTTLS', () => {
  it.each([
    ['-tls1_2', 'TLSv1.2'],
    ['-tls1_3', 'TLSv1.3'],
  ])('goes on with %s, and resumes sessions', async (option, protocol) => {
    const server = await create(mail)
    const folder = certificates()
    const args = [option, '-starttls', 'smtp', '-servername', 'localhost']
    const told = await openssl(folder, server.listeningOn, [...args, '-sess_out', 'session'])
    expect(told).toContain(`by ${protocol} HELLO\n`)
    expect(told).toContain('Verify return code: 0 (ok)')
    const again = await openssl(folder, server.listeningOn, [...args, '-sess_in', 'session'])
    expect(again).toContain(`by ${protocol} HELLO\n`)
    expect(again).toContain('Reused, TLS')
    await server.waitForConnections((count) => count === 0)
  })

  it('tells its handler of a client with whom it shares no cipher', async () => {
    const errors: unknown[] = []
    const server = await create(mail, { onHandlerError: (_address, error) => void errors.push(error) })
    const args = ['-starttls', 'smtp', '-tls1_2', '-cipher', 'AES128-SHA']
    expect(await openssl(certificates(), server.listeningOn, args)).not.toContain('HELLO\n')
    await server.waitForConnections((count) => count === 0)
    const expected = [{ phase: 'handshake', code: expect.stringMatching(/^ERR_SSL_/) }]
    await vi.waitFor(() => expect(errors).toMatchObject(expected))
  })
})
