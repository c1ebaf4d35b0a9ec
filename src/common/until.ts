import type { Subscription } from 'xstate'

/** Something that tells of its changes, such as an XState actor. */
interface Subscribable {
  subscribe(onChange: () => void): Subscription
}

/**
 * Resolves when `condition` holds: now, or at a later change of the actor. Rejects with the
 * exception of the condition.
 */
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
