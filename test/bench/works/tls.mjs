// What TLS and the PROXY protocol cost a server: next to a raw one that has them, or to one of ours
// that has not.
import { holdIdle } from '../load/index.mjs'
import { BUSY, interleave, loadServer } from '../measure.mjs'
import { OURS, RAW, withWork } from './servers.mjs'

const CLIENTS = 16
const WITHOUT_END = 1_000_000_000
const ECHO = 16_384
/** Small processes differ by when V8 marks their heap, and by nothing else: see the README. */
const OF_APPLICATION = 200_000
const IDLE = 500
const IDLE_IF_QUICK = 100

const secure = (handler, objects = 0) => withWork({ ...RAW, ...OURS }, { handler, tls: true, objects })

async function churn(server, work, milliseconds, ...args) {
  const result = await loadServer(server, work, CLIENTS, milliseconds, WITHOUT_END, ...args)
  if (result.refused > 0) throw new Error(`${result.refused} of ${result.count} connections got no answer.`)
  return { ...result, microseconds: (1e6 * result.serverCpu) / result.count }
}

const tlsChurn = {
  name: 'tls-churn',
  title: 'Short connections by TLS',
  explanation: `${CLIENTS} clients shake hands by TLS 1.3, send 8 bytes, get one, see the server close, and come again; no session is resumed. Raw is \`tls.Server\`.`,
  figures: [
    {
      key: 'microseconds',
      title: 'CPU per connection, µs',
      compared: 'ratio',
      brief: 'CPU of a short connection by TLS, µs',
    },
    ...BUSY,
  ],
  base: 'raw',
  run: (level) =>
    interleave({
      level,
      servers: secure('answer'),
      sample: (server) => churn(server, 'tls-churn', 2 * level.milliseconds),
    }),
}

const tlsEcho = {
  name: 'tls-echo',
  title: `Echo of ${ECHO.toLocaleString('en-US')} bytes by TLS`,
  explanation: `${CLIENTS} clients send a message, wait for all of it to come back, and send the next, to processes that hold ${OF_APPLICATION.toLocaleString('en-US')} objects. Raw is \`tls.Server\`.`,
  figures: [
    {
      key: 'microseconds',
      title: 'CPU per message, µs',
      digits: 1,
      compared: 'ratio',
      brief: `CPU of an echo of ${ECHO.toLocaleString('en-US')} B by TLS, µs`,
    },
    ...BUSY,
  ],
  base: 'raw',
  run: (level) =>
    interleave({
      level,
      servers: secure('echo', OF_APPLICATION),
      async sample(server) {
        const result = await loadServer(server, 'tls-echo', CLIENTS, level.milliseconds, ECHO)
        return { ...result, microseconds: (1e6 * result.serverCpu) / result.count }
      },
    }),
}

const tlsMemory = {
  name: 'tls-memory',
  title: 'Memory of an idle connection by TLS',
  explanation: `${IDLE} connections that have shaken hands and say nothing, after collections; heap and external memory, without OpenSSL's and the kernel's. Raw is \`tls.Server\`.`,
  figures: [
    {
      key: 'bytes',
      title: 'bytes per connection',
      compared: 'difference',
      brief: 'bytes of an idle connection by TLS',
    },
  ],
  base: 'raw',
  run(level) {
    const count = level.connections(level.isQuick ? IDLE_IF_QUICK : IDLE)
    return interleave({
      level,
      rounds: Math.min(level.rounds, 5),
      servers: secure('answer'),
      warmUp: (server) => churn(server, 'tls-churn', level.milliseconds),
      async sample(server) {
        await server.ask('sockets', 0)
        const before = await server.ask('memory')
        const release = await holdIdle(server.port, count, 'tls-idle')
        await server.ask('sockets', count)
        const during = await server.ask('memory')
        await release()
        await server.ask('sockets', 0)
        return { bytes: (during.heap - before.heap) / count }
      },
    })
  },
}

const proxied = { ...OURS.createSock, hasProxy: true }

const proxyHeader = {
  name: 'proxy-header',
  title: 'The header of a proxy',
  explanation: `${CLIENTS} clients connect, send a header of the PROXY protocol, if any, and 8 bytes in one, get a byte, see the server close, and come again. Compared with \`createSock\` without the option.`,
  figures: [
    {
      key: 'microseconds',
      title: 'CPU per connection, µs',
      digits: 1,
      compared: 'difference',
      brief: 'CPU of a connection whose proxy sends a header, µs more',
    },
    ...BUSY,
  ],
  base: 'createSock',
  run: (level) =>
    interleave({
      level,
      servers: withWork(
        {
          createSock: OURS.createSock,
          'createSock again': OURS.createSock,
          'version 1': proxied,
          'version 2': proxied,
        },
        { handler: 'answer' },
      ),
      sample: (server, title) =>
        churn(server, 'proxy-churn', 2 * level.milliseconds, Number(/^version (\d)/.exec(title)?.[1] ?? 0)),
    }),
}

export const secureWorks = [tlsChurn, tlsEcho, tlsMemory, proxyHeader]
