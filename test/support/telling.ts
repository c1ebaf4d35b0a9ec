// A server in a process of its own, and what it tells of itself.
import type { Address } from '../../src/index.ts'
import type { Client } from './client.ts'
import { Fixture } from './package.ts'

export interface Told {
  name: string
  code?: string
  message: string
  cause: { code?: string; syscall?: string; message?: string }
}

export type Line = { state: string } | { error: Told } | { warning: Told }

export interface TellingOptions {
  where?: object
  isDropping?: boolean
  /** Whether somebody listens to `'error'`. */
  listens?: boolean
  hasKoffi?: boolean
  /** Without, it looks at its descriptors only where clients make it look. */
  looks?: boolean
  /** Whether its handlers go on until the client has gone. */
  isHolding?: boolean
}

export class TellingServer {
  readonly address: Address
  readonly pid: number
  /** What it has told, and somebody waited for. */
  readonly told: Line[] = []
  readonly #fixture: Fixture

  private constructor(fixture: Fixture, address: Address) {
    this.#fixture = fixture
    this.address = address
    this.pid = fixture.process.pid as number
  }

  static async start(entry: string, options: TellingOptions = {}): Promise<TellingServer> {
    const fixture = new Fixture(entry, 'telling.mjs', [JSON.stringify(options)])
    return new TellingServer(fixture, await fixture.next<Address>())
  }

  async state(expected: string): Promise<void> {
    await this.#until((line) => 'state' in line && line.state === expected)
  }

  async error(): Promise<void> {
    await this.#until((line) => 'error' in line)
  }

  async warning(): Promise<void> {
    await this.#until((line) => 'warning' in line)
  }

  get errors(): Told[] {
    return this.told.flatMap((line) => ('error' in line ? [line.error] : []))
  }

  get warnings(): Told[] {
    return this.told.flatMap((line) => ('warning' in line ? [line.warning] : []))
  }

  async #until(isIt: (line: Line) => boolean): Promise<void> {
    let line: Line
    do {
      line = await this.#fixture.next<Line>()
      this.told.push(line)
    } while (!isIt(line))
  }
}

/** What each has received when it was closed, or the code of its error. */
export async function received(clients: Client[]): Promise<string[]> {
  const closed = await Promise.all(clients.map((client) => client.closed))
  return closed.map(({ received, error }) => error?.code ?? received)
}
