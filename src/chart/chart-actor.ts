// An XState actor whose chart is looked up instead of interpreted: what it does, and what it tells,
// is what the interpreter does and tells.
import type {
  AnyActorRef,
  AnyEventObject,
  AnyMachineSnapshot,
  AnyStateMachine,
  InputFrom,
  Observer,
  SnapshotFrom,
  Subscription,
} from 'xstate'
import { throwLater } from '../common/timers.ts'
import { ChartActorRef, type Role } from './chart-actor-ref.ts'
import { Children } from './children.ts'
import { complete, Observers, observerOf, type Subscribed } from './observers.ts'
import {
  type InitialRow,
  isRequest,
  type Method,
  type Microstep,
  type Place,
  type Request,
  type Row,
  SEND,
  SPAWN,
} from './row.ts'

const NEW = 0
const IDLE = 1
const RUNNING = 2
const ENDED = 3

const INIT = { type: 'xstate.init', input: undefined }

/**
 * Does one of the things that a chart asks for. What goes wrong with it is an uncaught exception,
 * and keeps nothing else from being done.
 */
function perform(effects: object, request: Request, effectsClass: object | undefined): void {
  try {
    // To look one up in an object of many properties, by a name that differs, takes longer than to
    // call it.
    if (effectsClass === undefined || request.doneBy !== effectsClass) {
      request.method = (effects as Record<string, Method | undefined>)[request.type]
      request.doneBy = effectsClass
    }
    request.method?.call(effects, request.params)
  } catch (error) {
    throwLater(error)
  }
}

export class ChartActor<
  Machine extends AnyStateMachine,
  Effects extends object = object,
> extends ChartActorRef<Machine, Effects> {
  #place: Place
  /** Until it is started. */
  #initial: InitialRow | undefined
  #phase = NEW
  #waiting: AnyEventObject[] | undefined
  #children: Children | undefined
  #observers: Observers<SnapshotFrom<Machine>> | undefined
  /** The caller starts it. */
  constructor(role: Role<Machine, Effects>, effects: Effects) {
    super(role, effects)
    const { chart, system, parent, systemId, input } = role
    const initial = chart.initial(input as InputFrom<Machine>)
    this.#initial = initial
    this.#place = initial.next
    if (!parent) system.root = this
    if (systemId !== undefined) system.name(systemId, this)
    if (initial.spawns.length > 0) this.#children = new Children()
    if (system.isInspected) system.tell({ type: '@xstate.actor', actorRef: this })
    for (const { id, src } of initial.spawns) this.#spawn(src, id)
    if (system.isInspected) {
      for (const entry of initial.log)
        if (!isRequest(entry)) this.#tellMicrostep(entry, this.#initEvent, initial)
    }
    this.#children?.arrive()
  }

  #spawn(src: string, id: string): void {
    const child = this.role.spawn?.(src, id, this)
    if (!child) throw new Error(`Nobody makes the child ${id}`)
    this.#children?.add(id, child)
  }

  get #initEvent(): AnyEventObject {
    const { input } = this.role
    return input === undefined ? INIT : { type: 'xstate.init', input }
  }

  override getSnapshot(): SnapshotFrom<Machine> {
    const { snapshot } = this.#place
    return (this.#children ? this.#children.ownCurrent(snapshot) : snapshot) as SnapshotFrom<Machine>
  }

  /** The same but for its children, and not even an object is made. */
  get shared(): SnapshotFrom<Machine> {
    return this.#place.snapshot as SnapshotFrom<Machine>
  }

  /** To be called by whoever made it; then it does nothing. */
  override start(): this {
    const initial = this.#initial
    if (!initial) return this
    this.#initial = undefined
    this.#phase = RUNNING
    const { system, parent } = this.role
    const event = this.#initEvent
    if (system.isInspected) system.tell({ type: '@xstate.event', sourceRef: parent, actorRef: this, event })
    this.#children?.start()
    for (const entry of initial.log) if (isRequest(entry)) this.#perform(entry)
    this.#arrive(initial, event)
    this.#takeWaiting()
    return this
  }

  override receive(event: AnyEventObject, source?: AnyActorRef): void {
    const { system } = this.role
    if (system.isInspected) system.tell({ type: '@xstate.event', sourceRef: source, actorRef: this, event })
    if (this.#phase === IDLE) {
      this.#phase = RUNNING
      this.#take(event)
      this.#takeWaiting()
    } else if (this.#phase !== ENDED) {
      this.#waiting ??= []
      this.#waiting.push(event)
    }
  }

  override get isObserved(): boolean {
    return this.#observers !== undefined && !this.#observers.isEmpty
  }

  /** Whether it has been sent such an event that it has not come to yet. */
  isToHear(type: string): boolean {
    return this.#waiting?.some((event) => event.type === type) ?? false
  }

  /** As with XState, what still waits at the end of a chart is forgotten. */
  #takeWaiting(): void {
    for (let event = this.#waiting?.shift(); event; event = this.#waiting?.shift()) this.#take(event)
    if (this.#phase === RUNNING) this.#phase = IDLE
  }

  #take(event: AnyEventObject): void {
    let row: Row
    try {
      row = this.role.chart.lookUp(this.#place, event)
    } catch (error) {
      return throwLater(error)
    }
    // An inspector may come in the middle.
    const { system } = this.role
    for (const entry of row.log) {
      if (isRequest(entry)) this.#perform(entry)
      else if (system.isInspected) this.#tellMicrostep(entry, event, row)
    }
    this.#place = row.next
    this.#children?.arrive()
    this.#arrive(row, event)
  }

  #perform(request: Request): void {
    const { system } = this.role
    if (system.isInspected) {
      const { type } = request
      system.tell({
        type: '@xstate.action',
        actorRef: this,
        action: { type, params: this.#paramsOf(request) },
      })
    }
    perform(this.effects, request, this.role.effectsClass)
  }

  /**
   * With the actor's own children instead of those that were made in its place when the row was
   * computed.
   */
  #paramsOf({ type, params }: Request): unknown {
    if (type === SEND) {
      const { targetId } = params as { targetId: string }
      return { ...(params as object), to: this.#children?.find(targetId) }
    }
    if (type === SPAWN) {
      const { id } = params as { id: string }
      return { ...(params as object), actorRef: this.#children?.find(id) }
    }
    return params
  }

  #tellMicrostep(
    { event, snapshot: shared, _transitions }: Microstep,
    about: AnyEventObject,
    { next }: Row,
  ): void {
    let snapshot: AnyMachineSnapshot = shared
    if (this.#children) {
      snapshot = shared === next.snapshot ? this.#children.ownNext(shared) : this.#children.own(shared)
    }
    const { system } = this.role
    system.tell({ type: '@xstate.microstep', actorRef: this, event: event ?? about, snapshot, _transitions })
  }

  /**
   * The state has changed. What was to be sent to children is sent before anybody else hears of it.
   */
  #arrive({ next, messages }: Row, event: AnyEventObject): void {
    for (const { to, event: message } of messages) this.#children?.find(to)?.receive(message, this)
    if (this.isObserved) this.#observers?.next(this.getSnapshot())
    if (next.snapshot.status !== 'active') this.#end()
    const { system } = this.role
    if (!system.isInspected) return
    system.tell({ type: '@xstate.snapshot', actorRef: this, event, snapshot: this.getSnapshot() })
  }

  #end(): void {
    this.#phase = ENDED
    this.#waiting = undefined
    this.#observers?.complete()
    this.#observers = undefined
    const { parent, system } = this.role
    // A parent has nothing to do then; those who look at it expect it to hear.
    if (!parent || !(system.isInspected || parent.isObserved)) return
    const { id } = this
    parent.receive(
      { type: `xstate.done.actor.${id}`, output: this.#place.snapshot.output, actorId: id },
      this,
    )
  }

  override subscribe(observer: Observer<SnapshotFrom<Machine>>): Subscription
  override subscribe(...subscribed: Subscribed<SnapshotFrom<Machine>>): Subscription
  override subscribe(...subscribed: Subscribed<SnapshotFrom<Machine>>): Subscription {
    const observer = observerOf(subscribed)
    if (this.#phase === ENDED) {
      complete(observer)
      return { unsubscribe() {} }
    }
    this.#observers ??= new Observers()
    return this.#observers.add(observer)
  }
}
