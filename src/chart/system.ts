// The actor system of one server: whom its actors tell, and which of them have names.
import type { ActorSystem, AnyActorRef, InspectionEvent, Observer, Subscription } from 'xstate'
import type { Clock } from '../common/clock.ts'
import { attempt } from '../common/each.ts'

/** An inspector, as XState takes it. */
export type Inspector = ((event: InspectionEvent) => void) | Observer<InspectionEvent>

/** Without `rootId`, which is the same for all of a system. */
export type Told = InspectionEvent extends infer Event
  ? Event extends unknown
    ? Omit<Event, 'rootId'>
    : never
  : never

type AnyActorSystem = ActorSystem<{ actors: Record<string, AnyActorRef> }>

export class System implements AnyActorSystem {
  /** Somebody is told. */
  isInspected = false
  readonly #inspectors = new Set<(event: InspectionEvent) => void>()
  readonly #named = new Map<string, AnyActorRef>()
  #root: AnyActorRef | undefined

  // XState reads these two of any system; and that no timers run can be read by whoever likes.
  readonly _clock: Clock
  readonly _logger = (): void => {}
  readonly scheduler = { schedule: this._logger, cancel: this._logger, cancelAll: this._logger }

  constructor(clock: Clock, inspector?: Inspector) {
    this._clock = clock
    if (inspector) this.inspect(inspector)
  }

  /** Says whose system it is; before anybody is told of anything. */
  set root(root: AnyActorRef) {
    this.#root = root
  }

  /** Gives an actor the name under which `get` finds it. */
  name(systemId: string, actor: AnyActorRef): void {
    this.#named.set(systemId, actor)
  }

  readonly get = (systemId: PropertyKey): AnyActorRef | undefined => this.#named.get(String(systemId))

  readonly getAll = (): Record<string, AnyActorRef> => Object.fromEntries(this.#named)

  /**
   * Tells `inspector` of all that happens from now on, also where a step is under way. What it
   * throws is an uncaught exception of its own, on the next tick: it is called in the middle of a
   * step, and must harm neither that nor the others.
   */
  readonly inspect = (inspector: Inspector): Subscription => {
    const next = typeof inspector === 'function' ? inspector : inspector.next?.bind(inspector)
    const guarded = (event: InspectionEvent) => attempt(() => next?.(event))
    this.#inspectors.add(guarded)
    this.isInspected = true
    return {
      unsubscribe: () => {
        this.#inspectors.delete(guarded)
        this.isInspected = this.#inspectors.size > 0
      },
    }
  }

  /** To be called while `isInspected`. */
  tell(told: Told): void {
    // Whoever tells makes a new one for each call, and looks at none again.
    const event = told as InspectionEvent
    event.rootId = this.#root?.sessionId ?? ''
    for (const inspector of this.#inspectors) inspector(event)
  }

  readonly getSnapshot = (): { _scheduledEvents: Record<string, never> } => ({ _scheduledEvents: {} })

  readonly start = (): void => {}
}
