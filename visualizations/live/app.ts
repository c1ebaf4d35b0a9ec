// The echo server and its view.
import { formatAddress } from '../../src/common/address.ts'
import { dotted } from '../../src/common/state.ts'
import { type Connection, Server } from '../../src/index.ts'
import { createInspector, type Inspector } from '../../src/inspector/index.ts'
import { echo } from './echo.ts'
import { readKeys } from './keys.ts'
import { Screen } from './screen.ts'
import { describe, type Happening, Tally } from './tally.ts'
import { type Shown, type Size, view } from './view.ts'

const HOST = '127.0.0.1'
const LIMIT = 3
const DRAIN_TIMEOUT = 15_000

export class App {
  readonly #server: Server<{ port: number }>
  readonly #inspector: Inspector
  readonly #tally: Tally
  readonly #screen: Screen | undefined
  #stopKeys: (() => void) | undefined
  #message: string | undefined
  #drainBy: number | undefined
  /** Somebody asked for it, by a key or by a signal. */
  #isDrainAsked = false
  #isQuitting = false
  #isOutputLost = false
  readonly #cutOff = new Set<Connection>()
  readonly #note: string | undefined

  /** Listens on `port`, or on a free one if that is taken and another will do. */
  static async start(port: number, { mayUseAnother }: { mayUseAnother: boolean }): Promise<App> {
    let told: (happening?: Happening) => void = () => {}
    const tally = new Tally((happening) => told(happening))
    const inspector = await createInspector({ control: true, showPayloads: true })
    const listen = (port: number) =>
      Server.createSock({ port, host: HOST }, echo, {
        maxConnections: LIMIT,
        onHandlerError: () => {},
        inspect: (event) => {
          tally.inspect(event)
          inspector.inspect(event)
        },
      })
    const server = await listen(port).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE' || !mayUseAnother) throw error
      return listen(0)
    })
    const app = new App(server, tally, inspector, port)
    told = (happening) => app.#changed(happening)
    return app
  }

  private constructor(server: Server<{ port: number }>, tally: Tally, inspector: Inspector, wanted: number) {
    this.#server = server
    this.#inspector = inspector
    this.#tally = tally
    if (wanted !== 0 && wanted !== server.listeningOn) {
      this.#note = `Port ${wanted} is taken, so the server is on ${server.listeningOn}.`
    }
    server.on('drop', () => {
      this.#tally.dropped++
      this.#screen?.changed()
    })
    server.on('error', (error) => this.#tell(error.message))
    const { stdin, stdout } = process
    stdout.on('error', () => this.#loseOutput())
    if (!stdout.isTTY || process.env['TERM'] === 'dumb') {
      if (this.#note) this.#print(this.#note)
      this.#print(`Echo server on ${this.#address}, at most ${LIMIT} connections. Try: ${this.#howToReach}`)
      this.#print(`Inspector: ${inspector.url}`)
      return
    }
    this.#screen = new Screen(stdout, (size) => this.#draw(size))
    this.#screen.enter()
    if (stdin.isTTY) {
      this.#takeKeys()
      process.on('SIGCONT', () => this.#wake())
    }
  }

  /**
   * Ctrl-C, or a signal: drains, and ends the process when that is done; cuts off what is left if
   * it was to drain already.
   */
  interrupt(): void {
    if (this.#isDrainAsked) this.#cut()
    this.#quit()
  }

  #quit(): void {
    this.#isDrainAsked = true
    this.#end()
  }

  #end(): void {
    if (this.#isQuitting) return
    this.#isQuitting = true
    void this.#drain().then(() => this.#leave())
  }

  #cut(): void {
    if (this.#server.numConnections === 0) return
    this.#tell('Cutting off what is left.')
    for (const connection of this.#server.connections) {
      if (connection.state !== 'abandoned') this.#cutOff.add(connection)
      connection.destroy()
    }
  }

  /**
   * Nobody reads what is written: a further write would fail too, and what that failure causes to
   * be written, and so on.
   */
  #loseOutput(): void {
    this.#isOutputLost = true
    this.#screen?.leave()
    this.#end()
  }

  #print(line: string): void {
    if (!this.#isOutputLost) process.stdout.write(`${line}\n`)
  }

  async #drain(): Promise<void> {
    if (this.#drainBy === undefined) {
      this.#drainBy = Date.now() + DRAIN_TIMEOUT
      this.#screen?.changed()
      const { numConnections } = this.#server
      if (!this.#screen && numConnections > 0) this.#print(this.#waiting)
    }
    const { settled, destroyed } = await this.#server.drain({ timeout: DRAIN_TIMEOUT })
    // The server knows what it destroyed itself, when the time was over.
    const cutOff = Math.min(this.#cutOff.size, settled)
    this.#message = `Drained: ${settled - cutOff} settled, ${destroyed + cutOff} destroyed.`
    this.#screen?.changed()
  }

  #leave(): void {
    this.#screen?.leave()
    this.#stopKeys?.()
    void this.#inspector.close()
    const { accepted, dropped, failed } = this.#tally
    this.#print(`Closed. ${accepted} accepted, ${dropped} dropped, ${failed} failed. ${this.#message ?? ''}`)
  }

  get #address(): string {
    return `${HOST}:${this.#server.listeningOn}`
  }

  get #howToReach(): string {
    return `nc ${HOST} ${this.#server.listeningOn}`
  }

  get #waiting(): string {
    const seconds = Math.max(0, Math.ceil(((this.#drainBy ?? 0) - Date.now()) / 1000))
    const { numConnections } = this.#server
    const what = numConnections === 1 ? '1 connection' : `${numConnections} connections`
    return `Draining: waits ${seconds} s for ${what}; Ctrl-C cuts.`
  }

  #tell(message: string): void {
    this.#message = message
    if (this.#screen) this.#screen.changed()
    else this.#print(message)
  }

  #changed(happening?: Happening): void {
    if (this.#screen) return this.#screen.changed()
    if (happening) this.#print(describe(happening))
  }

  #draw(size: Size): ReturnType<typeof view> {
    const server = this.#server
    const { value, context } = server.actor.getSnapshot()
    const isWaiting = this.#drainBy !== undefined && server.numConnections > 0 && this.#cutOff.size === 0
    const now = Date.now()
    const shown: Shown = {
      note: server.isClosed ? undefined : this.#note,
      address: this.#address,
      howToReach: this.#howToReach,
      inspector: this.#inspector.url,
      state: dotted(value),
      connections: [...server.connections].map((connection) => ({
        id: connection.id,
        state: connection.state,
        address: formatAddress(connection.address),
        age: now - connection.acceptedAt,
        read: connection.bytesRead,
        written: connection.bytesWritten,
      })),
      numConnections: server.numConnections,
      maxConnections: server.maxConnections,
      pausedByHand: context.pausedByHand ? context.handStrategy : undefined,
      pauseStrategy: context.pauseStrategy,
      isBound: context.isBound,
      accepted: this.#tally.accepted,
      dropped: this.#tally.dropped,
      failed: this.#tally.failed,
      happenings: this.#tally.happenings,
      message: isWaiting ? this.#waiting : this.#message,
      hasKeys: this.#stopKeys !== undefined && !this.#isQuitting,
    }
    return view(shown, size)
  }

  #takeKeys(): void {
    this.#stopKeys = readKeys(process.stdin, (key) => this.#press(key))
  }

  #press(key: string): void {
    if (key === 'q') this.#quit()
    else if (key === '\x03') this.interrupt()
    else if (key === '\x1a') this.#sleep()
    else if (!this.#server.isClosed) this.#command(key)
    this.#screen?.changed()
  }

  /** What a server can do that is not closed. */
  #command(key: string): void {
    const server = this.#server
    this.#message = undefined
    switch (key) {
      case 'p':
        server.pause()
        break
      case 'r':
        void server.resume()
        break
      case 'd':
        server.setDropIncomingConnections(!server.isDroppingIncomingConnections)
        break
      case '+':
      case '=':
        server.maxConnections++
        break
      case '-':
        if (server.maxConnections > 1) server.maxConnections--
        break
      case 'x':
        this.#isDrainAsked = true
        void this.#drain()
        break
    }
  }

  /** Ctrl-Z: the shell gets its terminal back as it was. */
  #sleep(): void {
    this.#screen?.leave()
    this.#stopKeys?.()
    process.kill(process.pid, 'SIGTSTP')
  }

  #wake(): void {
    if (this.#isOutputLost) return
    this.#screen?.enter()
    this.#stopKeys?.()
    this.#takeKeys()
  }
}
