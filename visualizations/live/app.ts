// The echo server and its view.
import { type Address, Server } from '../../src/index.ts'
import { echo } from './echo.ts'
import { readKeys } from './keys.ts'
import { Screen } from './screen.ts'
import { dotted, type Happening, Tally } from './tally.ts'
import { type Shown, type Size, view } from './view.ts'

const HOST = '127.0.0.1'
const LIMIT = 3
const DRAIN_TIMEOUT = 15_000

export class App {
  readonly #server: Server<{ port: number }>
  readonly #tally: Tally
  readonly #screen: Screen | undefined
  #stopKeys: (() => void) | undefined
  #message: string | undefined
  #drainBy: number | undefined
  #isQuitting = false

  /** Listens on `port`, or on a free one if that is taken and another will do. */
  static async start(port: number, { mayUseAnother }: { mayUseAnother: boolean }): Promise<App> {
    let told: (happening?: Happening) => void = () => {}
    const tally = new Tally((happening) => told(happening))
    const listen = (port: number) =>
      Server.createSock({ port, host: HOST }, echo, {
        maxConnections: LIMIT,
        onHandlerError: () => {},
        inspect: tally.inspect,
      })
    const server = await listen(port).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE' || !mayUseAnother) throw error
      return listen(0)
    })
    const app = new App(server, tally)
    told = (happening) => app.#changed(happening)
    return app
  }

  private constructor(server: Server<{ port: number }>, tally: Tally) {
    this.#server = server
    this.#tally = tally
    server.on('drop', () => {
      this.#tally.dropped++
      this.#screen?.changed()
    })
    server.on('error', (error) => this.#tell(error.message))
    const { stdin, stdout } = process
    stdout.on('error', () => this.quit())
    if (!stdout.isTTY || process.env['TERM'] === 'dumb') {
      stdout.write(
        `Echo server on ${this.#address}, at most ${LIMIT} connections. Try: ${this.#howToReach}\n`,
      )
      return
    }
    this.#screen = new Screen(stdout, (size) => this.#draw(size))
    this.#screen.enter()
    if (stdin.isTTY) {
      this.#takeKeys()
      process.on('SIGCONT', () => this.#wake())
    }
  }

  /** Drains, and ends the process when that is done; once more cuts off what is left. */
  quit(): void {
    if (this.#isQuitting) return this.#cut()
    this.#isQuitting = true
    void this.#drain().then(() => this.#leave())
  }

  #cut(): void {
    this.#tell('Cutting off what is left.')
    for (const connection of this.#server.connections) connection.destroy()
  }

  async #drain(): Promise<void> {
    if (this.#drainBy === undefined) {
      this.#drainBy = Date.now() + DRAIN_TIMEOUT
      this.#screen?.changed()
      const { numConnections } = this.#server
      if (!this.#screen && numConnections > 0) process.stdout.write(`${this.#waiting}\n`)
    }
    const { settled, destroyed } = await this.#server.drain({ timeout: DRAIN_TIMEOUT })
    this.#message = `Drained: ${settled} settled, ${destroyed} destroyed.`
    this.#screen?.changed()
  }

  #leave(): void {
    this.#screen?.leave()
    this.#stopKeys?.()
    const { accepted, dropped, failed } = this.#tally
    process.stdout.write(
      `Closed. ${accepted} accepted, ${dropped} dropped, ${failed} failed. ${this.#message ?? ''}\n`,
    )
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
    else process.stdout.write(`${message}\n`)
  }

  #changed(happening?: Happening): void {
    if (this.#screen) return this.#screen.changed()
    if (happening) process.stdout.write(`${describe(happening)}\n`)
  }

  #draw(size: Size): ReturnType<typeof view> {
    const server = this.#server
    const isDraining = this.#drainBy !== undefined && server.numConnections > 0
    const now = Date.now()
    const shown: Shown = {
      address: this.#address,
      howToReach: this.#howToReach,
      state: dotted(server.actor.getSnapshot().value),
      connections: [...server.connections].map((connection) => ({
        id: connection.id,
        state: connection.state,
        address: format(connection.address),
        age: now - connection.acceptedAt,
        read: connection.bytesRead,
        written: connection.bytesWritten,
      })),
      numConnections: server.numConnections,
      maxConnections: server.maxConnections,
      isPausedByHand: server.actor.getSnapshot().context.pausedByHand,
      accepted: this.#tally.accepted,
      dropped: this.#tally.dropped,
      failed: this.#tally.failed,
      happenings: this.#tally.happenings,
      message: isDraining ? this.#waiting : this.#message,
      hasKeys: this.#stopKeys !== undefined,
    }
    return view(shown, size)
  }

  #takeKeys(): void {
    this.#stopKeys = readKeys(process.stdin, (key) => this.#press(key))
  }

  #press(key: string): void {
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
        void this.#drain()
        break
      case 'q':
      case '\x03':
        this.quit()
        break
      case '\x1a':
        this.#sleep()
        break
    }
    this.#screen?.changed()
  }

  /** Ctrl-Z: the shell gets its terminal back as it was. */
  #sleep(): void {
    this.#screen?.leave()
    this.#stopKeys?.()
    process.kill(process.pid, 'SIGTSTP')
  }

  #wake(): void {
    this.#screen?.enter()
    this.#takeKeys()
  }
}

function describe({ at, who, event, state, counts }: Happening): string {
  const count = counts ? ` ${counts.connections}/${counts.maxConnections}` : ''
  return `${at.toISOString().slice(11, 23)} ${who} ${event} → ${state}${count}`
}

function format(address: Address): string {
  return address.family === 'unix' ? address.path : `${address.address}:${address.port}`
}
