import { describe, expect, it } from 'vitest'
import { LONG_TURN, Load, TIME_ALONE } from '../../src/acceptor/load.ts'

describe('a single handle', () => {
  it('gets a second one at once, as long as none was found to be of no use', () => {
    expect(new Load().turnEnded(1, 1, 0)).toBe('more')
  })

  it('gets no second one before the first has been alone for some time, however long a turn takes', () => {
    const load = new Load()
    load.isAlone(1_000)
    for (const now of [1_000, 1_001, 1_000 + TIME_ALONE - 0.01]) {
      expect(load.turnEnded(1, 1, now)).toBeUndefined()
    }
    expect(load.turnEnded(1, 1, 1_000 + TIME_ALONE)).toBe('more')
    expect(TIME_ALONE).toBe(10)
  })

  it('waits anew each time when the second one was of no use', () => {
    const load = new Load()
    load.isAlone(0)
    load.isAlone(8)
    expect(load.turnEnded(1, 1, 12)).toBeUndefined()
    expect(load.turnEnded(1, 1, 18)).toBe('more')
  })

  it('stays alone while nothing is accepted', () => {
    expect(new Load().turnEnded(0, 1, 0)).toBeUndefined()
  })
})

describe('several handles', () => {
  it('become more if each has accepted a connection, and the turn was a long one', () => {
    const load = new Load()
    load.turnEnded(2, 2, 100)
    expect(load.turnEnded(2, 2, 100 + LONG_TURN)).toBe('more')
    expect(load.turnEnded(2, 2, 100 + 1.9 * LONG_TURN)).toBeUndefined()
    expect(load.turnEnded(1, 2, 200)).toBeUndefined()
  })

  it('become fewer when most of them have found nothing to accept for 32 times', () => {
    const load = new Load()
    const wanted = Array.from({ length: 9 }, (_, turn) => load.turnEnded(4, 8, turn))
    expect(wanted).toEqual([...Array(7).fill(undefined), 'fewer', undefined])
  })

  it('stay as many if a turn in between has used more than half of them', () => {
    const load = new Load()
    for (let turn = 0; turn < 100; turn++) {
      expect(load.turnEnded(turn % 8 === 7 ? 5 : 4, 8, turn)).toBeUndefined()
    }
  })
})

it('no handles want no more, and a turn without any ends all the same', () => {
  const load = new Load()
  expect(load.turnEnded(3, 0, 10)).toBeUndefined()
  expect(load.turnEnded(2, 2, 10 + LONG_TURN / 2)).toBeUndefined()
})

it('full use is remembered until it is asked for', () => {
  const load = new Load()
  load.turnEnded(1, 2, 0)
  expect(load.takeFullUse()).toBe(false)
  load.turnEnded(2, 2, 1)
  load.turnEnded(1, 2, 2)
  expect(load.takeFullUse()).toBe(true)
  expect(load.takeFullUse()).toBe(false)
})
