// What everybody may do with the actor of a chart: all that XState's own functions, and those of
// its tools, do with an actor.
import type {
  ActorRef,
  AnyActorRef,
  AnyEventObject,
  AnyStateMachine,
  EventFrom,
  InputFrom,
  InteropSubscribable,
  Observer,
  Readable,
  Snapshot,
  SnapshotFrom,
  Subscription,
} from 'xstate'
import { ActorNotStoppableError } from '../common/errors.ts'
import type { Chart } from './chart.ts'
import type { AnyChartActor } from './children.ts'
import { type Subscribed, select } from './observers.ts'
import type { System } from './system.ts'

/** What actors have in common that run the same chart in the same place. */
export interface Role<Machine extends AnyStateMachine, Effects extends object> {
  readonly chart: Chart<Machine>
  readonly system: System
  readonly input?: InputFrom<Machine>
  readonly parent?: AnyChartActor
  /** What the parent's chart calls the logic. */
  readonly src?: string
  /** The name of the actor in the system, where there is only one. */
  readonly systemId?: string
  /** Asked for when somebody wants to know. */
  readonly nameOf: (effects: Effects) => string
  /** Gives back what others send, or throws. */
  readonly check: (event: unknown) => EventFrom<Machine>
  readonly insteadOfStop: string
  /** The class of the effects of all these actors, if it is one: its methods are looked up once. */
  readonly effectsClass?: abstract new (
    ...args: never
  ) => Effects
  /** Makes the children that the chart spawns. */
  readonly spawn?: (src: string, id: string, parent: AnyChartActor) => AnyChartActor
}

let started = 0

export abstract class ChartActorRef<Machine extends AnyStateMachine, Effects extends object>
  implements ActorRef<SnapshotFrom<Machine>, EventFrom<Machine>>
{
  /** Does what the chart asks for, by the names of the actions. */
  readonly effects: Effects
  protected readonly role: Role<Machine, Effects>
  #sessionId: string | undefined
  #send: ((event: EventFrom<Machine>) => void) | undefined
  declare readonly _parent?: AnyActorRef
  declare readonly [Symbol.observable]: () => InteropSubscribable<SnapshotFrom<Machine>>

  constructor(role: Role<Machine, Effects>, effects: Effects) {
    this.role = role
    this.effects = effects
  }

  abstract getSnapshot(): SnapshotFrom<Machine>

  abstract start(): this

  /** An event from inside, which is not checked. */
  abstract receive(event: AnyEventObject, source?: AnyActorRef): void

  /** Somebody subscribes. */
  abstract get isObserved(): boolean

  abstract subscribe(observer: Observer<SnapshotFrom<Machine>>): Subscription
  abstract subscribe(...subscribed: Subscribed<SnapshotFrom<Machine>>): Subscription

  get id(): string {
    return this.role.nameOf(this.effects)
  }

  get sessionId(): string {
    this.#sessionId ??= `xstate-tcp:${started++}`
    return this.#sessionId
  }

  get system(): System {
    return this.role.system
  }

  get systemId(): string | undefined {
    return this.role.systemId
  }

  /** The chart. */
  get logic(): Machine {
    return this.role.chart.machine
  }

  get src(): string | Machine {
    return this.role.src ?? this.logic
  }

  get parent(): AnyActorRef | undefined {
    return this.role.parent
  }

  getPersistedSnapshot(options?: unknown): Snapshot<unknown> {
    return this.logic.getPersistedSnapshot(this.getSnapshot(), options)
  }

  toJSON(): object {
    return { xstate$$type: 1, id: this.id }
  }

  /** Throws: an actor ends when what it stands for has ended. */
  stop(): never {
    throw new ActorNotStoppableError(this.role.insteadOfStop)
  }

  /** Checks what is sent. Bound, as XState's is, and made when somebody asks for it. */
  get send(): (event: EventFrom<Machine>) => void {
    this.#send ??= (event) => this.receive(this.role.check(event))
    return this.#send
  }

  /** A chart of ours emits nothing. */
  on(): Subscription {
    return { unsubscribe() {} }
  }

  select<Selected>(
    selector: (snapshot: SnapshotFrom<Machine>) => Selected,
    isEqual: (one: Selected, other: Selected) => boolean = Object.is,
  ): Readable<Selected> {
    return select(this, selector, isEqual)
  }

  /** XState tells actors by this property from other objects in a context. */
  get ref(): this {
    return this
  }

  /** What XState's own actors call to send to this one; checked as any other. */
  _send(event: AnyEventObject): void {
    this.receive(this.role.check(event))
  }
}

Object.defineProperties(ChartActorRef.prototype, {
  // With `exactOptionalPropertyTypes`, no getter is assignable to an optional property.
  _parent: {
    get(this: AnyParented) {
      return this.parent
    },
  },
  [Symbol.observable ?? '@@observable']: {
    value(this: unknown) {
      return this
    },
  },
})

interface AnyParented {
  parent: AnyActorRef | undefined
}
