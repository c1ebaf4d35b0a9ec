import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { connectionMachine, listenerMachine } from '../../machines/index.ts'
import { toMermaid, toOverview } from '../../visualizations/mermaid.ts'
import { flatten, outline } from '../../visualizations/outline.ts'
import { pictures } from '../../visualizations/pictures.ts'

describe.each([
  ['listener', listenerMachine],
  ['connection', connectionMachine],
])('the picture of the %s chart', (_, machine) => {
  const picture = toMermaid(machine)
  const states = flatten(outline(machine)).slice(1)

  test('shows every state by its own name', () => {
    expect(states.length).toBeGreaterThan(5)
    for (const { name } of states) expect(picture).toContain(`state "${name}" as`)
  })

  test('shows every event', () => {
    for (const event of machine.events)
      expect(picture).toMatch(
        new RegExp(`[:>] ?${event.replace('.', '\\.')}(?![\\w.])|^\\s+${event}(?![\\w.])`, 'm'),
      )
  })

  test('shows every guard that decides where a transition leads', () => {
    const guards = states
      .flatMap(({ edges }) => edges.flatMap(({ labels }) => labels))
      .filter((label) => label.includes('['))
    for (const label of guards) expect(picture).toContain(label)
  })

  test('uses no id that Mermaid refuses', () => {
    const declared = [...picture.matchAll(/" as (\S+)/g)].map(([, id]) => id)
    const connected = [...picture.matchAll(/(\S+) --> (\S+)/g)].flatMap(([, source, target]) => [
      source,
      target,
    ])
    expect(declared.length).toBeGreaterThanOrEqual(states.length)
    for (const id of declared) expect(id).toMatch(/^[a-z]\w*$/i)
    for (const id of connected) expect(['[*]', ...declared]).toContain(id)
  })

  test('draws no edge from a state to one inside it, which Mermaid cannot', () => {
    for (const [, source, target] of picture.matchAll(/^\s*(\w+) --> (\w+)/gm)) {
      expect(target?.startsWith(`${source}_`)).toBe(false)
    }
  })
})

test('the overview shows the outer states and nothing of what is inside', () => {
  const overview = toOverview(listenerMachine)
  expect([...overview.matchAll(/state "([^"]+)"/g)].map(([, name]) => name)).toEqual([
    'listening',
    'accept-paused',
    'dropping',
    'closing',
    'closed',
  ])
  expect(overview).toContain('listening --> accept_paused : [isPausedByHand]<br>[isFull]')
})

test.each(Object.entries(pictures))('%s is up to date', (file, draw) => {
  const now = readFileSync(file, 'utf8')
  expect(draw(now)).toBe(now)
})
