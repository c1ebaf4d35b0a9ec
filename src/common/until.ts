import type { Subscription } from 'xstate'

/** What can be waited on: an XState actor, for one. */
interface Subscribable {
  subscribe(onChange: () => void): Subscription
}

/** Resolves when `condition` holds: now, or at a later change of the actor. Rejects with what the condition throws. */
export function until(actor: Subscribable, condition: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    let subscription: Subscription | undefined
    const check = (): boolean => {
      try {
        if (!condition()) return false
        resolve()
      } catch (error) {
        reject(error)
      }
      subscription?.unsubscribe()
      return true
    }
    if (!check()) subscription = actor.subscribe(check)
  })
}
