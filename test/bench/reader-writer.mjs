// What reading lines and echoing cost through a Reader and a Writer, as ratios to the same written by hand on a raw socket, in the same run.
// npm run bench:streams [-- megabytes]
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { Server } from '../../dist/src/index.js'

const where = { port: 0, host: '127.0.0.1' }
const ROUNDS = 5
const CLIENTS = 50
const MESSAGES = 100_000
const message = 'm'.repeat(64)

/** Each returns how many lines it has read; the hand-written ones cope with lines that are cut up, and with nothing else. */
const readers = {
  'on data': (socket) =>
    new Promise((resolve) => {
      let count = 0
      let rest = Buffer.alloc(0)
      socket.on('data', (chunk) => {
        const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
        let start = 0
        for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
          if (bytes.toString('utf8', start, end).length > 0) count++
          start = end + 1
        }
        rest = bytes.subarray(start)
      })
      socket.on('end', () => resolve(count))
    }),
  'for await': async (socket) => {
    let count = 0
    let rest = Buffer.alloc(0)
    for await (const chunk of socket) {
      const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
      let start = 0
      for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
        if (bytes.toString('utf8', start, end).length > 0) count++
        start = end + 1
      }
      rest = bytes.subarray(start)
    }
    return count
  },
  'setEncoding and split': (socket) =>
    new Promise((resolve) => {
      let count = 0
      let rest = ''
      socket.setEncoding('utf8').on('data', (chunk) => {
        const lines = (rest + chunk).split('\n')
        rest = lines.pop()
        for (const line of lines) if (line.length > 0) count++
      })
      socket.on('end', () => resolve(count))
    }),
  'lines()': async (reader) => {
    let count = 0
    for await (const line of reader.lines()) if (line.length > 0) count++
    return count
  },
  'readLine()': async (reader) => {
    let count = 0
    for (let line = await reader.readLine(); line !== null; line = await reader.readLine())
      if (line.length > 0) count++
    return count
  },
}

const echoes = {
  'on data and write': () =>
    listenRaw((socket) => socket.on('data', (chunk) => socket.write(chunk)).on('end', () => socket.end())),
  'read() and write()': async () => {
    const server = await Server.create(where, async (_address, reader, writer) => {
      for await (const chunk of reader) if (!writer.write(chunk)) await writer.flushed()
    })
    return server.listeningOn
  },
}

async function listenRaw(serve) {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    socket.on('error', () => {})
    serve(socket)
  })
  server.listen(0, where.host)
  await once(server, 'listening')
  return server.address().port
}

/** Tells how many lines came, and the CPU time from the first connection to the last line. */
async function listenForLines(kind) {
  const count = async (source) => {
    const before = process.cpuUsage()
    const lines = await readers[kind](source)
    const { user, system } = process.cpuUsage(before)
    process.send({ lines, microseconds: user + system })
  }
  if (!kind.endsWith('()')) {
    return listenRaw(async (socket) => {
      await count(socket)
      socket.end()
    })
  }
  return (await Server.create(where, async (_address, reader) => count(reader))).listeningOn
}

async function serve(work, kind) {
  process.on('message', () => {
    const { user, system } = process.cpuUsage()
    process.send({ microseconds: user + system })
  })
  process.send({ port: work === 'lines' ? await listenForLines(kind) : await echoes[kind]() })
}

async function sendLines(port, megabytes) {
  const line = `${'x'.repeat(79)}\n`
  const block = Buffer.from(line.repeat(819))
  const socket = connect(port, where.host).resume()
  for (let sent = 0; sent < megabytes * 1e6; sent += block.length)
    if (!socket.write(block)) await once(socket, 'drain')
  socket.end()
  await once(socket, 'close')
}

/** Sends a message when the one before is back, on each connection. */
async function pingPong(port) {
  let left = MESSAGES
  const one = () =>
    new Promise((resolve) => {
      const socket = connect({ port, host: where.host, noDelay: true })
      let missing = message.length
      socket.write(message)
      socket.on('data', (chunk) => {
        missing -= chunk.length
        if (missing > 0) return
        if (left-- <= 0) return socket.end()
        missing = message.length
        socket.write(message)
      })
      socket.on('close', resolve)
    })
  await Promise.all(Array.from({ length: CLIENTS }, one))
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1]

/** Runs `once` for each kind, one after the other in each round, and tells the median of what it returns. */
async function measure(work, kinds, unit, once_) {
  const running = []
  for (const kind of kinds) {
    const child = fork(fileURLToPath(import.meta.url), ['serve', work, kind])
    const [{ port }] = await once(child, 'message')
    running.push({ kind, child, port, results: [] })
  }
  for (let round = 0; round <= ROUNDS; round++) {
    for (const each of running) {
      const result = await once_(each)
      if (round > 0) each.results.push(result)
    }
  }
  for (const { child } of running) child.kill()
  for (const { kind, results } of running) {
    const ratios = running
      .filter(({ kind }) => !kind.endsWith('()'))
      .map((raw) => `${(median(results) / median(raw.results)).toFixed(2)} × ${raw.kind}`)
    console.log(
      `${work}: ${kind.padEnd(22)} ${median(results).toFixed(0).padStart(7)} ${unit}   ${ratios.join(', ')}`,
    )
  }
}

const [role, ...args] = process.argv.slice(2)
if (role === 'serve') await serve(...args)
else {
  const megabytes = Number(role ?? 1000)
  console.log(`Medians of ${ROUNDS} rounds, Node ${process.version}, ${megabytes} MB of 80-byte lines`)
  await measure('lines', Object.keys(readers), 'ns of CPU per line', async ({ child, port }) => {
    const told = once(child, 'message')
    await sendLines(port, megabytes)
    const [{ lines, microseconds }] = await told
    return (microseconds * 1000) / lines
  })
  await measure('echo', Object.keys(echoes), 'messages per second', async ({ port }) => {
    const start = performance.now()
    await pingPong(port)
    return MESSAGES / ((performance.now() - start) / 1000)
  })
}
