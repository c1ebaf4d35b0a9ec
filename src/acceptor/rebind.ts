// Binds again where a server was bound first.
import cluster from 'node:cluster'
import { isIP, type Server as NetServer } from 'node:net'
import { type Address, boundAddress, formatAddress } from '../common/address.ts'
import { descriptorOf } from '../os/descriptor-of.ts'
import { type Bindable, type BindTools, bindHandle } from './bind.ts'
import type { HandleOptions } from './handle.ts'

export class Rebinder {
  readonly #target: Bindable
  /** In a worker of a cluster: how its primary process shares the socket. */
  #sharesSocket = false
  #isKnownByPort = false
  #mustBindAlone = false

  /** `target` is where it was to be bound first. */
  constructor(target: Bindable) {
    this.#target = target
  }

  /** To be told of each handle that was bound. */
  bound(handle: NetServer): void {
    this.#sharesSocket = cluster.isWorker && (descriptorOf(handle) >= 0 || process.platform === 'win32')
  }

  /**
   * `address` is where it was bound first. Rejects with Node's own error, and has nothing open
   * then.
   */
  async bind(address: Address, options: HandleOptions, tools: BindTools): Promise<NetServer> {
    const target = this.#target
    if (!cluster.isWorker) return bindHandle(this.#boundTo(address), options, tools)
    if (target.kind === 'port' && target.port === 0 && !this.#isKnownByPort) {
      // The primary process knows the socket by what was asked for first, for as long as a worker
      // listens on it; then never again.
      const handle = await bindHandle(target, options)
      if (formatAddress(boundAddress(handle.address())) === formatAddress(address)) return handle
      this.#isKnownByPort = true
      handle.close()
    }
    try {
      const exclusive = this.#mustBindAlone
      return await bindHandle(this.#boundTo(address), options, { ...tools, exclusive })
    } catch (error) {
      // A worker that has failed to bind a shared socket dies of an assertion of Node's if it tries
      // to share it again.
      this.#mustBindAlone = this.#sharesSocket
      throw error
    }
  }

  /** The target, with the address and the port that it was bound to first. */
  #boundTo(bound: Address): Bindable {
    const target = this.#target
    if (target.kind === 'path' || bound.family === 'unix') return target
    const { host } = target
    const { address, port } = bound
    // The primary process of a cluster takes an address that was not asked for first for another
    // server's.
    if (cluster.isWorker && host === undefined) return { ...target, port }
    // An address that was given as one may bear a zone, which the bound address lacks.
    return { ...target, port, host: host !== undefined && isIP(host) !== 0 ? host : address }
  }
}
