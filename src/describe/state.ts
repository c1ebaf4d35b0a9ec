// What a state says at a glance: its colour, and whether there is anything left to ask for.
// Browsers load this module too, so nothing of Node is in here.
import { outermost } from '../common/state.ts'

/**
 * `good`: all is well. `busy`: clients wait. `bad`: somebody loses something. `calm`: none of
 * these.
 */
export type Tone = 'good' | 'busy' | 'bad' | 'calm'

/** By outermost states, of both charts. */
const TONES: ReadonlyMap<string, Tone> = new Map([
  ['listening', 'good'],
  ['accepted', 'good'],
  ['preface', 'good'],
  ['serving', 'good'],
  ['accept-paused', 'busy'],
  ['closing', 'busy'],
  ['dropping', 'bad'],
  ['abandoned', 'bad'],
  ['closed', 'calm'],
])

/** The tone in which a state, dotted, is shown; `calm` for one that is not known. */
export function toneOf(state: string): Tone {
  return TONES.get(outermost(state)) ?? 'calm'
}

/**
 * The listening descriptor is closed, or about to be: there is nothing left to ask the server for
 * but to drain.
 */
export function isOver(state: string): boolean {
  const outer = outermost(state)
  return outer === 'closing' || outer === 'closed'
}

/** The server is closed and its last connection has settled: nothing happens any more. */
export function isDrained(state: string): boolean {
  return state === 'closed.drained'
}
