import { describe, expect, it } from 'vitest'
import { runHandler } from '../../src/connection/handler.ts'
import { hostileResults } from '../support/hostile.ts'
import { turns } from '../support/turns.ts'
import { allUncaught } from '../support/uncaught.ts'

/** What the run of `handler` told, some turns of the event loop later. */
async function outcomeOf(handler: () => unknown): Promise<unknown[]> {
  const told: unknown[] = []
  runHandler(
    handler,
    { handlerSettled: () => told.push('settled'), handlerFailed: (error) => told.push(['failed', error]) },
    undefined,
    () => told.push('forgotten async'),
  )
  await turns(2)
  return told
}

const error = new Error('no')

const thenable = (target: object, then: PropertyDescriptor): unknown =>
  Object.defineProperty(target, 'then', then)

describe('a handler', () => {
  it('has settled when its promise is fulfilled, whatever with', async () => {
    expect(await outcomeOf(async () => {})).toEqual(['settled'])
    expect(await outcomeOf(async () => error)).toEqual(['settled'])
  })

  it('has failed when its promise is rejected, also with nothing', async () => {
    expect(await outcomeOf(() => Promise.reject(error))).toEqual([['failed', error]])
    expect(await outcomeOf(() => Promise.reject(undefined))).toEqual([['failed', undefined]])
  })

  it('that throws is one that rejects', async () => {
    const throws = () => {
      throw error
    }
    expect(await outcomeOf(throws)).toEqual([['failed', error]])
  })

  it('that never settles tells nothing', async () => {
    expect(await outcomeOf(() => new Promise(() => {}))).toEqual([])
  })

  it.each([undefined, null, 1, 'text', {}, () => {}])(
    'that returns %o has settled at once',
    async (result) => {
      expect(await outcomeOf(() => result)).toEqual(['forgotten async', 'settled'])
    },
  )

  it('may return any thenable, a function too', async () => {
    const resolve = (onFulfilled: () => void) => onFulfilled()
    expect(await outcomeOf(() => thenable({}, { value: resolve }))).toEqual(['settled'])
    expect(await outcomeOf(() => thenable(() => {}, { value: resolve }))).toEqual(['settled'])
  })

  it.each(Object.entries(hostileResults))(
    'that returns %s has failed with the exception that this throws',
    async (_what, { make, error }) => {
      expect(await outcomeOf(make)).toEqual([['failed', error]])
    },
  )

  it('may return a promise that has a then of its own, which is not called', async () => {
    const own = () => expect.fail('called')
    expect(await outcomeOf(() => thenable(Promise.resolve(), { value: own }))).toEqual(['settled'])
    expect(await outcomeOf(() => thenable(Promise.reject(error), { value: own }))).toEqual([
      ['failed', error],
    ])
  })

  it('has settled, also where telling of it throws', async () => {
    const errors = allUncaught()
    const told: string[] = []
    const outcome = { handlerSettled: () => told.push('settled'), handlerFailed: () => told.push('failed') }
    runHandler(
      () => {},
      outcome,
      undefined,
      () => {
        throw error
      },
    )
    await turns(1)
    expect([told, errors]).toEqual([['settled'], [error]])
  })

  it('reports its outcome once although its thenable calls back twice', async () => {
    const often = (onFulfilled: () => void, onRejected: (error: unknown) => void) => {
      onRejected(error)
      onFulfilled()
      onRejected(new Error('again'))
      throw new Error('and again')
    }
    const throwing = () => {
      throw error
    }
    expect(await outcomeOf(() => thenable({}, { value: often }))).toEqual([['failed', error]])
    expect(await outcomeOf(() => thenable({}, { value: throwing }))).toEqual([['failed', error]])
    expect(await outcomeOf(() => thenable({}, { get: throwing }))).toEqual([['failed', error]])
  })
})
