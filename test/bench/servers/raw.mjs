// Raw net.Server, and net.Server with maxConnections: what everything else is compared with.
import { once } from 'node:events'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { createServer as createTlsServer } from 'node:tls'
import { BACKLOG, certificate, HOST, LineCounter, places } from '../work.mjs'

const ignore = () => {}

const answer = (socket) => {
  socket.on('error', ignore)
  socket.once('data', () => socket.end('x'))
}

const answerByPromise = (_address, socket) =>
  new Promise((resolve) => {
    socket.on('close', resolve)
    socket.once('data', () => {
      socket.end('x')
      resolve()
    })
  })

/** Gives a handler what it is given by a server that has such, and waits for it. */
const withHandler = (handler) => (socket) => {
  socket.on('error', ignore)
  const { remoteAddress, remotePort, remoteFamily } = socket
  handler({ address: remoteAddress, port: remotePort, family: remoteFamily }, socket).then(ignore, ignore)
}

const echo = (socket) => {
  socket.on('error', ignore)
  socket.on('data', (chunk) => socket.write(chunk))
}

/** Until the client goes. */
const stay = (socket) => {
  socket.on('error', ignore)
  places.take(socket)
  socket.once('data', () => socket.write('x'))
}

/**
 * Tells the lines of a chunk. Returns the beginning of the next one, to be carried to the next
 * chunk.
 */
function takeLines(rest, chunk, lines) {
  const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
  let start = 0
  for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
    lines.add(bytes.toString('utf8', start, end))
    start = end + 1
  }
  return bytes.subarray(start)
}

const linesByHand = (socket) => {
  const lines = new LineCounter()
  let rest = Buffer.alloc(0)
  socket.on('error', ignore)
  socket.on('data', (chunk) => {
    rest = takeLines(rest, chunk, lines)
  })
  socket.on('end', () => socket.end(lines.report()))
}

const linesForAwait = async (socket) => {
  const lines = new LineCounter()
  let rest = Buffer.alloc(0)
  // The answer comes after the end, where the plain loop over a socket would have destroyed it.
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) rest = takeLines(rest, chunk, lines)
  socket.end(lines.report())
}

const linesSplit = (socket) => {
  const lines = new LineCounter()
  let rest = ''
  socket.on('error', ignore)
  socket.setEncoding('utf8')
  socket.on('data', (text) => {
    const parts = (rest + text).split('\n')
    rest = parts.pop()
    for (const line of parts) lines.add(line)
  })
  socket.on('end', () => socket.end(lines.report()))
}

const linesReadline = async (socket) => {
  const lines = new LineCounter()
  socket.on('error', ignore)
  for await (const line of createInterface({ input: socket, crlfDelay: Infinity })) lines.add(line)
  socket.end(lines.report())
}

const handlers = { answer, echo, stay, linesByHand, linesForAwait, linesSplit, linesReadline }

/**
 * @param {{ handler: string, hasHandler?: boolean, maxConnections?: number, tls?: boolean }} work
 */
export async function listen({ handler, hasHandler = false, maxConnections, tls = false }) {
  const server = (tls ? createTlsServer : createServer)(
    { allowHalfOpen: handler.startsWith('lines'), noDelay: true, ...(tls && certificate()) },
    hasHandler ? withHandler(answerByPromise) : handlers[handler],
  )
  if (maxConnections !== undefined) server.maxConnections = maxConnections
  const open = async (port) => {
    server.listen({ port, host: HOST, backlog: BACKLOG })
    await once(server, 'listening')
    return server.address().port
  }
  const port = await open(0)
  return {
    port,
    /** The nearest that a raw server has to a pause: it closes its socket, and binds it again. */
    async cycle() {
      server.close()
      await once(server, 'close')
      await open(port)
    },
  }
}
