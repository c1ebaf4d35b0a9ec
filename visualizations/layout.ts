// Where Graphviz puts the parts of a graph, by the ids that they have there. Lengths are in points,
// from the upper left corner.
import { instance } from '@viz-js/viz'

export type Point = readonly [x: number, y: number]

/** A cluster or a node. */
export interface LaidOutBox {
  id: string
  left: number
  top: number
  width: number
  height: number
  /** Where each line of its label begins. */
  lines: Point[]
}

/** An edge: a Bézier curve, and the corners of its arrowhead if it has one. */
export interface LaidOutEdge {
  id: string
  curve: Point[]
  head: Point[]
}

export interface Layout {
  width: number
  height: number
  /** Outer ones before those in them. */
  clusters: LaidOutBox[]
  nodes: LaidOutBox[]
  edges: LaidOutEdge[]
}

/** What Graphviz draws: https://graphviz.org/docs/outputs/canon/#xdot, of which these are used. */
interface Drawn {
  op: string
  points?: [number, number][]
  pt?: [number, number]
}

/** What its JSON has of a cluster (`bb`), a node (`pos`, `width`, `height`) and an edge. */
interface Part {
  id: string
  bb?: string
  pos?: string
  width?: string
  height?: string
  _draw_?: Drawn[]
  _ldraw_?: Drawn[]
  _hdraw_?: Drawn[]
}

interface Graph {
  bb: string
  objects?: Part[]
  edges?: Part[]
}

const POINTS_PER_INCH = 72
/** Between the graph and the border of the picture. */
const PAD = 7

const viz = await instance()

/** Lays out a graph in Graphviz's language. Throws where Graphviz so much as warns. */
export function layOut(dot: string): Layout {
  const { status, output, errors } = viz.render(dot, { format: 'json', engine: 'dot' })
  if (status === 'failure' || errors.length > 0) {
    throw new Error(`Graphviz: ${errors.map(({ message }) => message).join('; ')}`)
  }
  const { bb, objects = [], edges = [] } = JSON.parse(output) as Graph
  const [, , width = 0, height = 0] = numbersOf(bb)
  // Graphviz counts from below.
  const place = ([x, y]: Point): Point => [x + PAD, height + PAD - y]
  const lines = (part: Part) =>
    (part._ldraw_ ?? []).filter(({ op }) => op === 'T').map(({ pt = [0, 0] }) => place(pt))
  const points = (drawn: Drawn[] = [], ops: string) =>
    drawn.filter(({ op }) => ops.includes(op)).flatMap((one) => (one.points ?? []).map(place))
  return {
    width: width + 2 * PAD,
    height: height + 2 * PAD,
    clusters: objects.flatMap((part) => {
      if (part.bb === undefined) return []
      const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = numbersOf(part.bb)
      const [left, top] = place([x1, y2])
      return { id: part.id, left, top, width: x2 - x1, height: y2 - y1, lines: lines(part) }
    }),
    nodes: objects.flatMap((part) => {
      if (part.pos === undefined) return []
      const [centerX = 0, centerY = 0] = numbersOf(part.pos)
      const [x, y] = place([centerX, centerY])
      const width = Number(part.width) * POINTS_PER_INCH
      const height = Number(part.height) * POINTS_PER_INCH
      return { id: part.id, left: x - width / 2, top: y - height / 2, width, height, lines: lines(part) }
    }),
    edges: edges.map((part) => ({
      id: part.id,
      curve: points(part._draw_, 'bB'),
      head: points(part._hdraw_, 'pP'),
    })),
  }
}

/** The numbers of a list, as `0,0,74,177.6`. */
function numbersOf(list: string): number[] {
  return list.split(',').map(Number)
}
