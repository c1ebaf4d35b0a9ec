import { expect, it } from 'vitest'
import { nextTurn, rejectNextTurn } from '../../src/streams/next-turn.ts'
import { ticks } from '../support/turns.ts'

it('a promise of the next turn settles when the event loop has gone on, and not before', async () => {
  const order: string[] = []
  const settled = Promise.all([
    nextTurn('result').then((result) => order.push(result)),
    rejectNextTurn('error').catch((error) => order.push(error)),
  ])
  await ticks(5)
  order.push('ticks')
  await settled
  expect(order).toEqual(['ticks', 'result', 'error'])
})
