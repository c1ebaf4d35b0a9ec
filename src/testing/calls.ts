// A handler that settles on demand, and a port for its server.
import type { Address } from '../common/address.ts'

/** Ports that the OS gives to no client, which could otherwise get that of a paused server. */
const FIRST_PORT = 12_000
const PORTS = 18_000

/** Where a driver's server is to listen. */
export interface DriverWhere {
  port: number
  host: string
}

/** A driver's handler: it settles when the model says so. Give it to the server as it is. */
export type DriverHandler = (address: Address, ...rest: unknown[]) => Promise<void>

/** A call of the handler. */
export interface Call {
  /** That of its client. */
  readonly port: number
  readonly connection: unknown
  /** The socket, or the writer. */
  readonly outlet: unknown
  readonly settle: () => void
  readonly fail: (error: Error) => void
}

/** Calls of a handler, in their order. */
export class Calls {
  readonly all: Call[] = []

  readonly handler: DriverHandler = (address, ...rest) =>
    new Promise<void>((settle, fail) => {
      const port = address.family === 'unix' ? 0 : address.port
      this.all.push({ port, connection: rest.at(-1), outlet: rest.at(-2), settle, fail })
    })

  of(port: number): Call | undefined {
    return this.all.find((call) => call.port === port)
  }

  settleAll(): void {
    for (const { settle } of this.all) settle()
  }
}

/** Starts a server on some port, on another one where that is taken. */
export async function onSomePort<Server>(
  start: (where: DriverWhere) => Promise<Server>,
): Promise<{ server: Server; port: number }> {
  for (;;) {
    const port = FIRST_PORT + Math.floor(Math.random() * PORTS)
    try {
      return { server: await start({ port, host: '127.0.0.1' }), port }
    } catch (error) {
      if ((error as NodeJS.ErrnoException)?.code !== 'EADDRINUSE') throw error
    }
  }
}
