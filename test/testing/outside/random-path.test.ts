import { expect, it } from 'vitest'
import { createListenerModel } from '../../../src/testing/index.ts'
import { formatPath, parsePath } from '../../../src/testing/outside/path-text.ts'
import { randomOf, randomPath } from '../../../src/testing/outside/random-path.ts'

const model = createListenerModel({ seenFrom: 'outside', factory: 'create', overLimit: 'wait' })

it('random paths are those of their seed, of what is possible, and go over the limit', () => {
  const pathsOf = (seed: number) => {
    const random = randomOf(seed)
    return Array.from({ length: 20 }, () => randomPath(model, random, 2))
  }
  expect(pathsOf(7)).toEqual(pathsOf(7))
  expect(pathsOf(7)).not.toEqual(pathsOf(8))
  for (const path of pathsOf(7)) {
    const { steps } = model.pathOf(path)
    expect(steps).toHaveLength(20)
    expect(steps.some(({ expected }) => expected.clients.includes('waits'))).toBe(true)
    // Each step changes what clients see; more than one never waits.
    steps.forEach(({ expected }, index) => {
      expect(expected.clients).not.toEqual(steps[index - 1]?.expected.clients)
      expect(expected.clients.filter((view) => view === 'waits').length).toBeLessThanOrEqual(1)
    })
    expect(parsePath('path', formatPath(path))).toEqual(path)
  }
})

it('random numbers are spread over the whole range', () => {
  const random = randomOf(0)
  const counts = [0, 0, 0, 0]
  for (let count = 0; count < 4_000; count++) {
    const index = Math.floor(random() * counts.length)
    counts[index] = (counts[index] ?? 0) + 1
  }
  for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(150)
})
