// What is asked of a directed graph.

export interface Arrow {
  readonly target: string
}

/** Breadth first; `undefined` where no such node can be reached. */
export function wayTo<A extends Arrow>(
  graph: ReadonlyMap<string, readonly A[]>,
  start: string,
  isGoal: (key: string) => boolean,
): A[] | undefined {
  const cameBy = new Map<string, { from: string; arrow: A } | undefined>([[start, undefined]])
  for (const [at] of cameBy) {
    if (isGoal(at)) {
      const way: A[] = []
      for (let step = cameBy.get(at); step; step = cameBy.get(step.from)) way.unshift(step.arrow)
      return way
    }
    for (const arrow of graph.get(at) ?? []) {
      if (!cameBy.has(arrow.target)) cameBy.set(arrow.target, { from: at, arrow })
    }
  }
  return undefined
}

/**
 * Tarjan's algorithm, without recursion. A part of one node has a cycle only if an arrow leads to
 * itself.
 */
export function stronglyConnected(graph: ReadonlyMap<string, readonly Arrow[]>): string[][] {
  const indices = new Map<string, number>()
  const lowest = new Map<string, number>()
  const path: string[] = []
  const isOnPath = new Set<string>()
  const parts: string[][] = []
  const lower = (key: string, to: number) => lowest.set(key, Math.min(lowest.get(key) as number, to))
  const enter = (key: string) => {
    indices.set(key, indices.size)
    lowest.set(key, indices.get(key) as number)
    path.push(key)
    isOnPath.add(key)
    return { key, arrows: [...(graph.get(key) ?? [])] }
  }
  for (const root of graph.keys()) {
    if (indices.has(root)) continue
    const visits = [enter(root)]
    for (let visit = visits.at(-1); visit; visit = visits.at(-1)) {
      const { key, arrows } = visit
      const arrow = arrows.pop()
      if (arrow) {
        const { target } = arrow
        if (!indices.has(target)) visits.push(enter(target))
        else if (isOnPath.has(target)) lower(key, indices.get(target) as number)
        continue
      }
      visits.pop()
      const above = visits.at(-1)
      if (above) lower(above.key, lowest.get(key) as number)
      if (lowest.get(key) !== indices.get(key)) continue
      const part = path.splice(path.indexOf(key))
      for (const one of part) isOnPath.delete(one)
      parts.push(part)
    }
  }
  return parts
}
