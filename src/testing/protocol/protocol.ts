// A user's protocol as the model asks it: what each event comes to, and what is said then.
import { inspect } from 'node:util'
import {
  type AnyEventObject,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type AnyTransitionDefinition,
  getInitialMicrosteps,
  getMicrosteps,
  initialTransition,
  transition,
} from 'xstate'
import { InvalidOptionError } from '../../common/errors.ts'
import { invalid } from '../../common/validate.ts'
import { type Answer, requireAnswer } from './answers.ts'
import { CONNECTION_EVENTS } from './events.ts'
import { entryName, type ProtocolModelOptions, requireBytes } from './options.ts'
import { nameOf } from './states.ts'
import { Reached } from './unreached.ts'

/** More snapshots of a user's machine than this are too many to try everything in each. */
const MAX_SNAPSHOTS = 1_000

/** What an event of the machine comes to. */
export interface Outcome {
  readonly after: AnyMachineSnapshot
  /** Those that the machine has taken; none where it has none for the event. */
  readonly transitions: readonly AnyTransitionDefinition[]
  /** `undefined` where the event is not tried. */
  readonly answer: Answer | undefined
}

type Options = ProtocolModelOptions<AnyStateMachine, object>
interface Entry {
  send?: string | Uint8Array | ((situation: object) => string | Uint8Array)
  answer: Answer | ((exchange: object) => Answer)
  payloads?: readonly object[]
}

export class Protocol {
  readonly machine: AnyStateMachine
  readonly greeting: Answer
  readonly isTriedAgain: boolean
  /** All that a client may say, with each payload. */
  readonly events: readonly AnyEventObject[]
  readonly #options: Options
  readonly #entries: Readonly<Record<string, Entry | null | undefined>>
  readonly #reached: Reached
  /** A snapshot is asked often, in each state of the world around it. */
  readonly #outcomes = new WeakMap<AnyMachineSnapshot, Map<string, Outcome>>()
  readonly #beginnings = new WeakMap<object, AnyMachineSnapshot>()
  /** One of those that are the same in all; in the context as well, whatever `keyOf` says. */
  readonly #snapshots = new Map<string, AnyMachineSnapshot>()
  readonly #keys = new WeakMap<AnyMachineSnapshot, string>()
  readonly #known = new Set<string>()
  /** How many events it takes at least to come to a state. */
  readonly #depths: ReadonlyMap<string, number>

  /** The options must have been checked. */
  constructor(options: Options) {
    this.#options = options
    this.machine = options.machine
    this.greeting = requireAnswer('greeting', options.greeting ?? '')
    this.isTriedAgain = options.tryAgain ?? true
    this.#entries = options.client as Record<string, Entry | null>
    this.#reached = new Reached(this.machine)
    this.events = Object.entries(this.#entries).flatMap(([type, entry]) =>
      CONNECTION_EVENTS.includes(type) || !entry
        ? []
        : (entry.payloads ?? [{}]).map((payload) => ({ type, ...payload })),
    )
    this.#depths = this.#measure()
  }

  /** A new conversation. */
  begin(previous: AnyMachineSnapshot | undefined): AnyMachineSnapshot {
    const { input } = this.#options
    const key = (input && previous) ?? this
    const known = this.#beginnings.get(key)
    if (known) return known
    const given = input?.(previous)
    const snapshot = this.#oneOf(initialTransition(this.machine, given)[0])
    const steps = getInitialMicrosteps(this.machine, given)
    this.#reached.addStates([...steps.map(([passed]) => passed), snapshot])
    this.#beginnings.set(key, snapshot)
    return snapshot
  }

  outcome(before: AnyMachineSnapshot, event: AnyEventObject): Outcome {
    const outcomes = this.#outcomes.get(before) ?? new Map<string, Outcome>()
    this.#outcomes.set(before, outcomes)
    const key = JSON.stringify(event)
    const outcome = outcomes.get(key) ?? this.#find(before, event)
    outcomes.set(key, outcome)
    return outcome
  }

  /** What a client sends for an event. */
  bytesOf(before: AnyMachineSnapshot, event: AnyEventObject): Buffer {
    const { send } = this.#entryOf(event.type) ?? {}
    return typeof send === 'function'
      ? requireBytes(`The result of ${entryName(event.type)}.send()`, send({ before, event }))
      : requireBytes(`${entryName(event.type)}.send`, send)
  }

  /** What a client may say here. */
  triedIn(before: AnyMachineSnapshot): AnyEventObject[] {
    return this.events.filter((event) => this.outcome(before, event).answer !== undefined)
  }

  /** As a string, by which snapshots count as the same. */
  keyOf(snapshot: AnyMachineSnapshot): string {
    const known = this.#keys.get(snapshot)
    if (known !== undefined) return known
    const { keyOf } = this.#options
    const key = keyOf ? inspect(keyOf(snapshot), WHOLE) : wholeKeyOf(snapshot)
    this.#keys.set(snapshot, key)
    if (this.#known.add(key).size > MAX_SNAPSHOTS) {
      throw new InvalidOptionError(
        `The machine has more than ${MAX_SNAPSHOTS} snapshots, the last one is ${key}; give keyOf, by which some of them count as the same`,
      )
    }
    return key
  }

  /** What has gone back to a state that comes earlier, or as early, must leave no trace there. */
  isReturn(from: AnyMachineSnapshot, to: AnyMachineSnapshot): boolean {
    const [one, other] = [nameOf(from), nameOf(to)]
    return one !== other && (this.#depths.get(other) ?? 0) <= (this.#depths.get(one) ?? 0)
  }

  /** What nobody has asked about so far. */
  unreached(): string[] {
    return this.#reached.unreached((type) => this.#entries[type] !== null)
  }

  #entryOf(type: string): Entry | undefined {
    const entry = this.#entries[type] ?? undefined
    if (entry || CONNECTION_EVENTS.includes(type)) return entry
    const types = new Set(this.events.map((event) => event.type))
    return invalid('type', `an event of the client (${[...types].join(', ')})`, type)
  }

  #find(before: AnyMachineSnapshot, event: AnyEventObject): Outcome {
    const entry = this.#entryOf(event.type)
    const transitions = this.machine.getTransitionData(before, event)
    if (transitions.length === 0)
      return { after: before, transitions, answer: this.#otherwise(before, event) }
    const after = this.#oneOf(transition(this.machine, before, event)[0])
    const steps = getMicrosteps(this.machine, before, event)
    this.#reached.addStates([...steps.map(([passed]) => passed), after])
    this.#reached.addTransitions(transitions)
    const { answer = '' } = entry ?? {}
    const given = typeof answer === 'function' ? answer({ before, event, after }) : answer
    return { after, transitions, answer: requireAnswer(`The answer of ${entryName(event.type)}`, given) }
  }

  #otherwise(before: AnyMachineSnapshot, event: AnyEventObject): Answer | undefined {
    const { otherwise } = this.#options
    if (CONNECTION_EVENTS.includes(event.type)) return undefined
    const answer = typeof otherwise === 'function' ? otherwise({ before, event }) : otherwise
    return answer === undefined ? undefined : requireAnswer('The result of otherwise()', answer)
  }

  #oneOf(snapshot: AnyMachineSnapshot): AnyMachineSnapshot {
    const key = wholeKeyOf(snapshot)
    const known = this.#snapshots.get(key)
    if (known) return known
    this.#snapshots.set(key, snapshot)
    return snapshot
  }

  #measure(): Map<string, number> {
    const depths = new Map<string, number>()
    const beginning = this.begin(undefined)
    const found = new Map([[this.keyOf(beginning), { snapshot: beginning, depth: 0 }]])
    for (const { snapshot, depth } of found.values()) {
      if (!depths.has(nameOf(snapshot))) depths.set(nameOf(snapshot), depth)
      for (const event of snapshot.status === 'active' ? this.events : []) {
        const { after } = this.outcome(snapshot, event)
        const key = this.keyOf(after)
        if (!found.has(key)) found.set(key, { snapshot: after, depth: depth + 1 })
      }
    }
    return depths
  }
}

const WHOLE = {
  depth: Number.POSITIVE_INFINITY,
  maxArrayLength: null,
  maxStringLength: null,
  breakLength: Number.POSITIVE_INFINITY,
  compact: true,
  sorted: true,
}

function wholeKeyOf({ value, context, historyValue }: AnyMachineSnapshot): string {
  const history = Object.entries(historyValue).map(([id, nodes]) => [id, nodes.map((node) => node.id)])
  return inspect([value, context, history], WHOLE)
}
