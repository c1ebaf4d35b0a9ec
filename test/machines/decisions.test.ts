// The charts decide; what is in `src/` does. Whoever asks there in which inner state a chart is has
// taken a part of its decision: the chart says by a tag what others need to know.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { AnyStateNode } from 'xstate'
import { connectionMachine, connectionsMachine, listenerMachine } from '../../machines/index.ts'

const source = join(import.meta.dirname, '../../src')
const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.startsWith('testing/'))
  .map((file) => ({ file, code: withoutComments(readFileSync(join(source, file), 'utf8')) }))

function withoutComments(code: string): string {
  return code.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '')
}

function nodesOf({ root }: { root: AnyStateNode }): AnyStateNode[] {
  const all = (node: AnyStateNode): AnyStateNode[] => [node, ...Object.values(node.states).flatMap(all)]
  return all(root)
}

/** The files whose code has it. */
function filesWith(pattern: RegExp): string[] {
  return files.filter(({ code }) => pattern.test(code)).map(({ file }) => file)
}

describe('outside of the charts and the models of them', () => {
  test('nobody asks by matches() in which state a chart is', () => {
    expect(filesWith(/\.matches\(/)).toEqual([])
  })

  test('nobody names an inner state of the listener', () => {
    const inner = nodesOf(listenerMachine)
      .filter(({ path }) => path.length > 1)
      .map(({ path }) => path.join('\\.'))
    expect(inner.length).toBeGreaterThan(10)
    // What a viewer may do with a server that is over is asked by the dotted name that it was sent.
    expect(filesWith(new RegExp(`'(${inner.join('|')})'`))).toEqual(['describe/state.ts'])
  })

  test('each tag that is asked for is one of the charts', () => {
    const known = new Set(
      [listenerMachine, connectionsMachine, connectionMachine].flatMap((machine) =>
        nodesOf(machine).flatMap(({ tags }) => [...tags]),
      ),
    )
    const asked = files.flatMap(({ code }) =>
      [...code.matchAll(/(?:hasTag\(|tags\.includes\(|isTagged\(state, )'([^']+)'/g)].map(
        ([, tag]) => tag as string,
      ),
    )
    expect(asked.length).toBeGreaterThan(3)
    expect(asked.filter((tag) => !known.has(tag))).toEqual([])
  })
})
