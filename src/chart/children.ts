// The children that one actor's chart has spawned, and the snapshots in which others find them.
import type { AnyActorRef, AnyEventObject, AnyMachineSnapshot } from 'xstate'

/** An actor that runs a chart of ours, whichever. */
export interface AnyChartActor extends AnyActorRef {
  /** Somebody subscribes. */
  readonly isObserved: boolean
  /** An event from inside, which is not checked. */
  receive(event: AnyEventObject, source?: AnyActorRef): void
}

/**
 * A snapshot as the chart shares it among its actors, and the same with the children of one actor.
 */
interface Named {
  readonly shared: AnyMachineSnapshot
  readonly own: AnyMachineSnapshot
}

/**
 * A place of a chart is shared by all its actors and names nobody's children; what an actor shows
 * of it names its own.
 */
export class Children {
  readonly #byId = new Map<string, AnyChartActor>()
  /**
   * The state that the actor is in, as long as somebody has looked at it; and the one that the step
   * under way leads to.
   */
  #current: Named | undefined
  #next: Named | undefined

  add(id: string, child: AnyChartActor): void {
    this.#byId.set(id, child)
    this.#current = undefined
  }

  find(id: string): AnyChartActor | undefined {
    return this.#byId.get(id)
  }

  start(): void {
    for (const child of this.#byId.values()) child.start()
  }

  /** The snapshot of the state that the actor is in: the same object for as long as it is in it. */
  ownCurrent(shared: AnyMachineSnapshot): AnyMachineSnapshot {
    if (this.#current?.shared !== shared) this.#current = { shared, own: this.own(shared) }
    return this.#current.own
  }

  /** That of the state which the step under way leads to. */
  ownNext(shared: AnyMachineSnapshot): AnyMachineSnapshot {
    if (this.#current?.shared === shared) return this.#current.own
    if (this.#next?.shared !== shared) this.#next = { shared, own: this.own(shared) }
    return this.#next.own
  }

  /** Any other. */
  own(shared: AnyMachineSnapshot): AnyMachineSnapshot {
    return { ...shared, children: Object.fromEntries(this.#byId) }
  }

  /** The step is over. */
  arrive(): void {
    if (this.#next) this.#current = this.#next
    this.#next = undefined
  }
}
