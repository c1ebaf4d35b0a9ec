// Plays many schedules, one after the other, in one process.
import { realSetImmediate, useSimulated } from './builtins.ts'
import { useSystem } from './libuv/tcp-handle.ts'
import { play } from './play.ts'
import type { Schedule } from './schedule.ts'
import { Simulation } from './simulation.ts'
import type { Library } from './world/serve.ts'

/** How many callbacks the real loop is given at once: Node does ticks and promises between them. */
const BATCH = 256

async function load(): Promise<Library> {
  const [library, { loadLibc }] = await Promise.all([
    import('../../src/index.ts'),
    import('../../src/os/libc.ts'),
  ])
  await loadLibc()
  return library
}

let loading: Promise<Library> | undefined

/** Plays what it is given, and tells of each what came of it; stops where that is false. */
export async function simulate(
  schedules: Iterable<Schedule>,
  onPlayed: (simulation: Simulation) => boolean,
  change: (library: Library) => Library = (library) => library,
): Promise<void> {
  loading ??= load()
  const library = change(await loading)
  let current: Simulation | undefined
  const onThrown = (error: unknown) => current?.thrown(error)
  function* playAll(): Generator<void> {
    for (const schedule of schedules) {
      current = new Simulation(schedule)
      useSimulated(current.process)
      useSystem(current.system)
      yield* play(current, library)
      // What is on its way of the last one.
      yield
      if (!onPlayed(current)) return
    }
  }
  process.setUncaughtExceptionCaptureCallback(onThrown)
  try {
    await drive(playAll(), () => current)
  } finally {
    process.setUncaughtExceptionCaptureCallback(null)
    useSimulated(undefined)
  }
}

/** Runs everything up to the next `yield` in a callback of its own. */
function drive(tasks: Generator<void>, current: () => Simulation | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    let isDone = false
    const next = () => {
      if (isDone) return
      try {
        if (tasks.next().done) isDone = true
      } catch (error) {
        isDone = true
        reject(error)
      }
    }
    // Between two batches the process is Node's own: others may have something to do.
    const begin = () => useSimulated(current()?.process)
    const end = () => {
      useSimulated(undefined)
      if (isDone) resolve()
      else fill()
    }
    const fill = () => {
      realSetImmediate(begin)
      for (let count = BATCH; count > 0; count--) realSetImmediate(next)
      realSetImmediate(end)
    }
    fill()
  })
}
