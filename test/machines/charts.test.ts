import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { AnyStateMachine, AnyStateNode } from 'xstate'
import { getStateNodes } from 'xstate/graph'
import { connectionMachine, connectionsMachine, listenerMachine } from '../../machines/index.ts'
import { Connections } from '../../src/connection/connections.ts'
import { LiveConnection } from '../../src/connection/live-connection.ts'
import { Listener } from '../../src/listener/listener.ts'

interface Named {
  type: string
}

const typesOf = (named: readonly unknown[]) => named.map((one) => (one as Named).type ?? one)

function nodesOf(machine: AnyStateMachine): AnyStateNode[] {
  return [machine.root, ...getStateNodes(machine.root)]
}

function transitionsIn(node: AnyStateNode) {
  return [...[...node.transitions.values()].flat(), ...(node.always ?? [])]
}

/** The names of the actions and guards in the picture. */
function drawnIn(machine: AnyStateMachine): { actions: string[]; guards: string[] } {
  const nodes = nodesOf(machine)
  const transitions = nodes.flatMap(transitionsIn)
  const actions = [
    ...nodes.flatMap(({ entry, exit }) => [...entry, ...exit]),
    ...transitions.flatMap((t) => t.actions),
  ]
  const guards = transitions.flatMap(({ guard }) => (guard ? [guard] : []))
  return {
    actions: [...new Set(typesOf(actions))].sort() as string[],
    guards: [...new Set(typesOf(guards))].sort() as string[],
  }
}

/** An assignment is carried out by the chart; the rest are requests. */
const isRequest = (implementation: unknown) => !('resolve' in (implementation as object))

const charts = [
  { name: 'listener', machine: listenerMachine as AnyStateMachine, runner: Listener.prototype as object },
  {
    name: 'connections',
    machine: connectionsMachine as AnyStateMachine,
    runner: Connections.prototype as object,
  },
  {
    name: 'connection',
    machine: connectionMachine as AnyStateMachine,
    runner: LiveConnection.prototype as object,
  },
]

describe.each(charts)('the $name chart', ({ machine, runner }) => {
  const { actions, guards } = machine.implementations as unknown as Record<string, Record<string, unknown>>

  it('names every action and guard that it implements, and implements every one that it names', () => {
    expect(drawnIn(machine)).toEqual({
      actions: Object.keys(actions ?? {}).sort(),
      guards: Object.keys(guards ?? {}).sort(),
    })
  })

  it('has everything that it asks for done in src', () => {
    const requests = Object.keys(actions ?? {}).filter((name) => isRequest(actions?.[name]))
    expect(requests.length).toBeGreaterThan(0)
    for (const name of requests) expect(Object.hasOwn(runner, name), name).toBe(true)
  })

  it('has a description on every state', () => {
    const silent = nodesOf(machine).filter(({ description }) => !description)
    expect(silent.map(({ id }) => id)).toEqual([])
  })

  it('invokes nothing and waits for no time', () => {
    for (const node of nodesOf(machine)) {
      expect(node.invoke).toEqual([])
      expect(node.after).toEqual([])
    }
  })

  it('asks for nothing that has a name of another kind', () => {
    for (const node of nodesOf(machine)) {
      for (const { eventType } of transitionsIn(node)) expect(eventType).toMatch(/^$|^[a-z]+(\.[a-z-]+)?$/)
    }
  })
})

it('machines import xstate, each other, and nothing else', () => {
  const folder = new URL('../../machines/', import.meta.url)
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.ts'))) {
    const text = readFileSync(new URL(file, folder), 'utf8')
    const imported = [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(
      ([, name]) => name as string,
    )
    expect(imported.filter((name) => name !== 'xstate' && !/^\.\/[\w-]+\.ts$/.test(name))).toEqual([])
  }
})
