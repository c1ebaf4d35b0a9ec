// A chart as pictures need it: its states as a tree, with what leads out of each and what happens
// inside.
import type { AnyStateMachine, AnyStateNode } from 'xstate'

/** Transitions of one state to one target, told as one. */
export interface Edge {
  target: string
  /** `event` or `event [guard]`, without those that make no difference to where it leads. */
  labels: string[]
  /** The same with what is asked for on the way: `event [guard] / effects`. */
  details: string[]
  /** The names of the events. */
  events: string[]
}

export interface StateOutline {
  /** The path from the root, dotted; `''` for the root. */
  path: string
  name: string
  description: string
  isFinal: boolean
  initial: string | undefined
  children: StateOutline[]
  edges: Edge[]
  /** What is asked for before anything else; only the root has any. */
  start: string[]
  /** `event / effects` of transitions that lead nowhere, and `entry / effects`. */
  inner: string[]
  /** The events that it has any transition for. */
  reactsTo: string[]
}

type Transition = AnyStateNode['always'] extends (infer T)[] | undefined ? T : never

/** What a chart consists of, in the order in which it is written. */
export function outline(machine: AnyStateMachine): StateOutline {
  return outlineState(machine, machine.root)
}

/** A state and all within it, outer ones first. */
export function flatten(state: StateOutline): StateOutline[] {
  return [state, ...state.children.flatMap(flatten)]
}

function outlineState(machine: AnyStateMachine, node: AnyStateNode): StateOutline {
  const transitions = [...(node.always ?? []), ...[...node.transitions.values()].flat()]
  return {
    path: node.path.join('.'),
    name: node.key,
    description: node.description ?? '',
    isFinal: node.type === 'final',
    initial: node.initial?.target?.[0]?.path.join('.'),
    children: Object.values(node.states).map((child) => outlineState(machine, child)),
    edges: edgesOf(
      machine,
      transitions.filter((transition) => transition.target),
    ),
    reactsTo: [...node.transitions.keys()],
    start: node.parent ? [] : effectNames(machine, node.entry),
    inner: [
      ...withEffects('entry', node.parent ? effectNames(machine, node.entry) : []),
      ...transitions
        .filter((transition) => !transition.target)
        .map((transition) =>
          [eventOf(transition), effectNames(machine, transition.actions).join(', ')]
            .filter(Boolean)
            .join(' / '),
        ),
    ],
  }
}

function edgesOf(machine: AnyStateMachine, transitions: readonly Transition[]): Edge[] {
  const targets = [...new Set(transitions.map(targetOf))]
  return targets.map((target) => {
    const found = transitions.filter((transition) => targetOf(transition) === target)
    const events = [...new Set(found.map(eventOf))]
    return {
      target,
      events,
      labels: events.flatMap((event) => {
        const guards = found.filter((transition) => eventOf(transition) === event).map(guardOf)
        return guards.includes(undefined) ? [event] : guards.map((guard) => `${event} [${guard}]`)
      }),
      details: [...new Set(found.map((transition) => detailOf(machine, transition)))],
    }
  })
}

function targetOf({ target }: Transition): string {
  return target?.[0]?.path.join('.') ?? ''
}

function detailOf(machine: AnyStateMachine, transition: Transition): string {
  const guard = guardOf(transition)
  const effects = effectNames(machine, transition.actions)
  return [
    eventOf(transition),
    ...(guard ? [`[${guard}]`] : []),
    ...(effects.length > 0 ? [`/ ${effects.join(', ')}`] : []),
  ].join(' ')
}

function eventOf(transition: Transition): string {
  return transition.eventType === '' ? 'always' : transition.eventType
}

function guardOf({ guard }: Transition): string | undefined {
  return typeof guard === 'object' ? (guard as { type: string }).type : (guard as string | undefined)
}

/** A chart's own action, as far as it has these. */
interface BuiltIn {
  type?: string
  src?: unknown
  to?: unknown
  event?: { type?: unknown }
}

/**
 * What is asked for, by name or by what is sent to whom; actions that only change the context
 * explain little.
 */
function effectNames(machine: AnyStateMachine, actions: readonly unknown[]): string[] {
  return actions.flatMap((action) => {
    const name = typeof action === 'string' ? action : (action as { type: string }).type
    const implementation: object = machine.implementations.actions[name] ?? {}
    if (!('resolve' in implementation)) return [name]
    const { type, src, to, event } = implementation as BuiltIn
    if (type === 'xstate.spawnChild') return [`spawn ${src}`]
    return type === 'xstate.sendTo' ? [`send ${event?.type} to ${to}`] : []
  })
}

function withEffects(event: string, effects: string[]): string[] {
  return effects.length > 0 ? [`${event} / ${effects.join(', ')}`] : []
}
