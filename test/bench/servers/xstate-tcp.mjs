// Our server, with the same handlers as the raw one and with those of a reader and a writer.
import { BACKLOG, certificate, HOST, LineCounter, places } from '../work.mjs'

/** The raw server's code, in a promise that says when the handler is done. */
const socketHandlers = {
  answer: (_address, socket) =>
    new Promise((resolve) => {
      // Comes after the end of a client that has said nothing, too.
      socket.on('close', resolve)
      socket.once('data', () => {
        socket.end('x')
        resolve()
      })
    }),
  echo: (_address, socket) =>
    new Promise((resolve) => {
      socket.once('close', resolve)
      socket.on('data', (chunk) => socket.write(chunk))
      socket.once('end', resolve)
    }),
  /** A short message is answered as by `answer`. */
  echoOrAnswer: (_address, socket) =>
    new Promise((resolve) => {
      socket.once('close', resolve)
      socket.on('data', (chunk) => (chunk.length < 16 ? socket.end('x') : socket.write(chunk)))
      socket.once('end', resolve)
    }),
  stay: (_address, socket) =>
    new Promise((resolve) => {
      places.take(socket)
      socket.once('close', resolve)
      socket.once('end', resolve)
      socket.once('data', () => socket.write('x'))
    }),
}

const handlers = {
  async answer(_address, reader, writer) {
    if ((await reader.read()) !== null) writer.write('x')
  },
  async echo(_address, reader, writer) {
    for await (const chunk of reader) if (!writer.write(chunk)) await writer.flushed()
  },
  async stay(_address, reader, writer) {
    places.enter()
    if ((await reader.read()) !== null) writer.write('x')
    await reader.read()
    places.leave()
  },
  async lines(_address, reader, writer) {
    const lines = new LineCounter()
    for await (const line of reader.lines()) lines.add(line)
    writer.write(lines.report())
  },
  async readLine(_address, reader, writer) {
    const lines = new LineCounter()
    for (let line = await reader.readLine(); line !== null; line = await reader.readLine()) lines.add(line)
    writer.write(lines.report())
  },
}

async function startInspector(dist) {
  const { createInspector } = await import(new URL('inspector/index.js', dist).href)
  return createInspector()
}

/** None of them keeps anybody out. */
const rules = {
  allow: ['127.0.0.0/8', '::1'],
  block: Array.from({ length: 1_000 }, (_, index) => `10.${index >> 8}.${index & 255}.0/24`),
  maxAcceptRate: 1_000_000,
  admit: () => true,
}

/**
 * @param {{ dist: string, handler: string, factory: 'createSock' | 'create', inspected?: 'ignored'
 * | 'shown', dropping?: boolean, maxConnections?: number, maxAcceptsPerBatch?: number,
 * pauseStrategy?: string, tls?: boolean, hasProxy?: boolean, protections?: string[] }} work
 */
export async function listen({
  dist,
  handler,
  factory,
  inspected,
  dropping = false,
  maxConnections = 1_000_000,
  maxAcceptsPerBatch,
  pauseStrategy,
  tls = false,
  hasProxy = false,
  protections = [],
}) {
  const { Server, productionDefaults } = await import(dist)
  const inspector = inspected === 'shown' ? await startInspector(dist) : undefined
  const inspect = inspector ? inspector.inspect : inspected && (() => {})
  const chosen = factory === 'create' ? handlers[handler] : socketHandlers[handler]
  const protecting = { deadlines: productionDefaults, rules }
  const server = await Server[factory]({ port: 0, host: HOST }, chosen, {
    backlog: BACKLOG,
    ...Object.assign({}, ...protections.map((name) => protecting[name])),
    maxConnections,
    // All clients of a bench have one address.
    ...(protections.length > 0 && { maxConnectionsPerAddress: maxConnections }),
    onHandlerError: 'ignore',
    // As the raw server has it.
    ...(factory === 'createSock' && { allowHalfOpen: handler.startsWith('lines') }),
    ...(pauseStrategy && { pauseStrategy }),
    ...(maxAcceptsPerBatch && { maxAcceptsPerBatch }),
    ...(inspect && { inspect }),
    ...(tls && { tls: certificate() }),
    ...(hasProxy && { proxyProtocol: { from: [HOST] } }),
  })
  if (dropping) server.setDropIncomingConnections(true)
  return {
    port: server.listeningOn,
    page: inspector?.url,
    async cycle() {
      server.pause()
      await server.resume()
    },
  }
}
