// Which process runs on which core: servers on one, the load on another, so that they do not take
// turns.
import { execFileSync, spawn } from 'node:child_process'

/** The cores that this process may use; undefined where there is no taskset. */
function allowedCores() {
  try {
    const list = execFileSync('taskset', ['-cp', String(process.pid)], { encoding: 'utf8' })
      .split(':')[1]
      .trim()
    return list.split(',').flatMap((range) => {
      const [first, last = first] = range.split('-').map(Number)
      return Array.from({ length: last - first + 1 }, (_, index) => first + index)
    })
  } catch {
    return undefined
  }
}

const cores = allowedCores()
const pins = cores && cores.length > 1 ? { server: cores[0], load: cores.slice(1).join(',') } : undefined

/** Whether servers and the load keep out of each other's way. */
export const isPinned = pins !== undefined

export const pinning = pins
  ? `server on core ${pins.server}, load on core ${pins.load}`
  : 'nothing is pinned to a core'

/** `spawn`, on the core of that role. */
export function start(role, command, args, options) {
  if (!pins) return spawn(command, args, options)
  return spawn('taskset', ['-c', String(pins[role]), command, ...args], options)
}
