// What a tester says of a protocol: its machine, and for each event of it what a client sends and
// gets. Each wrong value is refused with an error that names it.
import type { AnyEventObject, AnyStateMachine, EventFromLogic, InputFrom, SnapshotFrom } from 'xstate'
import {
  invalid,
  rejectUnknownKeys,
  requireBoolean,
  requireFunction,
  requireObject,
  requireOptions,
} from '../../common/validate.ts'
import { type Answer, requireAnswer } from './answers.ts'
import { CONNECTION_EVENTS, type ConnectionEventType } from './events.ts'
import { nodesOf } from './states.ts'

/** Where an event comes: the machine before it. */
export interface Situation<TMachine extends AnyStateMachine, Event = EventFromLogic<TMachine>> {
  readonly before: SnapshotFrom<TMachine>
  readonly event: Event
}

/** What an event comes to: the machine before and after it. */
export interface Exchange<TMachine extends AnyStateMachine, Event = EventFromLogic<TMachine>>
  extends Situation<TMachine, Event> {
  readonly after: SnapshotFrom<TMachine>
}

/** An event of the machine, as a client brings it about. */
export type ClientEvent<TMachine extends AnyStateMachine, Event> = {
  /**
   * One request: text (sent as UTF-8) or bytes, at least one. Nothing is answered before its last
   * byte.
   */
  send: string | Uint8Array | ((situation: Situation<TMachine, Event>) => string | Uint8Array)
  /** All that the client then gets, where the machine has a transition; `''` for nothing. */
  answer: Answer | ((exchange: Exchange<TMachine, Event>) => Answer)
} & PayloadsOf<Event>

type PayloadsOf<Event> = keyof Event extends 'type'
  ? { payloads?: never }
  : string extends keyof Event
    ? { payloads?: readonly object[] }
    : {
        /** What the event is sent with: the paths have it once with each of these. */
        payloads: readonly Omit<Event, 'type'>[]
      }

/** What the client gets when something happens to its connection. */
interface ConnectionAnswer<TMachine extends AnyStateMachine> {
  answer: Answer | ((exchange: Exchange<TMachine>) => Answer)
}

type EventOf<TMachine extends AnyStateMachine, Type> = Extract<EventFromLogic<TMachine>, { type: Type }>

/**
 * An entry for each event of the machine; `null` for one that is not the client's, and never comes.
 * Those of the connection have no bytes.
 */
export type ClientEvents<TMachine extends AnyStateMachine> = string extends EventFromLogic<TMachine>['type']
  ? Record<string, ClientEvent<TMachine, AnyEventObject> | ConnectionAnswer<TMachine> | null>
  : {
      [Type in Exclude<EventFromLogic<TMachine>['type'], ConnectionEventType>]: ClientEvent<
        TMachine,
        EventOf<TMachine, Type>
      > | null
    } & { [Type in ConnectionEventType]?: ConnectionAnswer<TMachine> }

/** What `createProtocolModel` is to know of a protocol. */
export interface ProtocolModelOptions<TMachine extends AnyStateMachine, Shown extends object> {
  /**
   * One conversation: what a client may say where, and what comes of it. When it is done, the
   * server ends its side. Its guards and assigns are run, its other actions and delays are not.
   */
  machine: TMachine
  /** For each event of the machine, what a client sends and what it gets. */
  client: ClientEvents<TMachine>
  /**
   * What a client gets that has just connected.
   * @default ''
   */
  greeting?: Answer
  /**
   * What a client gets for an event that the machine has no transition for where it is;
   * `undefined`, also where the function returns it: that event is not tried there.
   * @default undefined
   */
  otherwise?: Answer | ((situation: Situation<TMachine>) => Answer | undefined)
  /**
   * What else can be seen of the server after each step, by names of your own; `observe` of the
   * driver has to return the same.
   */
  shows?: (snapshot: SnapshotFrom<TMachine>) => Shown
  /**
   * The input of the machine for each conversation; `previous` is how the one before ended, on the
   * same server.
   */
  input?: (previous: SnapshotFrom<TMachine> | undefined) => InputFrom<TMachine>
  /**
   * By which snapshots of the machine count as the same. Give one where the context has no bound (a
   * counter, say).
   * @default its value and its context
   */
  keyOf?: (snapshot: SnapshotFrom<TMachine>) => unknown
  /**
   * Whether every event is tried again after each way back, refusal, earlier client and close.
   * Without that there are far fewer paths, which find no traces of what was.
   * @default true
   */
  tryAgain?: boolean
}

const NAMES = ['machine', 'client', 'greeting', 'otherwise', 'shows', 'input', 'keyOf', 'tryAgain'] as const

/** Throws where any of the options is wrong. */
export function checkProtocolModelOptions(options: ProtocolModelOptions<AnyStateMachine, object>): void {
  const { machine, client, greeting, otherwise, shows, input, keyOf, tryAgain } = requireOptions(
    'createProtocolModel',
    options,
    NAMES,
  )
  requireObject('machine', machine, 'a machine of XState')
  if (!(machine.root?.transitions instanceof Map)) invalid('machine', 'a machine of XState', machine)
  // Those that change nothing as well, which `machine.events` leaves out.
  const events = nodesOf(machine.root).flatMap(({ transitions }) => [...transitions.keys()])
  checkClient(events, requireObject('client', client, 'an object') as Entries)
  if (tryAgain !== undefined) requireBoolean('tryAgain', tryAgain)
  if (greeting !== undefined) requireAnswer('greeting', greeting)
  if (otherwise !== undefined && typeof otherwise !== 'function') requireAnswer('otherwise', otherwise)
  for (const [name, value] of Object.entries({ shows, input, keyOf })) {
    if (value !== undefined) requireFunction(name, value)
  }
}

type Entries = Record<string, unknown>

function checkClient(descriptors: readonly string[], client: Entries): void {
  const named = descriptors.filter((name) => !name.startsWith('xstate.') && !name.endsWith('*'))
  const isOpen = descriptors.some((name) => name.endsWith('*'))
  const known = [...new Set([...named, ...CONNECTION_EVENTS])]
  if (!isOpen) rejectUnknownKeys('client', client, known)
  for (const name of new Set([...named, ...Object.keys(client)])) {
    if (CONNECTION_EVENTS.includes(name)) checkConnectionAnswer(name, client[name])
    else if (client[name] !== null) checkClientEvent(name, client[name])
  }
}

function checkConnectionAnswer(name: string, value: unknown): void {
  if (value === undefined) return
  const entry = requireObject(entryName(name), value, '{ answer }')
  rejectUnknownKeys(entryName(name), entry, ['answer'])
  const { answer } = entry as Entries
  if (typeof answer !== 'function') requireAnswer(`${entryName(name)}.answer`, answer)
}

function checkClientEvent(name: string, value: unknown): void {
  const entry = requireObject(entryName(name), value, '{ send, answer }, or null')
  rejectUnknownKeys(entryName(name), entry, ['send', 'answer', 'payloads'])
  const { send, answer, payloads } = entry as Entries
  if (typeof send !== 'function') requireBytes(`${entryName(name)}.send`, send)
  if (typeof answer !== 'function') requireAnswer(`${entryName(name)}.answer`, answer)
  if (payloads === undefined) return
  if (!Array.isArray(payloads) || payloads.length === 0) {
    invalid(`${entryName(name)}.payloads`, 'an array that is not empty', payloads)
  }
  for (const payload of payloads) requireObject(`${entryName(name)}.payloads`, payload, 'an array of objects')
}

/** As one would write it: `client.QUIT`, `client['client.ends']`. */
export function entryName(type: string): string {
  return /^\w+$/.test(type) ? `client.${type}` : `client['${type}']`
}

/** Something to send. */
export function requireBytes(name: string, value: unknown): Buffer {
  const isBytes = typeof value === 'string' || value instanceof Uint8Array
  if (!isBytes || value.length === 0) return invalid(name, 'text or bytes, at least one', value)
  return Buffer.from(value as Uint8Array)
}
