import { describe, expect, test } from 'vitest'
import { type AnyStateMachine, createMachine } from 'xstate'
import { connectionMachine, listenerMachine } from '../../machines/index.ts'
import { flatten, outline } from '../../visualizations/outline.ts'
import { type SvgOptions, toSvg } from '../../visualizations/svg.ts'

interface Box {
  text: string
  left: number
  right: number
  top: number
  bottom: number
}

/** About how wide characters of DejaVu Sans are, the widest of the fonts, in ems. */
function widthOf(text: string): number {
  let width = 0
  for (const character of text) {
    if (/[ijl']/.test(character)) width += 0.28
    else if (/[ .,:;/()[\]rtf-]/.test(character)) width += 0.39
    else if (/[mwMW]/.test(character)) width += 0.95
    else if (/[A-Z]/.test(character)) width += 0.7
    else width += 0.615
  }
  return width
}

/** Where the texts are. */
function boxesOf(svg: string): Box[] {
  const texts = svg.matchAll(/<text[^>]* x="([-\d.]+)" y="([-\d.]+)" font-size="([\d.]+)"[^>]*>([^<]*)</g)
  return Array.from(texts, ([, x, y, size, raw = '']) => {
    const text = raw.replaceAll(/&#?\w+;/g, 'x')
    const left = Number(x)
    const bottom = Number(y)
    return {
      text,
      left,
      right: left + widthOf(text) * Number(size),
      top: bottom - Number(size) * 0.8,
      bottom,
    }
  })
}

/** All that is written, in one line. */
function wordsOf(svg: string): string {
  return [...svg.matchAll(/<text[^>]*>([^<]*)</g)]
    .map(([, text = '']) => text)
    .join(' ')
    .replaceAll('&#45;', '-')
    .replaceAll('&#160;', ' ')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
}

describe.each<[string, AnyStateMachine, SvgOptions]>([
  ['listener', listenerMachine, {}],
  ['connection', connectionMachine, {}],
  ['brief listener', listenerMachine, { isBrief: true }],
  ['brief connection', connectionMachine, { isBrief: true }],
])('the SVG of the %s chart', (_, machine, options) => {
  const svg = toSvg(machine, options)
  const root = outline(machine)
  const states = flatten(root).slice(1)

  test('has a group for every state, and its name', () => {
    const drawn = [...svg.matchAll(/data-state="([^"]*)"/g)].map(([, path]) => path)
    expect(drawn.toSorted()).toEqual(states.map(({ path }) => path).toSorted())
    for (const { name } of states) expect(wordsOf(svg)).toContain(name)
  })

  test('has a line, a label and a line for every transition from one state to another', () => {
    const drawn = [
      ...svg.matchAll(/data-edge="\d+" data-source="([^"]*)" data-target="([^"]*)" data-events="([^"]*)"/g),
    ]
    const edges = [root, ...states].flatMap(({ path, edges }) =>
      edges.flatMap(({ target, events }) => Array(3).fill(`${path} ${target} ${events.join(' ')}`)),
    )
    expect(edges.length).toBeGreaterThan(20)
    expect(drawn.map(([, ...ends]) => ends.join(' ')).toSorted()).toEqual(edges.toSorted())
  })

  test('tells events and guards; in full also descriptions and actions', () => {
    const words = wordsOf(svg)
    for (const { edges, description, inner } of [root, ...states]) {
      for (const { labels, details } of edges)
        for (const text of options.isBrief ? labels : details) expect(words).toContain(text)
      if (options.isBrief) continue
      // The chart's own description is the reader's, not a state's.
      if (description && description !== root.description) expect(words).toContain(description)
      for (const text of inner) expect(words).toContain(text)
    }
  })

  test('has no text over another, and none outside', () => {
    const [, width = 0, height = 0] = (svg.match(/viewBox="0.00 0.00 ([\d.]+) ([\d.]+)"/) ?? []).map(Number)
    const boxes = boxesOf(svg)
    expect(boxes.length).toBeGreaterThan(20)
    for (const { left, right, top, bottom } of boxes) {
      expect(left).toBeGreaterThanOrEqual(-8)
      expect(right).toBeLessThanOrEqual(width)
      expect(bottom).toBeLessThanOrEqual(8)
      expect(top).toBeGreaterThanOrEqual(-height)
    }
    const overlapping = boxes.flatMap((one, index) =>
      boxes
        .slice(index + 1)
        .filter(
          (other) =>
            one.left < other.right &&
            other.left < one.right &&
            one.top < other.bottom &&
            other.top < one.bottom,
        )
        .map((other) => `${one.text} / ${other.text}`),
    )
    expect(overlapping).toEqual([])
  })

  test('leaves colours to its style, which knows light and dark', () => {
    expect(svg).toContain('prefers-color-scheme: dark')
    expect(svg.replace(/<style>[\s\S]*<\/style>/, '')).not.toMatch(/(?:fill|stroke)="|#[0-9a-f]{6}/)
  })

  test('is the same each time', () => {
    expect(toSvg(machine, options)).toBe(svg)
  })
})

test('text of a chart stays text in its SVG', () => {
  const hostile = '<script>alert("1")</script> & \\"quotes\\" ]]>'
  const machine = createMachine({
    id: 'hostile',
    initial: 'a',
    states: { a: { description: hostile, on: { '<img src=x>': 'b' } }, b: { type: 'final' } },
  })
  const svg = toSvg(machine)
  expect(svg).not.toMatch(/<script|<img/)
  expect(wordsOf(svg)).toContain(hostile)
  expect(wordsOf(svg)).toContain('<img src=x>')
})
