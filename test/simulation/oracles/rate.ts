// How many clients have got in, and how soon after each other.
import type { Simulation } from '../simulation.ts'

/** In no span of time have more got in than a burst, and what the span brings. */
export function lookAtRate(simulation: Simulation): void {
  const { perSecond, burst } = simulation.schedule.settings
  if (perSecond === Infinity) return
  // Whoever was gone by then took no place.
  const times = simulation.acceptedAt.filter(({ id }) => simulation.visits.has(id)).map(({ now }) => now)
  times.forEach((until, last) => {
    times.slice(0, last + 1).forEach((from, first) => {
      const count = last - first + 1
      if (count < burst + (perSecond * (until - from)) / 1_000 + 1) return
      simulation.violate('the rate is kept', `${count} got in within ${until - from} ms`)
    })
  })
}
