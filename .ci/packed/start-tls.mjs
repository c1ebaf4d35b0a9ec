// Run beside an installed package, with the folder of tls.mjs: a handler goes on with TLS in the
// same way on each release of Node.
import { deepStrictEqual, match, strictEqual } from 'node:assert'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect as connectByTcp } from 'node:net'
import { connect } from 'node:tls'
import { Server } from 'xstate-tcp'

const [folder] = process.argv.slice(2)
const read = (name) => readFileSync(`${folder}/${name}.pem`, 'utf8')
const own = { key: read('key'), cert: read('cert') }
const stranger = { key: read('stranger-key'), cert: read('stranger-cert') }
const turn = () => new Promise(setImmediate)

for (const version of ['TLSv1.2', 'TLSv1.3']) {
  const outcomes = []
  const lines = []
  const server = await Server.create(
    { port: 0, host: '127.0.0.1' },
    async (_address, reader, writer, connection) => {
      for await (const line of reader.lines()) {
        lines.push(line)
        if (line === 'STARTTLS') {
          writer.writeLine('go')
          const options = { ...own, ca: own.cert, requestCert: true, rejectUnauthorized: true }
          const secured = connection.startTls(options)
          writer.writeLine('early')
          outcomes.push(await secured.catch((error) => error))
        } else writer.writeLine(line.toUpperCase())
      }
    },
  )
  const meet = async (said) => {
    const raw = connectByTcp(server.listeningOn, '127.0.0.1')
    raw.on('error', () => {})
    let text = ''
    const hear = (data) => {
      text += data
    }
    raw.on('data', hear).write(said)
    while (!text.includes('go\n') && !raw.closed) await turn()
    raw.off('data', hear)
    return raw
  }
  const idle = () => server.waitForConnections((count) => count === 0)

  let session
  const talk = async (material) => {
    const raw = await meet('STARTTLS\n')
    const options = { ca: own.cert, servername: 'localhost', minVersion: version, maxVersion: version }
    const client = connect({ socket: raw, ...options, ...material })
    client.on('error', () => {})
    client.on('session', (given) => {
      session = given
    })
    let text = ''
    client.setEncoding('utf8').on('data', (data) => {
      text += data
    })
    client.write('hello\n')
    while (!text.includes('HELLO') && !client.closed) await turn()
    client.end()
    raw.resume()
    if (!raw.closed) await once(raw, 'close')
    await idle()
    return text
  }
  strictEqual(await talk(own), 'early\nHELLO\n')
  strictEqual(await talk({ ...own, session }), 'early\nHELLO\n')
  strictEqual(await talk(stranger), '')
  strictEqual(await talk({}), '')

  for (const [said, act] of [
    ['STARTTLS\nEVIL\n', () => {}],
    ['STARTTLS\n', (raw) => raw.write('EVIL\nEVIL\nEVIL\n')],
    ['STARTTLS\n', (raw) => raw.end()],
    ['STARTTLS\n', (raw) => raw.end(Buffer.from('1603010200', 'hex'))],
    ['STARTTLS\n', (raw) => raw.resetAndDestroy()],
  ]) {
    const raw = await meet(said)
    raw.resume()
    if (!raw.closed) act(raw)
    if (!raw.closed) await once(raw, 'close')
    await idle()
  }
  strictEqual(
    lines.some((line) => line.includes('EVIL')),
    false,
  )
  const [first, second, ...failed] = outcomes
  deepStrictEqual([first.protocol, first.isAuthorized, first.isSessionReused], [version, true, false])
  strictEqual(second.isSessionReused, true)
  const codes = failed.map(({ name, phase, code }) => `${name} ${phase} ${code}`)
  const wrong = 'ClientError handshake'
  strictEqual(codes[0], `${wrong} ERR_TLS_CLIENT_UNAUTHORIZED`)
  match(codes[1], /^ClientError handshake ERR_SSL_/)
  strictEqual(codes[2], `${wrong} ERR_STARTTLS_INJECTION`)
  match(codes[3], /^ClientError handshake ERR_SSL_/)
  deepStrictEqual(codes.slice(4), Array(3).fill(`${wrong} ECONNRESET`))
  await server.drain()
}
process.stdout.write(`${process.version}: went on with TLS\n`)
