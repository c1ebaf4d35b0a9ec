import { expect, test } from 'vitest'
import { layOut } from '../../visualizations/layout.ts'

const layout = layOut(`digraph {
  compound=true
  node [shape=box]
  subgraph "cluster outer" { graph [id=outer; label=<<b>outer</b>>]; inner [id=inner; label="one\\ntwo"] }
  other [id=other]
  inner -> other [id="edge"; ltail="cluster outer"]
  other -> inner [id=headless; dir=none]
}`)

test('boxes are where Graphviz puts them, from the upper left corner', () => {
  const [outer] = layout.clusters
  const [inner, other] = ['inner', 'other'].map((id) => layout.nodes.find((node) => node.id === id))
  if (!outer || !inner || !other) throw new Error('a box is missing')
  expect([layout.clusters.length, layout.nodes.length, outer.id]).toEqual([1, 2, 'outer'])
  expect(inner.left).toBeGreaterThan(outer.left)
  expect(inner.left + inner.width).toBeLessThan(outer.left + outer.width)
  expect(inner.top).toBeGreaterThan(outer.top)
  expect(inner.top + inner.height).toBeLessThan(outer.top + outer.height)
  expect(other.top).toBeGreaterThan(outer.top + outer.height)
  for (const { left, top, width, height } of [outer, inner, other]) {
    expect(Math.min(left, top)).toBeGreaterThan(0)
    expect(left + width).toBeLessThan(layout.width)
    expect(top + height).toBeLessThan(layout.height)
  }
})

test('each line of a label has a place, the upper ones first', () => {
  const lines = layout.nodes.find(({ id }) => id === 'inner')?.lines ?? []
  expect(lines.length).toBe(2)
  expect(lines[0]?.[1]).toBeLessThan(lines[1]?.[1] ?? 0)
  expect(layout.clusters[0]?.lines.length).toBe(1)
})

test('an edge is a curve with a head, unless it has none, and is clipped at the box that it leaves', () => {
  const [edge, headless] = ['edge', 'headless'].map((id) => layout.edges.find((one) => one.id === id))
  expect([edge?.head.length, headless?.head.length]).toEqual([3, 0])
  expect(edge?.curve.length).toBeGreaterThan(3)
  const [outer] = layout.clusters
  for (const [, y] of edge?.curve ?? [])
    expect(y).toBeGreaterThan((outer?.top ?? 0) + (outer?.height ?? 0) - 1)
})

test.each([
  ['what Graphviz cannot read', 'digraph {'],
  ['what it warns of', 'digraph { a [shape=nonsense] }'],
])('%s is an error', (_, dot) => {
  expect(() => layOut(dot)).toThrow(/^Graphviz: /)
})
