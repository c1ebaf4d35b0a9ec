// Short connections in lockstep with the server: the clients act only while it sleeps, or is
// stopped. So the turns of its event loop are the same each time, whatever else the machine does.
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { HOST } from '../work.mjs'

const MESSAGE = 'x'.repeat(8)

/** The state of the main thread of a process, as in proc(5). */
function stateOf(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  return stat[stat.lastIndexOf(')') + 2]
}

const isAsleep = (pid) => stateOf(pid) === 'S'
/** "t" is what it says where a tracer is attached. */
const isStopped = (pid) => /[Tt]/.test(stateOf(pid))

const nobody = new Int32Array(new SharedArrayBuffer(4))
/** In milliseconds: to leave the core to the process that is waited for, where there are few. */
const NAP = 0.05

function waitUntil(condition, pid) {
  while (!condition(pid)) Atomics.wait(nobody, 0, 0, NAP)
}

/** Until it has done all that there was to do. */
export const untilAsleep = (pid) => waitUntil(isAsleep, pid)

async function dial(port) {
  const socket = connect({ port, host: HOST, noDelay: true, allowHalfOpen: true })
  await once(socket, 'connect')
  return socket
}

/** Resolves when the server has answered and said FIN. */
async function ask(socket) {
  let received = 0
  socket.on('data', ({ length }) => {
    received += length
  })
  socket.write(MESSAGE)
  await once(socket, 'end')
  if (received === 0) throw new Error('A client got no answer.')
}

async function leave(socket) {
  socket.end()
  if (!socket.closed) await once(socket, 'close')
}

/** What one client does again and again: each step is one event for the server. */
async function* visits(port, count) {
  for (let visit = 0; visit < count; visit++) {
    const socket = await dial(port)
    yield
    await ask(socket)
    yield
    await leave(socket)
    yield
  }
}

/** So many visits by so many clients, none of whom ever waits: each finds the server asleep. */
export async function visitAlone({ pid, port }, clients, count) {
  const all = Array.from({ length: clients }, () => visits(port, count / clients))
  for (let isDone = false; !isDone; ) {
    for (const client of all) {
      untilAsleep(pid)
      isDone = (await client.next()).done
    }
  }
  untilAsleep(pid)
}

/**
 * So many visits to so many places, by twice as many clients: whenever one leaves, another one
 * waits for its place. A server that is not limited serves them all at once.
 */
export async function visitFull({ pid, port }, places, count) {
  const step = async (act) => {
    untilAsleep(pid)
    return await act()
  }
  const present = []
  const come = async () => void present.push(await step(() => dial(port)))
  while (present.length < 2 * places) await come()
  for (let visit = 0; visit < count; visit++) {
    const socket = present.shift()
    await step(() => ask(socket))
    await step(() => leave(socket))
    await come()
  }
  while (present.length > 0) {
    const socket = present.shift()
    await step(() => ask(socket))
    await step(() => leave(socket))
  }
  untilAsleep(pid)
}

/** What happens at once to a server that is kept from running meanwhile. */
async function whileStopped(pid, act) {
  untilAsleep(pid)
  process.kill(pid, 'SIGSTOP')
  waitUntil(isStopped, pid)
  try {
    return await act()
  } finally {
    process.kill(pid, 'SIGCONT')
  }
}

/** So many visits; the clients come together while the server is stopped, and go together. */
export async function visitInBursts({ pid, port }, clients, count) {
  for (let visit = 0; visit < count; visit += clients) {
    const { sockets, answers } = await whileStopped(pid, async () => {
      const sockets = await Promise.all(Array.from({ length: clients }, () => dial(port)))
      return { sockets, answers: sockets.map(ask) }
    })
    await Promise.all(answers)
    await whileStopped(pid, () => Promise.all(sockets.map(leave)))
  }
  untilAsleep(pid)
}
