// Waiting for a batch to be handed to the OS, with an end.
import { WriteTimeoutError } from '../common/errors.ts'
import type { Timeouts } from '../common/timeouts.ts'
import type { Batch } from './batch.ts'
import type { Limits } from './limits.ts'
import { rejectNextTurn } from './next-turn.ts'
import { Wait, type Waiter } from './wait.ts'

/** Of a writer's owner. */
interface FlushOwner {
  readonly timeouts: Timeouts
}

/** Of a writer. */
interface Writing {
  readonly bytesToWrite: number
}

class Flush implements Waiter {
  readonly promise: Promise<void>
  readonly #batch: Batch<FlushOwner>
  readonly #writing: Writing
  readonly #wait = new Wait(this)
  #resolve!: () => void
  #reject!: (error: unknown) => void

  constructor(batch: Batch<FlushOwner>, writing: Writing, limits: Limits) {
    this.#batch = batch
    this.#writing = writing
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    batch.waiting.add(this)
    this.#wait.begin(batch.owner.timeouts, limits)
  }

  settle(): void {
    this.#wait.forget(this.#batch.owner.timeouts)
    this.#resolve()
  }

  timedOut(milliseconds: number): void {
    this.interrupted(new WriteTimeoutError(milliseconds, this.#writing.bytesToWrite))
  }

  interrupted(reason: unknown): void {
    this.#wait.forget(this.#batch.owner.timeouts)
    this.#batch.waiting.delete(this)
    this.#reject(reason)
  }
}

/** Resolves as `batch.flushed`, if the limits allow that. */
export function flushWithin(batch: Batch<FlushOwner>, writing: Writing, limits: Limits): Promise<void> {
  // A loop that goes on after an error gives way to the event loop.
  if (limits.timeout === 0) return rejectNextTurn(new WriteTimeoutError(0, writing.bytesToWrite))
  return new Flush(batch, writing, limits).promise
}
