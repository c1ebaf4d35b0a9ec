import { MessageChannel } from 'node:worker_threads'

/**
 * Keeps the process alive while nothing is polled: a paused server has clients waiting. No timer,
 * since every timer of the library goes through the injected clock.
 */
export class KeepAlive {
  #channel: MessageChannel | undefined

  hold(): void {
    this.#channel ??= new MessageChannel()
    this.#channel.port1.ref()
  }

  release(): void {
    this.#channel?.port1.unref()
  }

  close(): void {
    this.#channel?.port1.close()
    this.#channel = undefined
  }
}
