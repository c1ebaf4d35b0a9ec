import { expect, test } from 'vitest'
import { SimulatedClock } from 'xstate'
import { Timeouts } from '../../src/common/timeouts.ts'
import { IdleSweep } from '../../src/connection/idle-sweep.ts'
import { Looks } from '../../src/connection/looks.ts'
import { OwnIdleTime } from '../../src/connection/own-idle-time.ts'
import type { TimedConnection } from '../../src/connection/timed-connection.ts'
import type { Address } from '../../src/index.ts'
import { CountingClock } from '../support/counting-clock.ts'

const address: Address = { family: 'IPv4', address: '192.0.2.1', port: 50_000 }

/** One that notes when it was active last, and when it was cut off. */
class Timed implements TimedConnection {
  readonly address = address
  slot = -1
  traffic = 0
  isPeersTurn = true
  activeAt: number
  cutAt: number | undefined
  error: unknown
  readonly #clock: SimulatedClock

  constructor(clock: SimulatedClock) {
    this.#clock = clock
    this.activeAt = clock.now()
  }

  exchange(bytes = 1): void {
    this.traffic += bytes
    this.activeAt = this.#clock.now()
  }

  readonly isTimed = true
  readonly isRunning = true

  ageReached(): boolean {
    return true
  }

  deadlineReached(error: unknown): void {
    expect(this.cutAt).toBe(undefined)
    this.cutAt = this.#clock.now()
    this.error = error
  }
}

/** As the collection of connections does. */
class Place {
  readonly live: Timed[] = []

  add(one: Timed): Timed {
    one.slot = this.live.push(one) - 1
    return one
  }

  remove(one: Timed, sweep: IdleSweep): void {
    const last = this.live.pop()
    if (!last) throw new Error('there is none')
    sweep.move(last.slot, one.slot)
    if (last === one) return
    this.live[one.slot] = last
    last.slot = one.slot
  }
}

function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

const times = [1, 2, 7, 8, 9, 100, 1_000, 1_001]

test.each(times)('one on which nothing happens is cut off after %i ms, or an eighth later', (time) => {
  const clock = new SimulatedClock()
  const place = new Place()
  const sweep = new IdleSweep(clock, time, place.live)
  const first = place.add(new Timed(clock))
  sweep.add(first)
  while (first.cutAt === undefined) clock.increment(1)
  expect(first.cutAt).toBe(time)
  expect(first.error).toMatchObject({ name: 'ClientError', code: 'ERR_IDLE_TIMEOUT', phase: 'serving' })
  expect((first.error as Error).message).toBe(
    `Nothing came from 192.0.2.1:50000, and nothing went to it, for ${time} ms (idleTimeout)`,
  )
})

test.each(times)(
  'none is cut off before %i ms without a byte, and none is forgotten, whoever comes and goes',
  (time) => {
    const random = randomOf(time)
    const clock = new SimulatedClock()
    const place = new Place()
    const sweep = new IdleSweep(clock, time, place.live)
    const all: Timed[] = []
    const late: Timed[] = []
    const latest = time + Math.max(1, time / 8)
    for (let step = 0; step < 20_000; step++) {
      if (random() < 0.05 && place.live.length < 50) {
        const one = place.add(new Timed(clock))
        all.push(one)
        sweep.add(one)
      }
      for (const one of place.live)
        if (random() < 1 / (2 * time)) one.exchange(1 + Math.floor(random() * 2 ** 31))
      clock.increment(1)
      for (const one of [...place.live]) {
        if (one.cutAt === undefined) if (clock.now() - one.activeAt > latest) late.push(one)
        if (one.cutAt !== undefined || random() < 1 / (20 * time)) place.remove(one, sweep)
      }
    }
    const cut = all.filter(({ cutAt }) => cutAt !== undefined)
    expect(cut.length).toBeGreaterThan(20)
    expect(late).toEqual([])
    for (const { cutAt = 0, activeAt } of cut) expect(cutAt - activeAt).toBeGreaterThanOrEqual(time)
  },
)

test('the time begins anew when it is the turn of the peer again', () => {
  const clock = new SimulatedClock()
  const place = new Place()
  const sweep = new IdleSweep(clock, 800, place.live)
  const one = place.add(new Timed(clock))
  sweep.add(one)
  one.isPeersTurn = false
  clock.increment(5_050)
  one.isPeersTurn = true
  while (one.cutAt === undefined) clock.increment(1)
  expect(one.cutAt).toBeGreaterThanOrEqual(5_850)
  expect(one.cutAt).toBeLessThanOrEqual(5_950)
})

test('one that is taken out is not cut off, and the slot of one that has gone is nobody', () => {
  const clock = new SimulatedClock()
  const place = new Place()
  const sweep = new IdleSweep(clock, 800, place.live)
  const [first, second, third] = [1, 2, 3].map(() => place.add(new Timed(clock))) as [Timed, Timed, Timed]
  for (const one of [first, second, third]) sweep.add(one)
  sweep.delete(first)
  place.remove(third, sweep)
  // It is in a slot that was used, and has yet to be added.
  const unserved = place.add(new Timed(clock))
  for (let step = 0; step < 20; step++) clock.increment(100)
  expect([first, second, third, unserved].map(({ cutAt }) => cutAt)).toEqual([
    undefined,
    900,
    undefined,
    undefined,
  ])
})

test('whatever the clock jumps by, none is cut off before its time, nor much later', () => {
  for (const jump of [1, 99, 100, 101, 350, 799, 801]) {
    const clock = new SimulatedClock()
    const place = new Place()
    const sweep = new IdleSweep(clock, 800, place.live)
    const one = place.add(new Timed(clock))
    sweep.add(one)
    while (one.cutAt === undefined) clock.increment(jump)
    expect(one.cutAt).toBeGreaterThanOrEqual(800)
    expect(one.cutAt).toBeLessThan(900 + jump)
  }
})

/** They exchange bytes for a time of no whole number of looks. */
function beBusy(clock: SimulatedClock, all: readonly Timed[], time: number): void {
  for (let step = 0; step < 3; step++) {
    clock.increment(Math.ceil(time / 7))
    for (const one of all) one.exchange()
  }
}

test.each(times)('one jump of the clock by %i ms and an eighth is enough, and no less', (time) => {
  for (const jump of [time - 1, time + Math.ceil(time / 8)]) {
    const clock = new SimulatedClock()
    const place = new Place()
    const sweep = new IdleSweep(clock, time, place.live)
    const timeouts = new Timeouts(clock)
    const [one, other] = [place.add(new Timed(clock)), new Timed(clock)]
    sweep.add(one)
    const own = new OwnIdleTime(clock, timeouts, other, time)
    if (time > 7) beBusy(clock, [one, other], time)
    for (const busy of [one, other]) busy.exchange()
    clock.increment(jump)
    const isOver = jump >= time
    expect([one.cutAt, other.cutAt].map((at) => at !== undefined)).toEqual([isOver, isOver])
    timeouts.delete(own)
  }
})

test('looks take the whole time together, on a clock that goes on while they are set', () => {
  let now = 0
  const clock = Object.assign(new SimulatedClock(), { now: () => (now += 0.01) })
  for (const time of times) {
    const looks = new Looks(clock, time)
    looks.begin()
    let waited = 0
    for (let look = 0; look < looks.all; look++) {
      // Timers of Node round down.
      const wait = Math.floor(looks.wait)
      now += wait
      waited += wait
      looks.take()
    }
    expect(waited).toBeGreaterThanOrEqual(time)
  }
})

test('there is one timer, and none when the last has gone; a jump of the clock is many looks', () => {
  const clock = new CountingClock()
  const place = new Place()
  const sweep = new IdleSweep(clock, 800, place.live)
  expect(clock.pending.size).toBe(0)
  const all = Array.from({ length: 100 }, () => place.add(new Timed(clock)))
  for (const one of all) sweep.add(one)
  expect(clock.pending.size).toBe(1)
  for (const one of all.slice(1)) one.traffic++
  clock.increment(800)
  expect(all.filter(({ cutAt }) => cutAt !== undefined)).toEqual([all[0]])
  clock.increment(800)
  expect(all.filter(({ cutAt }) => cutAt === undefined)).toEqual([])
  for (const one of all) place.remove(one, sweep)
  clock.increment(100)
  expect(clock.pending.size).toBe(0)
  sweep.add(place.add(new Timed(clock)))
  expect(clock.pending.size).toBe(1)
  sweep.clear()
  expect(clock.pending.size).toBe(0)
})

test.each(times)('a time of its own of %i ms is kept as that of all is', (time) => {
  const random = randomOf(time)
  const clock = new SimulatedClock()
  const timeouts = new Timeouts(clock)
  for (let round = 0; round < 50; round++) {
    const one = new Timed(clock)
    const own = new OwnIdleTime(clock, timeouts, one, time)
    while (one.cutAt === undefined) {
      if (random() < 1 / (2 * time)) one.exchange()
      clock.increment(1)
      if (one.cutAt === undefined) {
        expect(clock.now() - one.activeAt).toBeLessThanOrEqual(time + Math.max(1, time / 8))
      }
    }
    expect(one.cutAt - one.activeAt).toBeGreaterThanOrEqual(time)
    timeouts.delete(own)
  }
  expect(timeouts.size).toBe(0)
})
