// An actor of the library as others may use it: they send commands, and nothing stops it but the end of what it stands for.

import type { Actor, AnyEventObject, AnyStateMachine } from 'xstate'
import { ActorNotStoppableError } from '../common/errors.ts'

/** What the actors of other machines send to, by `sendTo`; XState has no public name for it. */
interface Receiving {
  _send: (event: AnyEventObject) => void
}

/** Gives back what others send to an actor, or throws. */
export type CommandCheck = (event: unknown) => AnyEventObject

/**
 * Checks what is sent to `actor` by anybody but the library, also by the actors of others, and lets nobody stop it: a chart that hears
 * nothing more would leave its clients and promises waiting for ever. Returns the library's own way in.
 */
export function guardActor<Machine extends AnyStateMachine>(
  actor: Actor<Machine>,
  check: CommandCheck,
  insteadOfStop: string,
): (event: AnyEventObject) => void {
  const { send } = actor
  const receiving = actor as unknown as Receiving
  const receive = receiving._send.bind(actor)
  let own: AnyEventObject | undefined
  receiving._send = (event) => receive(event === own ? event : check(event))
  actor.send = (event) => send(check(event) as never)
  actor.stop = () => {
    throw new ActorNotStoppableError(insteadOfStop)
  }
  return (event) => {
    // An inspector that sends something is called in the middle of this.
    const outer = own
    own = event
    try {
      send(event as never)
    } finally {
      own = outer
    }
  }
}
