// Many new clients at once, while others are in conversation.
import { BUSY, interleave, loadServer } from '../measure.mjs'
import { EFFECT, OURS, RAW, withWork } from './servers.mjs'

const TALKING = 500
const NEW = 1_000
const BYTES = 64

/** One storm on a server. */
export async function storm(server) {
  const result = await loadServer(server, 'storm', TALKING, NEW, BYTES)
  if (result.lost > 0) throw new Error(`${result.lost} of ${NEW} new clients got no answer.`)
  return {
    ...result,
    perSecond: result.count / result.stormSeconds,
    p50: 1e3 * result.p50,
    p99: 1e3 * result.p99,
    kept: (100 * result.busyDuring) / result.busyBefore,
    longest: 1e3 * result.busyLongest,
  }
}

export const STORM_FIGURES = [
  {
    key: 'perSecond',
    title: 'new clients served per second',
    compared: 'ratio',
    brief: 'storm, new clients served per second',
  },
  { key: 'p50', title: 'p50, ms', digits: 1 },
  { key: 'p99', title: 'p99, ms', digits: 1, compared: 'ratio', brief: 'storm, p99 of new clients, ms' },
  {
    key: 'kept',
    title: 'messages of the others meanwhile, % of before',
    brief: 'storm, messages of the others meanwhile, % of before',
  },
  { key: 'longest', title: 'their longest wait, ms' },
]

export const stormWork = {
  name: 'storm',
  title: `${NEW.toLocaleString('en-US')} new clients at once`,
  explanation: `${TALKING} clients echo ${BYTES} bytes without a break; ${NEW.toLocaleString('en-US')} new ones connect as fast as the load gets round to it, in some hundredths of a second, each for one echo. Served is who has the answer; p50 and p99 are from connect to answer.`,
  figures: [...STORM_FIGURES, ...BUSY],
  base: 'raw',
  hasEffect: true,
  run: (level) =>
    interleave({
      level,
      rounds: level.isQuick ? 1 : 5,
      servers: withWork(
        { ...RAW, ...OURS, ...(level.isQuick ? {} : level.installed(EFFECT)) },
        { handler: 'echo' },
      ),
      // Slow enough without.
      warmUp: (server) => loadServer(server, 'echo', TALKING, level.warmUp, BYTES),
      sample: storm,
    }),
}
