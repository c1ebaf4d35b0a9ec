// The events of a connection's model, and those that it tries in each of its states.
import type { ConnectionModelSnapshot, ServerKind } from './connection-world.ts'

/** An event of a connection that was just accepted. */
export type ConnectionModelEvent =
  /** Where a header of the PROXY protocol is awaited: from a proxy, whose header that is. */
  | { type: 'proxy.connects' }
  /** Where a TLS handshake is awaited, and no header before it. */
  | { type: 'client.connects' }
  /** A part of the header comes. */
  | { type: 'header.begins' }
  /** The header comes, or the rest of it; then the handler starts, or a handshake is awaited. */
  | { type: 'header.comes' }
  /** A header comes that names a client which is in `block`. */
  | { type: 'blocked.comes' }
  /** A part of the client's first message comes. */
  | { type: 'handshake.begins' }
  /** The client shakes hands, or goes on to; then the handler starts. */
  | { type: 'handshake.comes' }
  /** Bytes come with which no header, and no handshake, can go on. */
  | { type: 'garbage.comes' }
  /** It calls `connection.startTls`, and goes on whatever comes of that. Only with `startTls`. */
  | { type: 'handler.secures' }
  /** More time passes than `prefaceTimeout` gives. */
  | { type: 'preface.passes' }
  /** Its turn comes. */
  | { type: 'handler.starts' }
  | { type: 'handler.returns' }
  /** A second time as well, which changes nothing. */
  | { type: 'handler.throws' }
  /**
   * It fails with the reason of `connection.closing`, which is aborted: what waits with that
   * rejects so. A second time as well, which changes nothing.
   */
  | { type: 'handler.gives.up' }
  /** It writes to a connection that is gone. Only with `create`. */
  | { type: 'handler.writes' }
  /** The client sends FIN and goes on receiving. */
  | { type: 'client.ends' }
  /** Not noticed after its FIN, unless something waits to be written: Node reads no more then. */
  | { type: 'client.resets' }
  /** The client sends something that the handler does not read. */
  | { type: 'client.sends' }
  /**
   * The client stops reading, and the handler writes more than the kernel takes: 32 megabytes are
   * enough on loopback.
   */
  | { type: 'client.stalls' }
  /**
   * The client stops reading, and the handler writes a megabyte, which the server's kernel takes
   * and the client's does not.
   */
  | { type: 'client.lags' }
  /** A client that stalls or lags takes everything that there is. */
  | { type: 'client.reads' }
  /** `connection.destroy()` is called. */
  | { type: 'destroy' }
  /** `server.close()` is called. */
  | { type: 'server.closes' }
  /** `server.close({ closeExistingConnections: true })` is called. */
  | { type: 'server.closes.all' }
  /** `server.drain()` is called, and gives more time than will pass. */
  | { type: 'server.drains' }
  /** `server.drain({ timeout: 0 })` is called. */
  | { type: 'server.cuts' }
  /** As much time passes as `lingerTimeout` gives. */
  | { type: 'linger.passes' }
  /**
   * More time passes than `flushTimeout` gives, and with `create`, than `bufferAgeLimit`, which is
   * to be shorter; and than `idleTimeout`, where that is the deadline.
   */
  | { type: 'time.passes' }
  /** Where that is the deadline: the connection becomes as old as `maxConnectionAge` allows. */
  | { type: 'age.passes' }
  /** As much time passes as that gives it then to end. */
  | { type: 'grace.passes' }
  /**
   * All connections together hold more memory than `maxBufferedBytes`, and this one the most. Only
   * with `create`.
   */
  | { type: 'memory.runs.short' }
  /** The handler destroys its socket. Only with `createSock`. */
  | { type: 'handler.destroys' }
  /**
   * The socket is closed before the handler starts, which takes a runtime that closes a destroyed
   * socket within the same turn.
   */
  | { type: 'socket.closes' }
  /** All of these at once, without a turn of the event loop between them. */
  | { type: 'at.once'; events: readonly ConnectionModelEvent[] }

export function eventsIn(
  { factory, deadline, block }: ServerKind,
  snapshot: ConnectionModelSnapshot,
): ConnectionModelEvent[] {
  const {
    connection,
    handler,
    isSocketOpen,
    hasEnded,
    hasLeft,
    isStalled,
    isLagging,
    hasSent,
    server,
    preface,
    awaited,
    startTls,
  } = snapshot
  if (preface === 'unmet') {
    return [{ type: awaited[0] === 'header' ? 'proxy.connects' : 'client.connects' }]
  }
  if (connection.matches('preface')) return inPreface(preface, awaited, block)
  if (handler === 'unstarted') return beforeTheHandler
  if (connection.status !== 'active') return []
  if (startTls !== 'never') return [...aroundStartTls(snapshot), ...ageIn(deadline, snapshot)]
  // What follows is what follows an accept.
  if (preface === 'over') return handler === 'running' ? [{ type: 'handler.returns' }] : []
  const isServing = connection.matches('serving')
  const isClosing = connection.matches('closing')
  const isRunning = handler === 'running'
  const events: ConnectionModelEvent[] = [{ type: 'destroy' }, { type: 'time.passes' }]
  if (isRunning) events.push({ type: 'handler.returns' })
  if (isRunning || isClosing) events.push({ type: 'handler.throws' })
  const isToldToClose = server !== 'open' || connection.matches({ serving: 'retiring' })
  if (isToldToClose && (isRunning || isClosing)) events.push({ type: 'handler.gives.up' })
  // What waits with `create` would be too old before.
  if (!(factory === 'create' && isStalled)) events.push(...ageIn(deadline, snapshot))
  if (isSocketOpen && !hasLeft) {
    events.push({ type: 'client.resets' })
    if (!hasEnded) events.push({ type: 'client.ends' })
    if (!hasSent && !hasEnded) events.push({ type: 'client.sends' })
    if (isStalled || isLagging) events.push({ type: 'client.reads' })
    else if (isRunning && isServing) events.push({ type: 'client.stalls' }, { type: 'client.lags' })
  }
  if (isClosing) events.push({ type: 'linger.passes' })
  if (factory === 'create' && connection.hasTag('cuttable')) events.push({ type: 'memory.runs.short' })
  if (!isSocketOpen && isRunning && factory === 'create') events.push({ type: 'handler.writes' })
  if (isServing && isRunning) {
    events.push(
      atOnce({ type: 'destroy' }, { type: 'handler.returns' }),
      atOnce({ type: 'destroy' }, { type: 'handler.throws' }),
      atOnce({ type: 'server.cuts' }, { type: 'handler.throws' }),
      atOnce({ type: 'server.cuts' }, { type: 'handler.gives.up' }),
    )
    if (factory === 'createSock' && !isStalled) {
      events.push(atOnce({ type: 'handler.destroys' }, { type: 'handler.returns' }))
    }
    if (factory === 'create') events.push(atOnce({ type: 'destroy' }, { type: 'handler.writes' }))
  }
  if (server === 'open') events.push({ type: 'server.closes' }, { type: 'server.drains' })
  if (server === 'open' || server === 'closed') events.push({ type: 'server.cuts' })
  return events
}

function ageIn(
  deadline: ServerKind['deadline'],
  { connection, startTls, isStalled }: ConnectionModelSnapshot,
): ConnectionModelEvent[] {
  if (deadline !== 'age' || (startTls !== 'never' && isStalled)) return []
  if (connection.matches({ serving: 'open' })) return [{ type: 'age.passes' }]
  return connection.matches({ serving: 'retiring' }) ? [{ type: 'grace.passes' }] : []
}

function inPreface(
  preface: ConnectionModelSnapshot['preface'],
  [phase = 'header']: ConnectionModelSnapshot['awaited'],
  block: boolean,
): ConnectionModelEvent[] {
  const events: ConnectionModelEvent[] = [
    { type: `${phase}.comes` },
    { type: 'garbage.comes' },
    { type: 'client.ends' },
    { type: 'client.resets' },
    { type: 'preface.passes' },
    { type: 'destroy' },
    { type: 'server.closes' },
    { type: 'server.closes.all' },
    { type: 'server.drains' },
    { type: 'server.cuts' },
    atOnce({ type: 'destroy' }, { type: 'server.closes' }),
    atOnce({ type: 'destroy' }, { type: 'server.closes.all' }),
  ]
  if (preface === 'silent') events.push({ type: `${phase}.begins` })
  if (preface === 'silent' && phase === 'header' && block) events.push({ type: 'blocked.comes' })
  return events
}

/** The rest is what there is without it. */
function aroundStartTls({
  connection,
  handler,
  preface,
  startTls,
  isStalled,
  hasSent,
}: ConnectionModelSnapshot): ConnectionModelEvent[] {
  if (handler !== 'running') return []
  const events: ConnectionModelEvent[] = [{ type: 'handler.returns' }]
  if (connection.matches('serving')) events.push({ type: 'handler.secures' })
  if (startTls === 'unasked' && connection.matches({ serving: 'open' })) {
    events.push(atOnce({ type: 'destroy' }, { type: 'handler.secures' }))
    if (!isStalled && !hasSent) events.push({ type: 'client.stalls' }, { type: 'client.sends' })
  }
  if (!connection.matches({ serving: 'securing' })) return events
  events.push(
    { type: 'handler.throws' },
    { type: 'memory.runs.short' },
    { type: 'client.resets' },
    { type: 'preface.passes' },
    { type: 'destroy' },
    { type: 'server.closes.all' },
    { type: 'server.cuts' },
  )
  if (isStalled) events.push({ type: 'client.reads' })
  else {
    events.push({ type: 'handshake.comes' }, { type: 'garbage.comes' }, { type: 'client.ends' })
    if (preface === 'silent') events.push({ type: 'handshake.begins' })
  }
  return events
}

/** All in the turn of the accepting: a handler starts at the end of it. */
const beforeTheHandler: ConnectionModelEvent[] = [
  { type: 'handler.starts' },
  { type: 'server.closes' },
  { type: 'server.closes.all' },
  { type: 'server.drains' },
  { type: 'server.cuts' },
  atOnce({ type: 'destroy' }, { type: 'handler.starts' }),
  atOnce({ type: 'destroy' }, { type: 'server.closes' }),
  atOnce({ type: 'destroy' }, { type: 'server.closes.all' }),
  atOnce({ type: 'socket.closes' }, { type: 'handler.starts' }),
  atOnce({ type: 'socket.closes' }, { type: 'server.closes' }),
  atOnce({ type: 'socket.closes' }, { type: 'server.closes.all' }),
]

function atOnce(...events: ConnectionModelEvent[]): ConnectionModelEvent {
  return { type: 'at.once', events }
}
