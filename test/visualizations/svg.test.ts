import { execFileSync, spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { type AnyStateMachine, createMachine } from 'xstate'
import { connectionMachine, listenerMachine } from '../../machines/index.ts'
import { style } from '../../visualizations/looks.ts'
import { flatten, outline } from '../../visualizations/outline.ts'
import { type SvgOptions, toSvg } from '../../visualizations/svg.ts'
import { readPng } from '../support/png.ts'

/** From Debian's librsvg2-bin. */
const hasRsvg = spawnSync('rsvg-convert', ['--version']).status === 0

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
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
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
    const [, width = 0, height = 0] = (svg.match(/viewBox="0 0 (\d+) (\d+)"/) ?? []).map(Number)
    const boxes = boxesOf(svg)
    expect(boxes.length).toBeGreaterThan(20)
    for (const { left, right, top, bottom } of boxes) {
      expect(left).toBeGreaterThanOrEqual(0)
      expect(right).toBeLessThanOrEqual(width)
      expect(bottom).toBeLessThanOrEqual(height)
      expect(top).toBeGreaterThanOrEqual(0)
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

  test('has the style in it, unless it is for a page, whose policy lets in styles from files only', () => {
    expect([...svg.matchAll(/<style>\n([\s\S]*?)<\/style>/g)].map(([, inside]) => inside)).toEqual(
      options.isBrief ? [] : [style],
    )
    expect(svg).not.toMatch(/ style=/)
  })

  test('has a colour of its own on every shape and text', () => {
    const drawn = [...svg.matchAll(/<(?:path|polygon|circle|rect|text)\b[^>]*>/g)].map(([tag]) => tag)
    expect(drawn.length).toBeGreaterThan(40)
    for (const tag of drawn) {
      expect(tag).toMatch(/ fill="(?:#[0-9a-f]{6}|none)"/)
      if (/<(?:path|polygon|rect x=)/.test(tag)) expect(tag).toMatch(/ stroke="#[0-9a-f]{6}"/)
      if (/<text/.test(tag)) expect(tag).toMatch(/ font-size="/)
      const names = [...tag.matchAll(/ ([\w-]+)=/g)].map(([, name]) => name)
      expect(names).toEqual([...new Set(names)])
    }
  })

  test.skipIf(!hasRsvg)('is readable where librsvg draws it, which must be installed for this', () => {
    // Where all is small, strokes would be but the softened edges of themselves.
    const zoom = options.isBrief ? 2 : 1
    const picture = readPng(
      execFileSync('rsvg-convert', ['--zoom', `${zoom}`], { input: svg, maxBuffer: 1e8 }),
    )
    const counts = new Map([0, 0xffffff, 0xf6f8fa, 0x8c959f, 0x1f2328, 0x0550ae].map((color) => [color, 0]))
    for (let y = 0; y < picture.height; y++) {
      for (let x = 0; x < picture.width; x++) {
        const color = picture.at(x, y)
        const count = counts.get(color)
        if (count !== undefined) counts.set(color, count + 1)
      }
    }
    const share = (color: number) => (counts.get(color) ?? 0) / (picture.width * picture.height)
    expect(picture.at(0, 0)).toBe(0xffffff)
    expect(share(0xffffff) + share(0xf6f8fa)).toBeGreaterThan(0.7)
    expect(share(0)).toBe(0)
    // Boxes, borders, names and events.
    for (const color of [0xf6f8fa, 0x8c959f, 0x1f2328, 0x0550ae])
      expect([color.toString(16), share(color) > 0]).toEqual([color.toString(16), true])
    // In each box is something else than its ground.
    for (const box of boxesOf(svg).filter(({ text }) => text !== '')) {
      const colors = new Set<number>()
      for (let x = Math.floor(box.left * zoom); x < box.right * zoom; x++) {
        for (let y = Math.floor(box.top * zoom); y < box.bottom * zoom; y++) colors.add(picture.at(x, y))
      }
      expect([box.text, colors.size > 3]).toEqual([box.text, true])
    }
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

test('the style knows light and dark, and is applied only where its values are understood', () => {
  expect(style).toContain('prefers-color-scheme: dark')
  // Attributes would be of no use where a rule is applied whose values are not understood.
  expect(style.trim()).toMatch(/^@supports \(color: var\(--\w+\)\) \{[\s\S]*\}$/)
  for (const [, name = ''] of style.matchAll(/var\((--\w+)\)/g)) {
    if (name !== '--ink') expect(style.split(`${name}: #`).length).toBe(3)
  }
})

describe.each<SvgOptions>([{}, { isBrief: true }])('a chart of four levels, with %j', (options) => {
  const machine = createMachine({
    id: 'deep',
    initial: 'a',
    states: {
      a: {
        initial: 'b',
        on: { reset: '.b.c', leave: 'z' },
        states: {
          b: {
            initial: 'c',
            on: { side: 'e', up: '#deep.a' },
            states: {
              c: {
                initial: 'd',
                states: {
                  d: { on: { out: '#deep.z', next: 'd2', top: '#deep.a.b', over: '#deep.a.e.f' } },
                  d2: { type: 'final' },
                },
              },
            },
          },
          e: { initial: 'f', states: { f: { on: { back: '#deep.a.b.c.d2' } } } },
        },
      },
      z: { on: { again: 'a.b.c.d', all: 'a.b.c' } },
    },
  })
  const svg = toSvg(machine, options)
  const boxes = new Map(
    [
      ...svg.matchAll(
        /data-state="([^"]*)">\n<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/g,
      ),
    ].map(([, path = '', ...numbers]) => {
      const [left = 0, top = 0, width = 0, height = 0] = numbers.map(Number)
      return [path, { left, top, right: left + width, bottom: top + height }]
    }),
  )

  test('has each state once, within the box of the state that it is in, and not in others', () => {
    const paths = flatten(outline(machine))
      .slice(1)
      .map(({ path }) => path)
    expect([...boxes.keys()].toSorted()).toEqual(paths.toSorted())
    for (const [outer, around] of boxes) {
      for (const [inner, box] of boxes) {
        if (outer === inner || outer.startsWith(`${inner}.`)) continue
        const isWithin =
          box.left > around.left &&
          box.right < around.right &&
          box.top > around.top &&
          box.bottom < around.bottom
        expect([outer, inner, isWithin]).toEqual([outer, inner, inner.startsWith(`${outer}.`)])
      }
    }
  })

  test('has outer boxes below those that are in them', () => {
    const order = [...boxes.keys()]
    for (const [index, path] of order.entries()) {
      expect(order.slice(index + 1).filter((later) => path.startsWith(`${later}.`))).toEqual([])
    }
  })

  test('has a line, a label and a line for every transition', () => {
    const edges = flatten(outline(machine)).flatMap(({ edges }) => edges)
    expect([...svg.matchAll(/ data-edge="\d+"/g)].length).toBe(edges.length * 3)
  })
})
