// Run beside an installed package, with a folder that has key.pem, cert.pem and other ones of a
// stranger: what the library needs of node:tls is the same on each release of Node.
import { deepStrictEqual, strictEqual } from 'node:assert'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect as connectByTcp } from 'node:net'
import { connect } from 'node:tls'
import { Server } from 'xstate-tcp'

const [folder] = process.argv.slice(2)
const read = (name) => readFileSync(`${folder}/${name}.pem`, 'utf8')
const own = { key: read('key'), cert: read('cert') }
const stranger = { key: read('stranger-key'), cert: read('stranger-cert') }

for (const version of ['TLSv1.2', 'TLSv1.3']) {
  const errors = []
  const served = []
  const server = await Server.create(
    { port: 0, host: '127.0.0.1' },
    async (_address, reader, writer, { tls }) => {
      served.push([tls.protocol, tls.isAuthorized, tls.isSessionReused])
      for await (const line of reader.lines()) writer.writeLine(line.toUpperCase())
    },
    { tls: { ...own, ca: own.cert, requestCert: true, rejectUnauthorized: true } },
  )
  server.on('clientError', ({ code }) => errors.push(code))
  const port = server.listeningOn
  const idle = () => server.waitForConnections((count) => count === 0)

  /** That of the last client. */
  let session
  const talk = async (certificate) => {
    const options = { ca: own.cert, servername: 'localhost', minVersion: version, maxVersion: version }
    const client = connect({ host: '127.0.0.1', port, ...options, ...certificate })
    client.on('error', () => {})
    client.on('session', (given) => {
      session = given
    })
    let text = ''
    client.setEncoding('utf8').on('data', (data) => {
      text += data
    })
    client.end('hello\n')
    await once(client.resume(), 'close').catch(() => {})
    await idle()
    return text
  }
  strictEqual(await talk(own), 'HELLO\n')
  strictEqual(await talk(stranger), '')
  strictEqual(await talk({}), '')

  for (const act of [
    (raw) => raw.end(),
    (raw) => raw.end(Buffer.from('160301', 'hex')),
    (raw) => raw.write('GET / HTTP/1.1\r\n\r\n'),
  ]) {
    const raw = connectByTcp(port, '127.0.0.1').resume()
    raw.on('error', () => {})
    await once(raw, 'connect')
    act(raw)
    await once(raw, 'close')
    await idle()
  }
  deepStrictEqual(served, [[version, true, false]])
  // The rest are OpenSSL's, spelt as the release has it.
  strictEqual(errors[0], 'ERR_TLS_CLIENT_UNAUTHORIZED')
  strictEqual(errors[2], 'ECONNRESET')
  strictEqual(errors.length, 4)

  // A session is resumed as long as its certificate is trusted.
  await talk(own)
  const kept = { ...own, session }
  strictEqual(await talk(kept), 'HELLO\n')
  deepStrictEqual(
    served.map(([, , isReused]) => isReused),
    [false, false, true],
  )
  server.setSecureContext({ ...own, ca: stranger.cert })
  strictEqual(await talk(kept), '')
  strictEqual(errors.at(-1), 'ERR_TLS_CLIENT_UNAUTHORIZED')
  await server.drain()
}
process.stdout.write(`${process.version}: shook hands\n`)
