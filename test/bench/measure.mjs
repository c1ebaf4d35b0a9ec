// Runs one work on all its servers, interleaved round by round.
import { load } from './load/index.mjs'
import { ServerProcess } from './server-process.mjs'
import { summarize, summarizeRatios } from './statistics.mjs'

/**
 * @typedef {object} Figure What one column shows.
 * @property {string} key its name in a sample
 * @property {string} title
 * @property {number} [digits] after the point
 * @property {'ratio' | 'difference'} [compared] with the base; not at all unless given
 * @property {string} [brief] its row in the table of all works; not there unless given
 */

export const BUSY = [
  { key: 'serverBusy', title: 'server busy, %' },
  { key: 'loadBusy', title: 'load busy, %' },
]

/**
 * Runs the load on a server. Resolves with what the load tells, the server's CPU time, and how busy
 * each was.
 */
export async function loadServer(server, work, ...args) {
  const before = await server.ask('cpu')
  const result = await load(work, server.port, ...args)
  const cpu = (await server.ask('cpu')) - before
  return {
    ...result,
    serverCpu: cpu,
    serverBusy: (100 * cpu) / result.seconds,
    loadBusy: (100 * result.cpu) / result.seconds,
  }
}

/**
 * Everybody comes first, second... as often: what a server leaves behind for the next one is shared
 * out.
 */
const rotated = (list, by) => [...list.slice(by % list.length), ...list.slice(0, by % list.length)]

/**
 * Starts a process for each server, lets `sample` measure each once a round, and ends them; and all
 * of it again, in `level.launches` parts of the rounds.
 *
 * @param {object} options
 * @param {Record<string, object>} options.servers by the title of their row
 * @param {(server: ServerProcess, title: string) => Promise<unknown>} [options.prepare] may resolve
 * with a function to be called in the end
 * @param {(server: ServerProcess, title: string) => Promise<Record<string, number>>} options.sample
 * @param {(server: ServerProcess, title: string) => Promise<unknown>} [options.warmUp] samples for
 * a while, if not given
 * @returns {Promise<Record<string, Record<string, number>[]>>} the samples of each
 */
export async function interleave({ level, rounds = level.rounds, ...work }) {
  const samples = Object.fromEntries(Object.keys(work.servers).map((title) => [title, []]))
  const each = Math.ceil(rounds / level.launches)
  for (let first = 0; first < rounds; first += each) {
    await launch({ level, ...work }, range(first, Math.min(rounds, first + each)), samples)
  }
  return samples
}

const range = (from, to) => Array.from({ length: to - from }, (_, index) => from + index)

async function launch({ level, servers, prepare, sample, warmUp }, rounds, samples) {
  const repeat = async (server, title) => {
    for (const end = performance.now() + level.warmUp; performance.now() < end; ) await sample(server, title)
  }
  const titles = Object.keys(servers)
  const running = new Map()
  const cleanUps = []
  try {
    for (const title of titles) {
      const server = await ServerProcess.start({ dist: level.dist, ...servers[title] }, level.profile)
      running.set(title, server)
      const cleanUp = await prepare?.(server, title)
      if (cleanUp) cleanUps.push(cleanUp)
      await (warmUp ?? repeat)(server, title)
    }
    for (const round of rounds) {
      for (const title of rotated(titles, round)) samples[title].push(await sample(running.get(title), title))
    }
  } finally {
    await Promise.all([...running.values()].map((server) => server.close()))
    for (const cleanUp of cleanUps) await cleanUp()
  }
}

/**
 * What a server is compared with in each round: the mean of the base and of its double, where there
 * is one.
 */
function basesOf(samples, base, title) {
  const double = samples[`${base} again`]
  if (!double || title === base || title === `${base} again`)
    return (key) => samples[base].map((sample) => sample[key])
  return (key) => samples[base].map((sample, round) => (sample[key] + double[round][key]) / 2)
}

/**
 * A row for each server: its medians and, against the base, the medians of each round's ratios or
 * differences.
 */
export function toRows(samples, figures, base) {
  return Object.entries(samples).map(([title, measured]) => {
    const basesFor = basesOf(samples, base, title)
    const cells = figures.map(({ key, compared }) => {
      const own = measured.map((sample) => sample[key])
      const bases = basesFor(key)
      const cell = { key, ...summarize(own) }
      if (compared === 'ratio') cell.ratio = summarizeRatios(own, bases)
      if (compared === 'difference')
        cell.difference = summarize(own.map((value, round) => value - bases[round]))
      return cell
    })
    return { title, rounds: measured.length, cells, samples: measured }
  })
}
