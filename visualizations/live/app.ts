// The echo server in a terminal, or on plain output where there is none: keys, signals, the end.
import { Drain } from './drain.ts'
import { readKeys } from './keys.ts'
import { Screen } from './screen.ts'
import { LIMIT, Served } from './served.ts'
import { describe, type Happening } from './tally.ts'
import { view } from './view.ts'

export class App {
  readonly #served: Served
  readonly #drain: Drain
  readonly #screen: Screen | undefined
  #stopKeys: (() => void) | undefined
  #message: string | undefined
  /** Somebody asked for it, by a key or by a signal. */
  #isDrainAsked = false
  #isQuitting = false
  #isOutputLost = false

  /** Listens on `port`, or on a free one if that is taken and another will do. */
  static async start(port: number, { mayUseAnother }: { mayUseAnother: boolean }): Promise<App> {
    let app: App | undefined
    const told = (happening: Happening) => {
      if (app) app.#happened(happening)
    }
    app = new App(await Served.open(port, { mayUseAnother, told }))
    return app
  }

  private constructor(served: Served) {
    this.#served = served
    const { server, tally } = served
    this.#drain = new Drain(server)
    server.on('drop', () => {
      tally.dropped++
      this.#screen?.changed()
    })
    server.on('error', (error) => this.#tell(error.message))
    const { stdin, stdout } = process
    stdout.on('error', () => this.#loseOutput())
    if (!stdout.isTTY || process.env['TERM'] === 'dumb') {
      if (served.note) this.#print(served.note)
      this.#print(`Echo server on ${served.address}, at most ${LIMIT} connections. Try: ${served.howToReach}`)
      this.#print(`Inspector: ${served.inspector.url}`)
      return
    }
    this.#screen = new Screen(stdout, (size) => {
      const hasKeys = this.#stopKeys !== undefined && !this.#isQuitting
      return view({ ...served.shown(), message: this.#drain.waiting ?? this.#message, hasKeys }, size)
    })
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
    if (this.#isDrainAsked && this.#served.server.numConnections > 0) {
      this.#tell('Cutting off what is left.')
      this.#drain.cut()
    }
    this.#quit()
  }

  #quit(): void {
    this.#isDrainAsked = true
    this.#end()
  }

  #end(): void {
    if (this.#isQuitting) return
    this.#isQuitting = true
    void this.#runDrain().then(() => this.#leave())
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

  async #runDrain(): Promise<void> {
    if (this.#drain.begin()) {
      const { waiting } = this.#drain
      if (waiting && !this.#screen) this.#print(waiting)
    }
    this.#screen?.changed()
    this.#message = await this.#drain.run()
    this.#screen?.changed()
  }

  #leave(): void {
    const { inspector, tally } = this.#served
    this.#screen?.leave()
    this.#stopKeys?.()
    void inspector.close()
    const { accepted, dropped, failed } = tally
    this.#print(`Closed. ${accepted} accepted, ${dropped} dropped, ${failed} failed. ${this.#message ?? ''}`)
  }

  #tell(message: string): void {
    this.#message = message
    if (this.#screen) this.#screen.changed()
    else this.#print(message)
  }

  #happened(happening: Happening): void {
    if (this.#screen) this.#screen.changed()
    else this.#print(describe(happening))
  }

  #takeKeys(): void {
    this.#stopKeys = readKeys(process.stdin, (key) => this.#press(key))
  }

  #press(key: string): void {
    if (key === 'q') this.#quit()
    else if (key === '\x03') this.interrupt()
    else if (key === '\x1a') this.#sleep()
    else if (!this.#served.server.isClosed) this.#command(key)
    this.#screen?.changed()
  }

  /** What a server can do that is not closed. */
  #command(key: string): void {
    const { server } = this.#served
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
        void this.#runDrain()
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
