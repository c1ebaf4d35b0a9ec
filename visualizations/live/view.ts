// The server as lines of text.

import { listenerMachine } from '../../machines/index.ts'
import { outermost } from '../../src/common/state.ts'
import { formatAge, formatBytes } from '../../src/common/units.ts'
import { type Circumstances, explainState } from '../../src/describe/explain-state.ts'
import { isOver, type Tone, toneOf } from '../../src/describe/state.ts'
import { flow, type Line, type Span, type Style, span } from './spans.ts'
import type { Happening } from './tally.ts'

/** What is shown of the server. */
export interface ShownServer extends Circumstances {
  /** What to know before all else. */
  note: string | undefined
  address: string
  howToReach: string
  /** Where the same is shown on a web page. */
  inspector: string
  /** Dotted, as `accept-paused.waiting`. */
  state: string
  connections: { id: number; state: string; address: string; age: number; read: number; written: number }[]
  /** `undefined` where the OS does not tell. */
  numWaiting: number | undefined
  accepted: number
  dropped: number
  failed: number
  happenings: readonly Happening[]
}

/** All that is shown. */
export interface Shown extends ShownServer {
  /** What is being waited for, or what was last told. */
  message: string | undefined
  /** Whether keys are read, and any would do something. */
  hasKeys: boolean
}

export interface Size {
  columns: number
  rows: number
}

const KEYS = ['p pause', 'r resume', 'd drop on/off', '+/- limit', 'x drain', 'q quit']
const KEYS_WHEN_OVER = ['q quit']
const WIDE = 70
const MIN_CONNECTION_LINES = 3

const STYLES: Record<Tone, Style> = { good: 'good', busy: 'busy', bad: 'bad', calm: 'plain' }

/** No more lines than `size.rows`; the caller cuts them to the width. */
export function view(shown: Shown, size: Size): Line[] {
  const isWide = size.columns >= WIDE
  const top = [
    ...flow(wordsOf(shown.note ?? '', 'busy'), size.columns, 1, ' '),
    ...title(shown, isWide),
    isWide
      ? [span(' inspector  ', 'dim'), span(shown.inspector, 'lit')]
      : [span(` ${shown.inspector}`, 'lit')],
    [],
    ...chart(shown, size),
    [],
    ...counts(shown, size),
    [],
  ]
  const bottom = [
    [],
    ...flow(wordsOf(shown.message ?? '', 'busy'), size.columns, 1, ' '),
    ...(shown.hasKeys
      ? flow(
          (isOver(shown.state) ? KEYS_WHEN_OVER : KEYS).map((key) => span(key, 'dim')),
          size.columns,
          1,
          isWide ? '  ·  ' : ' · ',
        )
      : []),
  ]
  const room = Math.max(0, size.rows - top.length - bottom.length)
  const forConnections = Math.min(
    Math.max(shown.connections.length, MIN_CONNECTION_LINES) + 1,
    Math.max(MIN_CONNECTION_LINES + 1, Math.floor(room / 2)),
  )
  const middle = [
    ...connections(shown, forConnections, isWide),
    [],
    ...events(shown, room - forConnections - 1, isWide),
  ].slice(0, room)
  const filler: Line[] = Array.from({ length: room - middle.length }, () => [])
  return [...top, ...middle, ...filler, ...bottom].slice(0, size.rows)
}

function title({ address, howToReach, state }: Shown, isWide: boolean): Line[] {
  const name = span(' xstate-tcp ', 'bold')
  const reach = isOver(state) ? [span('closed', 'busy')] : [span('try  ', 'dim'), span(howToReach, 'lit')]
  if (isWide) return [[name, span(` echo server on ${address}    `), ...reach]]
  return [
    [name, span(' echo server')],
    [span(' '), ...reach],
  ]
}

function chart(shown: Shown, { columns }: Size): Line[] {
  const outer = outermost(shown.state)
  const states = Object.keys(listenerMachine.states)
  const drawn = columns >= WIDE ? boxes(states, outer) : lamps(states, outer)
  return [...drawn, ...describe(shown, columns)]
}

function boxes(states: string[], active: string): Line[] {
  const row = (draw: (name: string, isActive: boolean) => string): Line =>
    states.flatMap((name) => [span(' '), span(draw(name, name === active), boxStyle(name, active))])
  const bar = (name: string, isActive: boolean) => (isActive ? '━' : '─').repeat(name.length + 2)
  return [
    row((name, is) => (is ? `┏${bar(name, is)}┓` : `┌${bar(name, is)}┐`)),
    row((name, is) => (is ? `┃ ${name} ┃` : `│ ${name} │`)),
    row((name, is) => (is ? `┗${bar(name, is)}┛` : `└${bar(name, is)}┘`)),
  ]
}

function lamps(states: string[], active: string): Line[] {
  return states.map((name) => [span(` ${name === active ? '●' : '○'} ${name}`, boxStyle(name, active))])
}

function boxStyle(name: string, active: string): Style {
  return name === active ? STYLES[toneOf(name)] : 'dim'
}

/** The state in words, in as many lines as the longest needs, so that nothing below it jumps. */
function describe(shown: Shown, columns: number): Line[] {
  const inner = shown.state === 'accept-paused.waiting' ? '' : shown.state.split('.').slice(1).join('.')
  const text = `${inner && `${inner}: `}${explainState(shown.state, shown)}`
  const lines = flow(wordsOf(text), columns, 1, ' ').slice(0, 3)
  while (lines.length < (columns >= WIDE ? 2 : 3)) lines.push([])
  return lines
}

function wordsOf(text: string, style: Style = 'plain'): Span[] {
  return text
    .split(' ')
    .filter(Boolean)
    .map((word) => span(word, style))
}

function counts(shown: Shown, { columns }: Size): Line[] {
  const { numConnections, maxConnections, numWaiting, accepted, dropped, failed } = shown
  const bar =
    maxConnections <= 20
      ? `${'■'.repeat(Math.min(numConnections, 20))}${'□'.repeat(Math.max(0, maxConnections - numConnections))} `
      : ''
  return flow(
    [
      span(
        `${bar}${numConnections}/${maxConnections} connections`,
        numConnections >= maxConnections ? 'busy' : 'good',
      ),
      ...(numWaiting ? [span(`${numWaiting} waiting`, 'busy')] : []),
      ...(shown.pausedByHand && !isOver(shown.state) ? [span('paused by hand', 'busy')] : []),
      span(`accepted ${accepted}`),
      span(`dropped ${dropped}`, dropped > 0 ? 'bad' : 'plain'),
      span(`failed ${failed}`, failed > 0 ? 'bad' : 'plain'),
    ],
    columns,
    1,
    '   ',
  )
}

function connections(shown: Shown, max: number, isWide: boolean): Line[] {
  const head = isWide
    ? ` ${'#'.padStart(5)}  ${'state'.padEnd(10)} ${'client'.padEnd(24)} ${'age'.padStart(7)} ${'in'.padStart(9)} ${'out'.padStart(9)}`
    : ` ${'#'.padStart(4)} ${'state'.padEnd(9)} ${'age'.padStart(6)} ${'in'.padStart(8)} ${'out'.padStart(8)}`
  const rows = shown.connections.map(
    ({ id, state, address, age, read, written }): Line => [
      span(isWide ? ` ${String(id).padStart(5)}  ` : ` ${String(id).padStart(4)} `),
      span(state.padEnd(isWide ? 10 : 9), STYLES[toneOf(state)]),
      span(
        isWide
          ? ` ${address.padEnd(24)} ${formatAge(age).padStart(7)} ${formatBytes(read).padStart(9)} ${formatBytes(written).padStart(9)}`
          : ` ${formatAge(age).padStart(6)} ${formatBytes(read).padStart(8)} ${formatBytes(written).padStart(8)}`,
      ),
    ],
  )
  if (rows.length === 0) rows.push([span(' nobody is connected', 'dim')])
  const isCut = rows.length > max - 1
  const fitting = isCut ? rows.slice(0, Math.max(0, max - 2)) : rows
  if (isCut) fitting.push([span(` … and ${rows.length - fitting.length} more`, 'dim')])
  return [[span(head, 'dim')], ...fitting, ...Array.from({ length: max - 1 - fitting.length }, () => [])]
}

function events({ happenings }: Shown, max: number, isWide: boolean): Line[] {
  if (max < 2) return []
  return [
    [span(' last events', 'dim')],
    ...happenings.slice(-(max - 1)).map((happening) => describeHappening(happening, isWide)),
  ]
}

function describeHappening({ at, who, event, state }: Happening, isWide: boolean): Line {
  const to = isWide ? ` → ${state}` : ` → ${outermost(state)}`
  const time: Span[] = isWide ? [span(` ${at.toTimeString().slice(0, 8)} `, 'dim')] : [span(' ')]
  return [
    ...time,
    span(who.padStart(isWide ? 9 : 4).slice(isWide ? 0 : -4), 'dim'),
    span(` ${event}`),
    span(to, 'dim'),
  ]
}
