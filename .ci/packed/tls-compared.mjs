// node tls-compared.mjs FOLDER [LIBRARY]: plays what clients do by TLS with a server of node:tls
// and with one of ours that has the option `tls`, and fails where they do not come to the same. The
// folder has key.pem, cert.pem, and other ones of a stranger. Errors are compared with each other,
// and not with a text, since releases of Node spell them differently.
import { deepStrictEqual, ok } from 'node:assert'
import { constants } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect as connectByTcp } from 'node:net'
import { connect, createSecureContext, createServer } from 'node:tls'

const [folder, library = 'xstate-tcp'] = process.argv.slice(2)
const { Server } = await import(library)
const read = (name) => readFileSync(`${folder}/${name}.pem`, 'utf8')
const own = { key: read('key'), cert: read('cert') }
const stranger = { key: read('stranger-key'), cert: read('stranger-cert') }

const PATIENT = 60_000
const HOST = '127.0.0.1'
const required = { ca: own.cert, requestCert: true, rejectUnauthorized: true }
const TICKETS = { ticketKeys: Buffer.alloc(48, 7), sessionIdContext: 'compared' }

// What clients do.

/** Speaks TLS, and says what it has seen. */
const speak = (options) => async (port, session) => {
  const socket = connect({
    host: HOST,
    port,
    ca: own.cert,
    servername: 'localhost',
    ...options,
    ...(session && { session }),
  })
  const seen = { text: '' }
  let next = session
  socket.setEncoding('utf8').on('data', (text) => {
    seen.text += text
  })
  socket.on('secureConnect', () => {
    const { alpnProtocol, authorized } = socket
    Object.assign(seen, { alpnProtocol, authorized, protocol: socket.getProtocol() })
    seen.cipher = socket.getCipher().name
    seen.isReused = socket.isSessionReused()
    seen.name = socket.getPeerCertificate().subject?.CN
  })
  socket.on('session', (given) => {
    next = given
  })
  socket.on('keylog', () => {
    seen.hasKeys = true
  })
  socket.on('OCSPResponse', (response) => {
    seen.ocsp = response?.toString() ?? 'none'
  })
  // A client that is cut off may notice by RST or FIN: only what OpenSSL says is the server's.
  socket.on('error', ({ code }) => {
    if (/^ERR_|CERT/.test(code)) seen.error ??= code
  })
  await new Promise((resolve) => socket.once('close', resolve))
  return { seen, next }
}

/** The same twice, the second time with the session of the first. */
const comeAgain = (options) => async (port, idle) => {
  const first = await speak(options)(port)
  await idle()
  const second = await speak(options)(port, first.next)
  return { seen: [first.seen, second.seen] }
}

const visit = (options) => (port) => speak(options)(port)

/** Speaks TCP only. */
const act = (does) => async (port) => {
  const raw = connectByTcp(port, HOST).resume()
  raw.on('error', () => {})
  await once(raw, 'connect')
  does(raw)
  await new Promise((resolve) => raw.once('close', resolve))
  return { seen: 'closed' }
}

/** Sends something else than a record when it is secure. */
const sendNonsense = (options) => async (port) => {
  const raw = connectByTcp(port, HOST)
  const socket = connect({ socket: raw, ca: own.cert, servername: 'localhost', ...options }).resume()
  for (const one of [raw, socket]) one.on('error', () => {})
  await once(socket, 'secureConnect')
  await once(socket, 'data')
  raw.write(Buffer.concat([Buffer.from('170303001a', 'hex'), Buffer.alloc(26, 9)]))
  await new Promise((resolve) => raw.once('close', resolve))
  return { seen: 'closed' }
}

// The servers.

/** What a handler sees of its socket. */
function describe(socket) {
  const { authorized, authorizationError, alpnProtocol, servername, secureConnecting } = socket
  return {
    authorized,
    authorizationError: authorizationError && String(authorizationError),
    alpnProtocol,
    servername: servername || undefined,
    secureConnecting,
    protocol: socket.getProtocol(),
    cipher: socket.getCipher().name,
    isReused: socket.isSessionReused(),
    name: socket.getPeerCertificate().subject?.CN,
  }
}

function serve(told, isLong) {
  return (socket) => {
    told.handlers.push(describe(socket))
    socket.on('error', ({ code }) => {
      if (code !== 'ECONNRESET' && code !== 'EPIPE') told.errors.push(code)
      socket.destroy()
    })
    socket.resume()
    if (isLong) socket.write('hello')
    else socket.end('hello')
    return new Promise((resolve) => socket.once('close', resolve))
  }
}

async function startRaw(options, { isLong, time }) {
  const told = { handlers: [], errors: [], failures: [] }
  const server = createServer({ ...own, ...options, handshakeTimeout: time }, serve(told, isLong))
  server.on('tlsClientError', (error, socket) => {
    told.failures.push(String(socket.authorizationError || error.code))
    socket.destroy()
  })
  let open = 0
  let tell = () => {}
  server.on('connection', (socket) => {
    open++
    socket.on('close', () => {
      open--
      tell()
    })
  })
  await once(server.listen(0, HOST), 'listening')
  const idle = async () => {
    while (open > 0) await new Promise((resolve) => (tell = resolve))
  }
  return {
    told,
    port: server.address().port,
    accepted: () => once(server, 'connection'),
    idle,
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}

async function startOurs(options, { isLong, time }) {
  const told = { handlers: [], errors: [], failures: [] }
  const handler = serve(told, isLong)
  const server = await Server.createSock({ port: 0, host: HOST }, (_address, socket) => handler(socket), {
    tls: { ...own, ...options },
    prefaceTimeout: time,
    // As node:tls has it.
    allowHalfOpen: false,
    onHandlerError: 'ignore',
  })
  server.on('clientError', ({ code, cause }) => {
    told.failures.push(code === 'ERR_TLS_CLIENT_UNAUTHORIZED' ? cause.code : code)
  })
  return {
    told,
    port: server.listeningOn,
    accepted: () => server.waitForConnections((count) => count > 0),
    idle: () => server.waitForConnections((count) => count === 0),
    close: () => server.drain(),
  }
}

// The situations.

const HALF_HELLO = Buffer.from('16030101', 'hex')

function situationsOf(version) {
  const only = { minVersion: version, maxVersion: version }
  const other = version === 'TLSv1.2' ? 'TLSv1.3' : 'TLSv1.2'
  const byName = {
    ...stranger,
    SNICallback: (name, callback) => callback(null, name === 'localhost' ? createSecureContext(own) : null),
  }
  const alpn = { ...only, ALPNProtocols: ['one', 'two'] }
  return [
    ['a client', {}, visit(only)],
    ['a name that is known', byName, visit(only)],
    ['a name that is not known', byName, visit({ ...only, servername: 'elsewhere' })],
    ['a protocol that both know', { ALPNProtocols: ['two', 'three'] }, visit(alpn)],
    ['no protocol that both know', { ALPNProtocols: ['three'] }, visit(alpn)],
    ['a protocol that is chosen', { ALPNCallback: ({ protocols }) => protocols[1] }, visit(alpn)],
    ['a protocol that is not chosen', { ALPNCallback: () => undefined }, visit(alpn)],
    ['a good certificate', required, visit({ ...only, ...own })],
    ['a certificate of a stranger', required, visit({ ...only, ...stranger })],
    ['no certificate', required, visit(only)],
    [
      'a certificate of a stranger, whom it lets in',
      { ...required, rejectUnauthorized: false },
      visit({ ...only, ...stranger }),
    ],
    ['a ticket', TICKETS, comeAgain(only)],
    ['a ticket, with a certificate', { ...TICKETS, ...required }, comeAgain({ ...only, ...own })],
    [
      'a session without tickets, which nobody has stored',
      { secureOptions: constants.SSL_OP_NO_TICKET },
      comeAgain(only),
    ],
    ['a client that wants OCSP', {}, visit({ ...only, requestOCSP: true })],
    ['another version', only, visit({ minVersion: other, maxVersion: other })],
    [
      'no cipher that both know',
      { ciphers: 'ECDHE-ECDSA-AES256-GCM-SHA384:TLS_AES_256_GCM_SHA384', ...only },
      visit({ ...only, ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256:TLS_AES_128_GCM_SHA256' }),
    ],
    ['a client that does not trust it', {}, visit({ ...only, ca: stranger.cert })],
    ['nonsense when it is secure', {}, sendNonsense(only), { isLong: true }],
  ]
}

const unsafe = [
  ['HTTP', {}, act((raw) => raw.write('GET / HTTP/1.1\r\n\r\n'))],
  ['nonsense', {}, act((raw) => raw.write(Buffer.alloc(300, 7)))],
  ['half a ClientHello and FIN', {}, act((raw) => raw.end(HALF_HELLO))],
  ['half a ClientHello, and nothing more', {}, act((raw) => raw.write(HALF_HELLO)), { time: 200 }],
  ['nothing', {}, act(() => {}), { time: 200 }],
]

async function play(start, options, client, level) {
  const server = await start(options, level)
  const accepted = server.accepted()
  const { seen } = await client(server.port, server.idle)
  await accepted
  await server.idle()
  await server.close()
  return { seen, ...server.told }
}

let count = 0
async function compare(version, [name, options, client, { isLong = false, time = PATIENT } = {}]) {
  const level = { isLong, time }
  const raw = await play(startRaw, options, client, level)
  const ours = await play(startOurs, options, client, level)
  deepStrictEqual(ours, raw, `${name} (${version})`)
  // Each comes to something: a handler that runs, or a failure.
  ok(raw.handlers.length > 0 || raw.failures.length === 1, `${name} (${version}): ${JSON.stringify(raw)}`)
  count++
}

for (const version of ['TLSv1.2', 'TLSv1.3']) {
  for (const situation of situationsOf(version)) await compare(version, situation)
}
for (const situation of unsafe) await compare('no version', situation)

// Where we differ on purpose.
const leave = await Promise.all(
  [startRaw, startOurs].map((start) =>
    play(
      start,
      {},
      act((raw) => raw.end()),
      { isLong: false, time: PATIENT },
    ),
  ),
)
deepStrictEqual(
  leave.map(({ failures }) => failures.length),
  [1, 0],
  'a check of health that says nothing is told by node:tls, and not by us',
)
for (const name of ['handshakeTimeout', 'pskCallback', 'requestOCSP']) {
  const refused = Server.createSock({ port: 0 }, async () => {}, { tls: { ...own, [name]: () => {} } })
  ok((await refused.catch((error) => error)) instanceof TypeError, `${name} is refused`)
}
process.stdout.write(`${process.version}: ${count} situations come to the same as with node:tls\n`)
