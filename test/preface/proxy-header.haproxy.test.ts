// The bytes that haproxy sends, read.
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { connect as connectByTls } from 'node:tls'
import { describe, expect, onTestFinished, test } from 'vitest'
import { deferred } from '../../src/common/deferred.ts'
import { type ProxyHeader, parseProxyHeader } from '../../src/index.ts'
import { certificate } from '../support/certificate.ts'
import { hasHaproxy, NEEDS_HAPROXY, startHaproxy } from '../support/proxies.ts'

/** A server on a unix socket, and the first header that has a line behind it. */
function capture(path: string): { header: Promise<ProxyHeader> } {
  const found = deferred<ProxyHeader>()
  const server = createServer((socket: Socket) => {
    let bytes = Buffer.alloc(0)
    socket
      .on('error', () => {})
      .on('data', (chunk) => {
        bytes = Buffer.concat([bytes, chunk])
        const parsed = parseProxyHeader(bytes)
        if (parsed && bytes.toString('latin1', parsed.length) === 'hello\n') found.resolve(parsed.header)
      })
  })
  server.listen(path)
  onTestFinished(() => void server.close())
  return { header: found.promise }
}

/** What haproxy, told by `how` to send headers, sends of a client, and where that was. */
async function headerOf(how: string, client: 'tcp' | 'tls' | 'unix' = 'tcp') {
  let captured: Promise<ProxyHeader> | undefined
  let unix = ''
  const { ports } = await startHaproxy(({ folder, port, path }) => {
    captured ??= capture(join(folder, 'out.sock')).header
    unix = path('in.sock')
    writeFileSync(join(folder, 'tls.pem'), `${certificate.key}\n${certificate.cert}\n`)
    return `
listen in
  bind 127.0.0.1:${port()}
  bind 127.0.0.1:${port()} ssl crt ${join(folder, 'tls.pem')} alpn h2
  bind unix@${unix}
  unique-id-format id-%ci
  server out unix@${join(folder, 'out.sock')} ${how}
`
  })
  const [plain = 0, byTls = 0] = ports
  const host = '127.0.0.1'
  const options = { host, port: byTls, servername: 'example.org', ALPNProtocols: ['h2'] }
  const socket =
    client === 'tls'
      ? connectByTls({ ...options, rejectUnauthorized: false })
      : client === 'unix'
        ? connect({ path: unix })
        : connect({ host, port: plain })
  onTestFinished(() => void socket.destroy())
  await once(socket, client === 'tls' ? 'secureConnect' : 'connect')
  socket.write('hello\n')
  const port = client === 'tls' ? byTls : plain
  const header = await captured
  const source = { family: 'IPv4', address: host, port: socket.localPort }
  return { header, ends: { source, destination: { family: 'IPv4', address: host, port } } }
}

describe.skipIf(!hasHaproxy)(`what haproxy sends (${NEEDS_HAPROXY})`, () => {
  test('is a line of version 1', async () => {
    const { header, ends } = await headerOf('send-proxy')
    expect(header).toEqual({ version: 1, command: 'proxy', ...ends })
  })

  test('is version 1 without addresses, for a client of a unix socket', async () => {
    const { header } = await headerOf('send-proxy', 'unix')
    expect(header).toEqual({ version: 1, command: 'proxy' })
  })

  test('is version 2', async () => {
    const { header, ends } = await headerOf('send-proxy-v2')
    expect(header).toEqual({ version: 2, command: 'proxy', ...ends })
  })

  test('is version 2 with a checksum and a unique id', async () => {
    const { header, ends } = await headerOf('send-proxy-v2 proxy-v2-options crc32c,unique-id')
    const uniqueId = Uint8Array.from(Buffer.from('id-127.0.0.1'))
    expect(header).toEqual({ version: 2, command: 'proxy', ...ends, uniqueId })
  })

  test('is LOCAL, for a client of a unix socket', async () => {
    const { header } = await headerOf('send-proxy-v2 proxy-v2-options crc32c,unique-id', 'unix')
    expect(header).toEqual({ version: 2, command: 'local' })
  })

  test('tells of TLS', async () => {
    const fields = 'proxy-v2-options crc32c,ssl,cert-cn,ssl-cipher,cert-sig,cert-key,authority,unique-id'
    const { header, ends } = await headerOf(`send-proxy-v2-ssl-cn ${fields}`, 'tls')
    expect(header).toMatchObject({
      version: 2,
      command: 'proxy',
      ...ends,
      authority: 'example.org',
      ssl: { isTls: true, hasCertificate: false, hasSessionCertificate: false, version: 'TLSv1.3' },
    })
    expect(header?.ssl?.verify).toBeUndefined()
    expect(header?.ssl?.cipher).toMatch(/^TLS_/)
  })
})
