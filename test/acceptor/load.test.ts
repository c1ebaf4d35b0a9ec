import { describe, expect, it, vi } from 'vitest'
import { CALLS_TO_REOPEN, Load, MAX_TURNS_BETWEEN_TRIALS, SHARE, type Turn } from '../../src/acceptor/load.ts'

/** What one client costs, in milliseconds. Nothing depends on how fast the machine is. */
const COST = 0.1

interface Run {
  /** How long each turn of the loop takes. */
  time: number
  waiting: number | undefined
  max?: number
  cost?: number
}

/** A server whose turns follow one another without a break. */
class Server {
  size = 1
  readonly asked = vi.fn(() => this.waiting)
  waiting: number | undefined
  time: number
  cost: number
  readonly load: Load
  #now = 0
  #idle = 0
  #count = 0

  constructor({ time, waiting, max = 64, cost = COST }: Run) {
    this.time = time
    this.waiting = waiting
    this.cost = cost
    this.load = new Load(max, this.asked)
  }

  /** A turn without connections. */
  turnWithout(): void {
    this.#now += this.time
    this.#count++
  }

  sleep(milliseconds: number): void {
    this.#now += milliseconds
    this.#idle += milliseconds
  }

  turn(accepted = this.size): number {
    this.turnWithout()
    const turn: Turn = {
      accepted,
      size: this.size,
      now: this.#now,
      idle: this.#idle,
      count: this.#count,
      cost: this.cost,
    }
    this.size = this.load.turnEnded(turn)
    return this.size
  }

  turns(count: number, accepted?: number): number[] {
    return Array.from({ length: count }, () => this.turn(accepted))
  }
}

describe('a single handle', () => {
  it('stays alone where new clients cost more than their share of each turn, and nobody is asked', () => {
    const server = new Server({ time: (2 * COST) / SHARE - 0.01, waiting: 1_000 })
    expect(server.turns(1_000)).toEqual(Array(1_000).fill(1))
    expect(server.asked).not.toHaveBeenCalled()
  })

  it('stays alone where nobody waits, however long the turns are', () => {
    const server = new Server({ time: 100, waiting: 0 })
    expect(server.turns(100)).toEqual(Array(100).fill(1))
  })

  it('stays alone where no two turns in a row accept, and nobody is asked', () => {
    const server = new Server({ time: 100, waiting: 1_000 })
    for (let turn = 0; turn < 100; turn++) {
      server.turnWithout()
      expect(server.turn()).toBe(1)
    }
    expect(server.asked).not.toHaveBeenCalled()
  })

  it('stays alone where the turns are long because the loop sleeps', () => {
    const server = new Server({ time: COST, waiting: 1_000 })
    for (let turn = 0; turn < 100; turn++) {
      server.sleep(100)
      expect(server.turn()).toBe(1)
    }
  })

  it('stays alone for a single long turn, such as a collection of garbage', () => {
    const server = new Server({ time: COST, waiting: 1_000 })
    server.turns(10)
    for (let times = 0; times < 10; times++) {
      server.time = 100
      expect(server.turn()).toBe(1)
      server.time = COST
      expect(server.turn()).toBe(1)
    }
  })

  it('stays alone as long as the cost of a client is not known', () => {
    const server = new Server({ time: 100, waiting: 1_000, cost: Number.NaN })
    expect(server.turns(10)).toEqual(Array(10).fill(1))
    server.cost = COST
    server.turns(2)
    expect(server.size).toBe(64)
  })

  it('stays alone where one is the maximum, and has no cost measured', () => {
    const server = new Server({ time: 100, waiting: 1_000, max: 1 })
    expect(server.turns(10)).toEqual(Array(10).fill(1))
    expect(server.load.isCostWanted).toBe(false)
  })
})

describe('the cost of clients is wanted', () => {
  it('only after two turns in a row that have used all handles', () => {
    const server = new Server({ time: COST, waiting: 0 })
    const wanted = () => server.load.isCostWanted
    expect(wanted()).toBe(false)
    server.turn()
    expect(wanted()).toBe(false)
    server.turn()
    expect(wanted()).toBe(true)
    server.turnWithout()
    server.turn()
    expect(wanted()).toBe(false)
  })

  it('in two turns of sixteen that follow', () => {
    const server = new Server({ time: COST, waiting: 0 })
    server.turn()
    const wanted = Array.from({ length: 36 }, () => {
      server.turn()
      return server.load.isCostWanted
    })
    expect(wanted.flatMap((isWanted, turn) => (isWanted ? [turn] : []))).toEqual([0, 1, 16, 17, 32, 33])
  })
})

describe('more handles', () => {
  it('are as many as fit into the share of two long turns', () => {
    const server = new Server({ time: (20.5 * COST) / SHARE, waiting: 1_000 })
    expect(server.turns(3)).toEqual([1, 1, 20])
  })

  it('are no more than wait, by the lower of two numbers, and never more than the maximum', () => {
    const server = new Server({ time: 100, waiting: 7 })
    server.turns(2)
    server.waiting = 5
    expect(server.turn()).toBe(6)
    server.waiting = 1_000
    // What waited in the turn before is not forgotten.
    expect(server.turns(2)).toEqual([6, 64])
  })

  it('become fewer where they take more than their share of two turns', () => {
    const server = new Server({ time: (40.5 * COST) / SHARE, waiting: 1_000 })
    server.turns(3)
    server.time = (10.5 * COST) / SHARE
    expect(server.turns(3)).toEqual([40, 10, 10])
    // Not for one that was short by chance.
    server.time = (5.5 * COST) / SHARE
    server.turn()
    server.time = (10.5 * COST) / SHARE
    expect(server.turns(2)).toEqual([10, 10])
    server.cost = 1_000
    expect(server.turns(2)).toEqual([10, 1])
  })

  it('become as few as were used once calls that found nothing cost as much as opening them again', () => {
    const server = new Server({ time: 100, waiting: 7 })
    server.turns(3)
    expect(server.size).toBe(8)
    // Five of eight find nothing, but for one turn in which it is four.
    const turns = [3, 3, 4, 3, 3, 3, 3, 3]
    expect(turns.map((accepted) => server.turn(accepted))).toEqual([8, 8, 8, 8, 8, 8, 8, 8])
    expect(server.turn(3)).toBe(4)
    expect(5 * 8 + 4).toBeGreaterThanOrEqual(CALLS_TO_REOPEN * 4)
  })

  it('stay as many if a turn in between has used all of them', () => {
    const server = new Server({ time: 100, waiting: 1 })
    server.turns(3)
    server.waiting = 0
    expect(server.size).toBe(2)
    for (let turn = 1; turn < 100; turn++) expect(server.turn(turn % 9 === 0 ? 2 : 1)).toBe(2)
  })

  it('are one at least', () => {
    const server = new Server({ time: 100, waiting: 1 })
    server.turns(3)
    expect(server.turns(10, 0)).toEqual([2, 2, 2, 2, 1, 1, 1, 1, 1, 1])
  })
})

describe('where nobody tells how many wait', () => {
  it('they become twice as many as often as two turns use all', () => {
    const server = new Server({ time: 100, waiting: undefined })
    expect(server.turns(9)).toEqual([1, 1, 2, 2, 4, 4, 8, 8, 16])
  })

  it('a trial that fails is made again only after twice as many full turns, up to a limit', () => {
    const server = new Server({ time: 100, waiting: undefined })
    const trials: number[] = []
    let between = 0
    for (let turn = 0; turn < 2_000 && trials.length < 9; turn++) {
      // Each client finds one handle, the others find nothing.
      const before = server.size
      const after = server.turn(1)
      if (before === 1) between++
      if (before === 1 && after > 1) {
        trials.push(between)
        between = 0
      }
    }
    expect(trials).toEqual([3, 4, 6, 10, 18, 34, 34, 34, 34])
    expect(MAX_TURNS_BETWEEN_TRIALS).toBe(32)
  })

  it('they are tried at once after a trial that was right', () => {
    const server = new Server({ time: 100, waiting: undefined })
    for (let trial = 0; trial < 3; trial++) {
      while (server.size === 1) server.turn(1)
      while (server.size > 1) server.turn(1)
    }
    while (server.size === 1) server.turn(1)
    expect(server.turns(3)).toEqual([2, 4, 4])
    while (server.size > 1) server.turn(1)
    expect(server.turns(3)).toEqual([1, 1, 2])
  })
})

it('no handles want no more', () => {
  const load = new Load(64, () => 1_000)
  const turn = { accepted: 3, size: 0, idle: 0, cost: COST }
  expect(load.turnEnded({ ...turn, now: 0, count: 0 })).toBe(0)
  expect(load.turnEnded({ ...turn, now: 100, count: 1 })).toBe(0)
})

it('full use is remembered until it is asked for', () => {
  const server = new Server({ time: COST, waiting: 0 })
  expect(server.load.takeFullUse()).toBe(false)
  server.turn(0)
  expect(server.load.takeFullUse()).toBe(false)
  server.turn()
  expect(server.load.takeFullUse()).toBe(true)
  expect(server.load.takeFullUse()).toBe(false)
})
