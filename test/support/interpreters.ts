// A server's actors without a server, run by XState's interpreter and by the library, with all that
// happens noted down in one list.
import {
  type AnyActorRef,
  type AnyEventObject,
  type AnyStateMachine,
  createActor,
  type InspectionEvent,
} from 'xstate'
import { connectionMachine, connectionsMachine, listenerMachine } from '../../machines/index.ts'
import { Chart } from '../../src/chart/chart.ts'
import { ChartActor } from '../../src/chart/chart-actor.ts'
import type { Role } from '../../src/chart/chart-actor-ref.ts'
import { System } from '../../src/chart/system.ts'

/** What the tests need of a listener, its supervisor and its connections, whoever runs them. */
export interface Tree {
  readonly listener: AnyActorRef
  /** In the order in which they were spawned. */
  readonly connections: readonly AnyActorRef[]
  send(actor: AnyActorRef, event: AnyEventObject): void
  /**
   * Notes down what the actor's observers, or all inspectors, are told from now on; `by` tells them
   * apart.
   */
  observe(actor: AnyActorRef, by: string): void
  inspect(by: string): void
}

/** Called when a chart asks for something, in the middle of a step. */
export type OnRequest = (tree: Tree, actor: AnyActorRef) => void

export interface Run {
  readonly tree: Tree
  /** What inspectors, observers and those that do what charts ask for were told, in order. */
  readonly notes: string[]
}

/** `isInspected` from the start. */
export type Interpreter = (input: object, onRequest?: OnRequest, isInspected?: boolean) => Run

/** The names of what a chart asks for: its actions, but for those that it carries out itself. */
function requestsOf(machine: AnyStateMachine): string[] {
  const actions = Object.entries(machine.implementations.actions as Record<string, object>)
  return actions.filter(([, implementation]) => !('resolve' in implementation)).map(([name]) => name)
}

class Notes {
  readonly notes: string[] = []
  readonly connections: AnyActorRef[] = []
  readonly #onRequest: OnRequest
  tree: Tree | undefined

  constructor(onRequest: OnRequest = () => {}) {
    this.#onRequest = onRequest
  }

  inspector(by: string): (event: InspectionEvent) => void {
    return (event) => this.notes.push(`${by}: ${describe(event)}`)
  }

  request(actor: AnyActorRef, name: string, params: unknown): void {
    this.notes.push(`${nameOf(actor)} asks for ${name} ${JSON.stringify(params)}`)
    // While the listener is being created there is nobody to ask.
    if (!this.tree) return
    // What is sent is sent when the step of the sender is over.
    for (const one of new Set([this.tree.listener, actor])) {
      this.notes.push(`meanwhile ${nameOf(one)} is ${describeSnapshot(one.getSnapshot())}`)
    }
    this.#onRequest(this.tree, actor)
  }

  observe(actor: AnyActorRef, by: string): void {
    actor.subscribe({
      next: (snapshot) => this.notes.push(`${by}: ${nameOf(actor)} is ${describeSnapshot(snapshot)}`),
      complete: () => this.notes.push(`${by}: ${nameOf(actor)} is complete`),
    })
  }

  spawned(connection: AnyActorRef): void {
    this.connections.push(connection)
    this.observe(connection, 'first')
    connection.start()
  }
}

/** XState's own actors. */
export const interpreted: Interpreter = (input, onRequest, isInspected = true) => {
  const notes = new Notes(onRequest)
  const inspect = isInspected ? notes.inspector('first') : undefined
  const noting = <Machine extends AnyStateMachine>(
    machine: Machine,
    spawn?: (self: AnyActorRef) => void,
  ): Machine => {
    const actions = requestsOf(machine).map((name) => [
      name,
      ({ self }: { self: AnyActorRef }, params: unknown) => {
        notes.request(self, name, params)
        spawn?.(self)
      },
    ])
    return machine.provide({ actions: Object.fromEntries(actions) }) as Machine
  }
  const connection = noting(connectionMachine)
  const connections = noting(connectionsMachine, (parent) => {
    const id = `connection-${notes.connections.length + 1}`
    notes.spawned(createActor(connection, { parent, id, src: 'connection' } as object))
  })
  const machine = noting(listenerMachine).provide({ actors: { connections } })
  const listener = createActor(machine, { id: 'listener', input, ...(inspect && { inspect }) })
  return started(notes, listener, (actor, event) => actor.send(event))
}

const charts = {
  listener: new Chart(listenerMachine),
  connections: new Chart(connectionsMachine),
  connection: new Chart(connectionMachine),
}

/** The library's. */
export const lookedUp: Interpreter = (input, onRequest, isInspected = true) => {
  const notes = new Notes(onRequest)
  const inspect = isInspected ? notes.inspector('first') : undefined
  const system = new System({ setTimeout() {}, clearTimeout() {} }, inspect)
  const effectsFor = (machine: AnyStateMachine, self: () => AnyActorRef, spawn?: () => void): object =>
    Object.fromEntries(
      requestsOf(machine).map((name) => [
        name,
        (params: unknown) => {
          notes.request(self(), name, params)
          spawn?.()
        },
      ]),
    )
  const common = { system, check: (event: unknown) => event as never, insteadOfStop: 'nothing' }
  const actorOf = <Machine extends AnyStateMachine>(
    role: Role<Machine, object>,
    spawn?: (self: ChartActor<Machine>) => void,
  ): ChartActor<Machine> => {
    const actor: ChartActor<Machine> = new ChartActor(
      role,
      effectsFor(role.chart.machine, () => actor, spawn && (() => spawn(actor))),
    )
    return actor
  }
  const listener = actorOf({
    ...common,
    chart: charts.listener,
    input,
    nameOf: () => 'listener',
    spawn: (src, id, parent) =>
      actorOf({ ...common, chart: charts.connections, parent, src, nameOf: () => id }, (supervisor) => {
        const number = notes.connections.length + 1
        const role = { ...common, chart: charts.connection, parent: supervisor, src: 'connection' }
        notes.spawned(actorOf({ ...role, nameOf: () => `connection-${number}` }))
      }),
  })
  return started(notes, listener, (actor, event) => {
    if (actor instanceof ChartActor) actor.receive(event)
  })
}

function started(notes: Notes, listener: AnyActorRef, send: Tree['send']): Run {
  const tree: Tree = {
    listener,
    connections: notes.connections,
    send,
    observe: (actor, by) => notes.observe(actor, by),
    inspect: (by) => void listener.system.inspect(notes.inspector(by)),
  }
  notes.tree = tree
  notes.observe(listener, 'first')
  listener.start()
  return { tree, notes: notes.notes }
}

function nameOf(actor: AnyActorRef | undefined): string {
  return actor ? `${actor.id}${actor._parent ? ` of ${actor._parent.id}` : ''}` : 'nobody'
}

export function describeSnapshot(snapshot: unknown): string {
  const { value, context, status, children } = snapshot as Record<string, object>
  const names = Object.values(children ?? {}).map((child) => nameOf(child as AnyActorRef))
  return JSON.stringify([value, context, status, names])
}

/** All of it that a tool could look at. */
function describe(told: InspectionEvent): string {
  const actor = told.actorRef as AnyActorRef & { logic: { id: string } }
  const root = actor._parent?._parent ?? actor._parent ?? actor
  const isRootRight = told.rootId === root.sessionId
  const about = [told.type, nameOf(actor), isRootRight, actor.logic.id, typeof actor.src]
  switch (told.type) {
    case '@xstate.actor':
      return JSON.stringify(about)
    case '@xstate.event':
      return JSON.stringify([...about, nameOf(told.sourceRef as AnyActorRef), told.event])
    case '@xstate.action': {
      const { type, params } = told.action
      const { to, actorRef } = (params ?? {}) as Record<string, AnyActorRef>
      const named = params && { ...params, to: to && nameOf(to), actorRef: actorRef && nameOf(actorRef) }
      return JSON.stringify([...about, type, named])
    }
    case '@xstate.microstep': {
      const transitions = told._transitions.map(({ source, target, eventType }) => [
        eventType,
        source.id,
        target?.map(({ id }) => id),
      ])
      return JSON.stringify([...about, told.event, describeSnapshot(told.snapshot), transitions])
    }
    default:
      return JSON.stringify([...about, told.event, describeSnapshot(told.snapshot)])
  }
}
