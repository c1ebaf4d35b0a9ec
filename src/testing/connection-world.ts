// The world around one connection: its handler, its client, the kernel and the server.
import { type Snapshot, type SnapshotFrom, transition } from 'xstate'
import { type ConnectionEvent, connectionMachine } from '../../machines/index.ts'
import type { ConnectionModelEvent } from './connection-events.ts'
import type { Factory } from './listener-options.ts'

/** The state of the model. Read it through `expectations`. */
export type ConnectionModelSnapshot = Extract<Snapshot<undefined>, { status: 'active' }> & {
  readonly connection: SnapshotFrom<typeof connectionMachine>
  readonly handler: 'unstarted' | 'running' | 'settled' | 'never'
  readonly isSocketOpen: boolean
  readonly hasEnded: boolean
  readonly hasLeft: boolean
  /** What the handler wrote waits in the server's process, or in its kernel. */
  readonly isStalled: boolean
  readonly isLagging: boolean
  readonly hasSent: boolean
  /**
   * What has come of what is awaited before the handler. `none`: nothing is; `unmet`: nobody has
   * connected yet; `over`: all of it has come, or never will.
   */
  readonly preface: 'none' | 'unmet' | 'silent' | 'begun' | 'over'
  /** What is awaited now, and what after it. */
  readonly awaited: readonly ('header' | 'handshake')[]
  /** Whether the handler has called `startTls`, or never will. */
  readonly startTls: 'never' | 'unasked' | 'asked'
  readonly server: 'open' | 'closed' | 'draining' | 'cut'
}

/** What the server of the connection is like. */
export interface ServerKind {
  readonly factory: Factory
  readonly deadline: 'none' | 'idle' | 'age'
  /** Whether it has the option `block`. */
  readonly block: boolean
}

/** The model while something happens in it. */
export class ConnectionWorld {
  readonly #kind: ServerKind
  #snapshot: ConnectionModelSnapshot
  /**
   * What the chart hears when it is done with what it hears now, and in later turns of the event
   * loop.
   */
  readonly #mailbox: ConnectionEvent[] = []
  #isReading = false
  readonly #later: ConnectionEvent[] = []

  constructor(kind: ServerKind, snapshot: ConnectionModelSnapshot) {
    this.#kind = kind
    this.#snapshot = snapshot
  }

  happen(event: ConnectionModelEvent): void {
    switch (event.type) {
      case 'proxy.connects':
      case 'client.connects':
        return this.#await(this.#snapshot.awaited)
      case 'blocked.comes':
        return this.#endPreface({ type: 'client.denied' })
      case 'header.begins':
      case 'handshake.begins':
        return this.#set({ preface: 'begun' })
      case 'header.comes':
      case 'handshake.comes': {
        if (this.#isSecuring) {
          this.#set({ preface: 'over' })
          return this.#tell({ type: 'handshake.done' })
        }
        const [phase, ...rest] = this.#snapshot.awaited
        if (rest.length > 0) return this.#await(rest)
        this.#set({ preface: 'over' })
        this.#tell({ type: phase === 'header' ? 'header.read' : 'handshake.done' })
        return this.happen({ type: 'handler.starts' })
      }
      case 'garbage.comes':
        return this.#endPreface({ type: 'preface.failed', error: undefined })
      case 'preface.passes':
        return this.#endPreface({ type: 'preface.expired', error: undefined })
      case 'handler.starts':
        if (this.#snapshot.handler !== 'unstarted') return
        this.#set({ handler: 'running' })
        return this.#tell({ type: 'handler.started' })
      case 'handler.returns':
        this.#set({ handler: 'settled' })
        return this.#tell({ type: 'handler.settled' })
      case 'handler.throws':
        this.#set({ handler: 'settled' })
        return this.#tell({ type: 'handler.failed', error: undefined })
      case 'handler.gives.up':
        this.#set({ handler: 'settled' })
        return this.#tell({ type: 'handler.interrupted', error: undefined })
      case 'handler.destroys':
        return this.#closeSocket()
      case 'handler.secures': {
        const isAgain = this.#snapshot.startTls === 'asked'
        this.#set({ startTls: 'asked' })
        return this.#tell({ type: isAgain ? 'tls.refused' : 'tls.asked' })
      }
      case 'handler.writes':
        return this.#tell({ type: 'consumer.left' })
      case 'client.ends':
        if (this.#isInPreface) return this.#leaveInPreface()
        this.#set({ hasEnded: true })
        if (this.#isSecuring) return this.#tell({ type: 'preface.failed', error: undefined })
        if (this.#isLingering) this.#end()
        return
      case 'client.sends':
        return this.#set({ hasSent: true })
      case 'client.resets': {
        const { hasEnded, isStalled } = this.#snapshot
        this.#set({ hasLeft: true })
        if (this.#isInPreface) {
          this.#leaveInPreface()
          return this.#closeSocket()
        }
        if (hasEnded && !isStalled) return
        if (this.#isSecuring && !isStalled) this.#tell({ type: 'preface.failed', error: undefined })
        if (this.#kind.factory === 'create') this.#tell({ type: 'peer.left' })
        return this.#closeSocket()
      }
      case 'client.stalls':
        return this.#set({ isStalled: true })
      case 'client.lags':
        return this.#set({ isLagging: true })
      case 'client.reads': {
        const { isStalled } = this.#snapshot
        this.#set({ isStalled: false, isLagging: false })
        if (isStalled && this.#snapshot.connection.matches({ closing: 'flushing' })) {
          this.#tell({ type: 'writer.flushed' })
        }
        if (this.#isSecuring) this.#tell({ type: 'plaintext.flushed' })
        return
      }
      case 'destroy':
        if (this.#isInPreface) return this.#endPreface({ type: 'destroy' })
        return this.#tell({ type: 'destroy' })
      case 'server.closes':
        return this.#close('closed')
      case 'server.drains':
        return this.#close('draining')
      case 'server.cuts':
        this.#close('cut')
        return this.#tell({ type: 'cut' })
      case 'server.closes.all':
        if (this.#snapshot.handler === 'unstarted') this.#set({ handler: 'never' })
        this.#tell({ type: 'cut' })
        return this.#close('cut')
      case 'linger.passes':
        if (this.#snapshot.server === 'draining' && this.#isLingering) this.#tell({ type: 'place.wanted' })
        if (this.#isLingering) this.#tell({ type: 'linger.expired' })
        return
      case 'time.passes':
        // Where nothing waits, the chart does not hear of it.
        if (this.#kind.factory === 'create' && this.#snapshot.isStalled && this.#snapshot.isSocketOpen) {
          this.#tell({ type: 'buffer.too-old', error: undefined })
        }
        if (this.#isIdle) this.#tell({ type: 'deadline.reached', error: undefined })
        return this.#tell({ type: 'flush.expired' })
      case 'age.passes':
        return this.#tell({ type: 'age.reached' })
      case 'grace.passes':
        return this.#tell({ type: 'deadline.reached', error: undefined })
      case 'memory.runs.short':
        return this.#tell({ type: 'buffer.too-large', error: undefined })
      case 'socket.closes':
        return this.#tell({ type: 'socket.closed' })
      case 'at.once':
        for (const one of event.events) this.happen(one)
        return
    }
  }

  comeToRest(): ConnectionModelSnapshot {
    for (let next = this.#later.shift(); next; next = this.#later.shift()) this.#tell(next)
    return this.#snapshot
  }

  /** It is the client's turn, and the server looks. */
  get #isIdle(): boolean {
    const { connection, isStalled, hasSent } = this.#snapshot
    return this.#kind.deadline === 'idle' && connection.hasTag('timed') && !isStalled && !hasSent
  }

  get #isInPreface(): boolean {
    return this.#snapshot.connection.matches('preface')
  }

  get #isSecuring(): boolean {
    return this.#snapshot.connection.matches({ serving: 'securing' })
  }

  #await(awaited: ConnectionModelSnapshot['awaited']): void {
    this.#set({ preface: 'silent', awaited })
    this.#tell({ type: awaited[0] === 'header' ? 'header.awaited' : 'handshake.awaited' })
  }

  #leaveInPreface(): void {
    const hasBegun = this.#snapshot.preface === 'begun'
    this.#endPreface(hasBegun ? { type: 'preface.failed', error: undefined } : { type: 'peer.left' })
  }

  /** The handler never starts, if it runs not already. */
  #endPreface(event: ConnectionEvent): void {
    if (this.#isSecuring) return this.#tell(event)
    this.#set({ preface: 'over', handler: 'never' })
    this.#tell(event)
  }

  get #isLingering(): boolean {
    const { connection, isSocketOpen } = this.#snapshot
    const isLingering =
      connection.matches({ closing: 'lingering' }) || connection.matches({ closing: 'behind' })
    return isSocketOpen && isLingering
  }

  #set(changed: Partial<ConnectionModelSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...changed }
  }

  #close(server: ConnectionModelSnapshot['server']): void {
    const { handler } = this.#snapshot
    this.#set({ server })
    if (handler === 'unstarted') {
      this.#set({ handler: 'never' })
      this.#tell({ type: 'discard' })
    }
    if (server === 'cut' && this.#isLingering) this.#tell({ type: 'place.wanted' })
  }

  #tell(event: ConnectionEvent): void {
    this.#mailbox.push(event)
    if (this.#isReading) return
    this.#isReading = true
    for (let next = this.#mailbox.shift(); next; next = this.#mailbox.shift()) this.#step(next)
    this.#isReading = false
  }

  #step(event: ConnectionEvent): void {
    if (event.type === 'socket.closed') this.#set({ isSocketOpen: false })
    if (this.#snapshot.connection.status !== 'active') return
    const [connection, requests] = transition(connectionMachine, this.#snapshot.connection, event)
    this.#set({ connection })
    if (!this.#snapshot.isSocketOpen) return
    for (const { type } of requests) this.#answer(type)
  }

  #answer(request: string): void {
    const { isStalled, isLagging, hasEnded, hasSent } = this.#snapshot
    if (request === 'flushPlaintext') {
      if (hasSent) this.#tell({ type: 'tls.refused' })
      else if (!isStalled) this.#tell({ type: 'plaintext.flushed' })
    }
    if (request === 'shakeHands' && this.#isSecuring) this.#set({ preface: 'silent' })
    if (request === 'flushWriter') {
      if (this.#isSocketClosing) this.#tell({ type: 'writer.gone' })
      else if (!isStalled) this.#later.push({ type: 'writer.flushed' })
    }
    if (request === 'closeReader' && hasEnded) this.#end()
    if (request === 'askForRest') this.#tell({ type: isLagging ? 'peer.lacks-some' : 'peer.has-all' })
    if (request === 'destroySocket') this.#closeSocket()
  }

  #end(): void {
    this.#later.push({ type: 'peer.ended' })
    this.#closeSocket()
  }

  get #isSocketClosing(): boolean {
    return this.#later.some(({ type }) => type === 'socket.closed')
  }

  #closeSocket(): void {
    if (!this.#isSocketClosing) this.#later.push({ type: 'socket.closed' })
  }
}
