// The echo server that is shown, with its inspector and what is counted of it.
import { formatAddress } from '../../src/common/address.ts'
import { dotted } from '../../src/common/state.ts'
import { Server } from '../../src/index.ts'
import { createInspector, type Inspector } from '../../src/inspector/index.ts'
import { echo } from './echo.ts'
import { type Happening, Tally } from './tally.ts'
import type { ShownServer } from './view.ts'

const HOST = '127.0.0.1'
export const LIMIT = 3

export class Served {
  readonly server: Server<{ port: number }>
  readonly inspector: Inspector
  readonly tally: Tally
  /** Where it listens on another port than was asked for. */
  readonly note: string | undefined

  /**
   * Listens on `port`, or on a free one if that is taken and another will do. Calls `told` with
   * each thing that happens from then on.
   */
  static async open(
    port: number,
    { mayUseAnother, told }: { mayUseAnother: boolean; told: (happening: Happening) => void },
  ): Promise<Served> {
    const tally = new Tally(told)
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
    return new Served(server, inspector, tally, port)
  }

  private constructor(server: Server<{ port: number }>, inspector: Inspector, tally: Tally, wanted: number) {
    this.server = server
    this.inspector = inspector
    this.tally = tally
    if (wanted !== 0 && wanted !== server.listeningOn) {
      this.note = `Port ${wanted} is taken, so the server is on ${server.listeningOn}.`
    }
  }

  get address(): string {
    return `${HOST}:${this.server.listeningOn}`
  }

  get howToReach(): string {
    return `nc ${HOST} ${this.server.listeningOn}`
  }

  /** As it is now. */
  shown(): ShownServer {
    const { server, tally } = this
    const { value, context } = server.actor.getSnapshot()
    const now = Date.now()
    return {
      note: server.isClosed ? undefined : this.note,
      address: this.address,
      howToReach: this.howToReach,
      inspector: this.inspector.url,
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
      numWaiting: server.numWaiting,
      pausedByHand: context.pausedByHand ? context.handStrategy : undefined,
      isThrottled: context.isThrottled,
      pauseStrategy: context.pauseStrategy,
      isBound: context.isBound,
      accepted: tally.accepted,
      dropped: tally.dropped,
      failed: tally.failed,
      happenings: tally.happenings,
    }
  }
}
