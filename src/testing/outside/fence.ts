// When a server that is known by its port alone has nothing more to do. A process is at rest when
// all its threads sleep: what a client sends on the same machine makes one of them runnable before
// the system call returns.
import { monotonicNow, setImmediate, setTimeout } from '../../common/timers.ts'
import { isKnown, processesWith, wakefulThreadOf } from './processes.ts'

/** How the end of a step is known. */
export type Fence =
  /** The server is in this process: turns of the event loop are enough. */
  | { readonly kind: 'turns' }
  /** Until these processes sleep, and then so many milliseconds. */
  | { readonly kind: 'asleep'; readonly pids: readonly number[]; readonly quiet: number }
  /** Nothing is known of the server: so many milliseconds. */
  | { readonly kind: 'quiet'; readonly quiet: number }

const DEFAULT_QUIET = 50
/** It must be seen so often in a row, a turn of the event loop apart. */
const TURNS_ASLEEP = 3
/** Looks without a pause; after them, the processor is left to the server. */
const EAGER_LOOKS = 100

/**
 * `inodes` are of the sockets that listen, where no process is named. Throws where the one that is
 * named does not exist.
 */
export function chooseFence(
  pid: number | undefined,
  quiet: number | undefined,
  inodes: readonly string[],
): Fence {
  if (pid === undefined && quiet !== undefined) return { kind: 'quiet', quiet }
  const doesMachineTell = isKnown(process.pid)
  if (pid !== undefined && doesMachineTell && !isKnown(pid)) throw new Error(`there is no process ${pid}`)
  const all = pid === undefined ? processesWith(inodes) : [pid]
  const others = all.filter((one) => one !== process.pid)
  if (others.length > 0 && doesMachineTell) return { kind: 'asleep', pids: others, quiet: quiet ?? 0 }
  if (all.length > 0 && others.length === 0) {
    return quiet === undefined ? { kind: 'turns' } : { kind: 'quiet', quiet }
  }
  return { kind: 'quiet', quiet: quiet ?? DEFAULT_QUIET }
}

/** Rejects where a process has ended, or is not at rest within so many milliseconds. */
export async function waitAt(fence: Fence, patience: number): Promise<void> {
  if (fence.kind === 'asleep') await sleepOf(fence.pids, patience)
  if (fence.kind !== 'turns' && fence.quiet > 0) await pause(fence.quiet)
}

async function sleepOf(pids: readonly number[], patience: number): Promise<void> {
  const start = monotonicNow()
  for (let looks = 0, peace = 0; peace < TURNS_ASLEEP; looks++) {
    const wakeful = pids.map(wakefulThreadOf).find((thread) => thread !== undefined)
    peace = wakeful === undefined ? peace + 1 : 0
    if (wakeful !== undefined && monotonicNow() - start > patience) {
      throw new Error(
        `the server was not at rest within ${patience} milliseconds: ${wakeful}; for a server that never is, give quiet and no pid`,
      )
    }
    if (looks < EAGER_LOOKS) await new Promise<void>((resolve) => setImmediate(resolve))
    else await pause(1)
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, milliseconds))
}
