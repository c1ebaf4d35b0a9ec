import { expect, it } from 'vitest'
import { attempt, forEachOf } from '../../src/common/each.ts'
import { turns } from '../support/turns.ts'
import { allUncaught } from '../support/uncaught.ts'

it('goes through all items although some throw; each error is an uncaught exception', async () => {
  const errors = allUncaught()
  const done: number[] = []
  forEachOf([1, 2, 3, 4], (item) => {
    done.push(item)
    if (item % 2) throw item
  })
  expect(done).toEqual([1, 2, 3, 4])
  expect(errors).toEqual([])
  await turns(1)
  expect(errors).toEqual([1, 3])
})

it('attempt() goes on after an exception, too', async () => {
  const errors = allUncaught()
  attempt(() => {
    throw 'once'
  })
  await turns(1)
  expect(errors).toEqual(['once'])
})
