// A server with the option `tls`, seen by openssl and curl.
import { createServer } from 'node:http'
import { createSecureServer } from 'node:http2'
import { describe, expect, it } from 'vitest'
import { handTo } from '../../src/index.ts'
import { certificate } from '../support/certificate.ts'
import { certificates, hasCurl, hasOpenssl, openssl, run } from '../support/openssl.ts'
import { create, serve } from '../support/serve.ts'

describe.skipIf(!hasOpenssl)('to openssl, which must be installed for this, a server with tls', () => {
  const shouting = (tls: object, seen: object[] = []) =>
    create(
      async (_address, reader, writer, connection) => {
        if (connection.tls) seen.push(connection.tls)
        for await (const line of reader.lines()) writer.writeLine(line.toUpperCase())
      },
      { tls: { ...certificate, ...tls } },
    )

  it.each([
    ['-tls1_2', 'TLSv1.2'],
    ['-tls1_3', 'TLSv1.3'],
  ])('speaks %s, is asked for a name, and agrees on a protocol', async (option, protocol) => {
    const seen: object[] = []
    const server = await shouting({ ALPNProtocols: ['echo', 'other'] }, seen)
    const args = [option, '-servername', 'example.org', '-alpn', 'none,other']
    const told = await openssl(certificates(), server.listeningOn, args)
    expect(told).toContain('HELLO\n')
    expect(told).toContain('Verify return code: 0 (ok)')
    expect(told).toContain('ALPN protocol: other')
    expect(seen).toMatchObject([{ protocol, servername: 'example.org', alpnProtocol: 'other' }])
  })

  it.each(['-tls1_2', '-tls1_3'])(
    'resumes a session by %s, after other certificates were set as well',
    async (option) => {
      const folder = certificates()
      const seen: object[] = []
      const server = await shouting({}, seen)
      await openssl(folder, server.listeningOn, [option, '-sess_out', 'session'])
      server.setSecureContext(certificate)
      const told = await openssl(folder, server.listeningOn, [option, '-sess_in', 'session'])
      expect(told).toContain('Reused, TLS')
      expect(seen).toMatchObject([{ isSessionReused: false }, { isSessionReused: true }])
    },
  )

  it.each(['-tls1_2', '-tls1_3'])(
    'lets in who has a certificate of its authority, by %s, and nobody else',
    async (option) => {
      const seen: object[] = []
      const server = await shouting(
        { ca: certificate.cert, requestCert: true, rejectUnauthorized: true },
        seen,
      )
      const codes: string[] = []
      server.on('clientError', ({ code }) => codes.push(code))
      const folder = certificates()
      const known = await openssl(folder, server.listeningOn, [
        option,
        '-key',
        'key.pem',
        '-cert',
        'cert.pem',
      ])
      expect(known).toContain('HELLO\n')
      for (const args of [['-key', 'stranger-key.pem', '-cert', 'stranger-cert.pem'], []]) {
        expect(await openssl(folder, server.listeningOn, [option, ...args])).not.toContain('HELLO\n')
      }
      await server.waitForConnections((count) => count === 0)
      expect(seen).toMatchObject([{ isAuthorized: true }])
      expect(codes).toEqual(['ERR_TLS_CLIENT_UNAUTHORIZED', expect.stringMatching(/^ERR_SSL_/)])
    },
  )

  it('does not negotiate again', async () => {
    const server = await shouting({})
    // A line of `R` asks for it.
    const told = await openssl(certificates(), server.listeningOn, ['-tls1_2'], 'R\n')
    expect(told).toContain('RENEGOTIATING')
    await server.waitForConnections((count) => count === 0)
    expect(server.state).toBe('listening')
  })

  it('refuses a version that it is not to speak', async () => {
    const server = await shouting({ minVersion: 'TLSv1.3' })
    const codes: string[] = []
    server.on('clientError', ({ code }) => codes.push(code))
    await openssl(certificates(), server.listeningOn, ['-tls1_2'])
    await server.waitForConnections((count) => count === 0)
    expect(codes).toEqual(['ERR_SSL_UNSUPPORTED_PROTOCOL'])
  })
})

describe.skipIf(!hasCurl)('to curl, which must be installed for this, a server with tls', () => {
  it.each([
    ['--http1.1', '1.1'],
    ['--http2', '2.0'],
    ['--no-alpn', '1.1'],
  ])('is HTTP/2 and HTTP/1, by %s', async (option, version) => {
    const http = createSecureServer({ allowHTTP1: true }, ({ httpVersion, url }, response) =>
      response.end(`${url} by ${httpVersion}`),
    )
    const server = await serve(handTo(http), { tls: { ...certificate, ALPNProtocols: ['h2', 'http/1.1'] } })
    const port = server.listeningOn
    const where = ['--resolve', `localhost:${port}:127.0.0.1`, `https://localhost:${port}/path`]
    const args = ['--silent', '--show-error', '--cacert', 'cert.pem', option, ...where]
    expect(await run(certificates(), 'curl', args)).toBe(`/path by ${version}`)
    await server.waitForConnections((count) => count === 0)
  })

  it('is HTTPS', async () => {
    const http = createServer((request, response) => response.end(`you asked for ${request.url}`))
    const server = await serve(handTo(http), { tls: certificate })
    const args = ['--silent', '--show-error', '--cacert', 'cert.pem', '--resolve']
    const port = server.listeningOn
    const url = `https://localhost:${port}/path`
    expect(await run(certificates(), 'curl', [...args, `localhost:${port}:127.0.0.1`, url])).toBe(
      'you asked for /path',
    )
  })
})
