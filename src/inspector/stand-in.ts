// Plain pictures of the charts: states as boxes, inner states inside, no transitions. In the place of better ones.
import type { AnyStateNode } from 'xstate'
import { connectionMachine, listenerMachine } from '../../machines/index.ts'

const WIDTH = 168
const GAP = 14
const HEAD = 34
const INNER = 30

export const pictures = {
  listener: draw(listenerMachine.root as never),
  connection: draw(connectionMachine.root as never),
}

function draw(root: AnyStateNode): string {
  const states = Object.values(root.states)
  const most = Math.max(...states.map((state) => Object.keys(state.states).length))
  const height = HEAD + most * (INNER + 8) + 16
  const boxes = states.map((state, index) => drawState(state, index * (WIDTH + GAP) + 2, height))
  const width = states.length * (WIDTH + GAP) - GAP + 4
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height + 4}" font-size="14">${boxes.join('')}</svg>`
}

function drawState(state: AnyStateNode, x: number, height: number): string {
  const inner = Object.values(state.states).map((child, index) =>
    box(child, x + 12, 2 + HEAD + index * (INNER + 8), WIDTH - 24, INNER, INNER / 2 + 5),
  )
  return `${box(state, x, 2, WIDTH, height, 24)}${inner.join('')}`
}

function box(
  state: AnyStateNode,
  x: number,
  y: number,
  width: number,
  height: number,
  baseline: number,
): string {
  return `<g data-state="${state.path.join('.')}"><rect x="${x}" y="${y}" width="${width}" height="${height}" rx="8" fill="none" stroke="currentColor" stroke-opacity=".35"/><text x="${x + width / 2}" y="${y + baseline}" text-anchor="middle" fill="currentColor">${state.key}</text></g>`
}
