import { expect, test } from 'vitest'
import { render, span } from '../../visualizations/live/spans.ts'
import { type Shown, view } from '../../visualizations/live/view.ts'

const shown: Shown = {
  note: 'Port 7000 is taken, so the server is on 41234.',
  address: '127.0.0.1:7000',
  howToReach: 'nc 127.0.0.1 7000',
  inspector: 'http://127.0.0.1:7001/abc/',
  state: 'accept-paused.waiting',
  connections: Array.from({ length: 30 }, (_, index) => ({
    id: index + 1,
    state: 'serving',
    address: '127.0.0.1:50000',
    age: 61_000,
    read: 1_234_567,
    written: 12,
  })),
  numConnections: 30,
  maxConnections: 30,
  numWaiting: 4,
  pausedByHand: 'hold',
  isThrottled: false,
  pauseStrategy: 'hold',
  isBound: true,
  accepted: 30,
  dropped: 1,
  failed: 2,
  happenings: [
    { at: new Date(), who: 'listener', event: 'connection.offered', state: 'accept-paused.waiting' },
  ],
  message: 'Draining: waits 15 s for 30 connections; Ctrl-C cuts.',
  hasKeys: true,
}

const text = (columns: number, rows: number, other: Partial<Shown> = {}) =>
  view({ ...shown, ...other }, { columns, rows }).map((line) => render(line, columns, false))

test.each([
  [80, 24],
  [40, 24],
  [200, 60],
  [20, 10],
  [1, 1],
])('fits a terminal of %d by %d', (columns, rows) => {
  const lines = text(columns, rows)
  expect(lines.length).toBeLessThanOrEqual(rows)
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns)
})

test.each([80, 40])('shows at %d columns the state, the counts and the limit', (columns) => {
  const screen = text(columns, 30).join('\n')
  for (const words of [
    'Port 7000 is taken',
    'nc 127.0.0.1 7000',
    'accept-paused',
    '30/30 connections',
    '4 waiting',
    'paused by hand',
    'dropped 1',
    'failed 2',
  ])
    expect(screen).toContain(words)
  expect(screen.replaceAll(/\s+/g, ' ')).toContain('waits 15 s for 30 connections; Ctrl-C cuts.')
})

test.each([
  [{ pausedByHand: undefined }, "Full: new clients wait in the kernel's queue."],
  [{ pausedByHand: undefined, pauseStrategy: 'rebind' }, 'Full: new clients are refused.'],
  [{ numConnections: 29 }, "Paused by hand (hold): new clients wait in the kernel's queue."],
  [{ numConnections: 0, pausedByHand: 'rebind' }, 'Paused by hand (rebind): new clients are refused.'],
  [{}, "Full, and paused by hand (hold): new clients wait in the kernel's queue."],
] as const)('says of %j why the server is paused, and what that means', (circumstances, words) => {
  for (const columns of [80, 40])
    expect(text(columns, 30, circumstances).join('\n').replaceAll(/\s+/g, ' ')).toContain(` ${words}`)
})

test.each([
  ['accept-paused.binding', false, 'New clients are refused until the address is bound again.'],
  ['accept-paused.retrying', false, 'New clients are refused until the address is bound again.'],
  ['accept-paused.retrying', true, "New clients wait in the kernel's queue."],
  ['accept-paused.exhausted', true, "New clients wait in the kernel's queue."],
  ['dropping.retrying', false, 'New clients are refused until the address is bound again.'],
])(
  'says in %s, where it is %s that a socket listens, what that means for clients',
  (state, isBound, words) => {
    for (const columns of [80, 60])
      expect(text(columns, 40, { state, isBound }).join('\n').replaceAll(/\s+/g, ' ')).toContain(` ${words}`)
  },
)

test.each(['closing.listeningSocket', 'closed.settling', 'closed.drained'])(
  'offers in %s only keys that do something',
  (state) => {
    for (const columns of [80, 40]) {
      const screen = text(columns, 30, { state }).join('\n')
      expect(screen).not.toMatch(/nc 127|p pause|limit|x drain|by hand/)
      expect(screen).toMatch(/echo server.*\s+closed\n/)
      expect(screen).toContain('q quit')
    }
  },
)

test('marks the active state without colours too', () => {
  expect(text(80, 24).join('\n')).toContain('┃ accept-paused ┃')
  expect(text(40, 24).join('\n')).toContain('● accept-paused')
})

test('says how many connections it has no room for', () => {
  expect(text(80, 24).join('\n')).toMatch(/… and \d+ more/)
})

test('cuts a line to the width of the terminal, and says so', () => {
  const line = [span('ab'), span('cd')]
  expect([5, 4, 3, 2, 1].map((columns) => render(line, columns, false))).toEqual([
    'abcd',
    'abcd',
    'ab…',
    'ab',
    '…',
  ])
})

test('colours only where it may', () => {
  expect(render([{ text: 'lit', style: 'lit' }], 10, true)).toBe('\x1b[1;36mlit\x1b[0m')
  expect(render([{ text: 'lit', style: 'lit' }], 10, false)).toBe('lit')
})
