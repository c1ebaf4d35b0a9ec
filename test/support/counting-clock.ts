import { SimulatedClock } from 'xstate'

/** A clock that knows how many timers it has. */
export class CountingClock extends SimulatedClock {
  readonly pending = new Set<number>()
  most = 0

  override setTimeout(callback: () => void, milliseconds: number): number {
    const id = super.setTimeout(() => {
      this.pending.delete(id)
      callback()
    }, milliseconds)
    this.pending.add(id)
    this.most = Math.max(this.most, this.pending.size)
    return id
  }

  override clearTimeout(id: number): void {
    this.pending.delete(id)
    super.clearTimeout(id)
  }
}
