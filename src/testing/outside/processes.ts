// What Linux tells of processes: which have a socket, and whether they sleep.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** The processes that have one of these sockets open, as far as this one may look. */
export function processesWith(inodes: readonly string[]): number[] {
  if (inodes.length === 0) return []
  const wanted = new Set(inodes.map((inode) => `socket:[${inode}]`))
  return namesIn('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => namesIn(`/proc/${pid}/fd`).some((fd) => wanted.has(targetOf(`/proc/${pid}/fd/${fd}`))))
    .map(Number)
}

/** Whether the machine tells of the process. */
export function isKnown(pid: number): boolean {
  return namesIn(`/proc/${pid}/task`).length > 0
}

/**
 * A thread of the process, or of its children and theirs, that does not sleep, in words;
 * `undefined` where all sleep. Throws where the process has ended.
 */
export function wakefulThreadOf(pid: number): string | undefined {
  let isAlive = false
  for (const { process, thread, state } of threadsOf(pid)) {
    if (process === pid && !ENDED.includes(state)) isAlive = true
    if (!AT_REST.includes(state)) return `thread ${thread} of process ${process} (state ${state})`
  }
  if (!isAlive) throw new Error(`process ${pid} has ended`)
  return undefined
}

interface Thread {
  process: number
  thread: string
  /** A letter, as in `man 5 proc`. */
  state: string
}

const ENDED = ['Z', 'X', '']
/** Asleep, idle, ended. */
const AT_REST = ['S', 'I', ...ENDED]

function* threadsOf(process: number): Generator<Thread> {
  for (const thread of namesIn(`/proc/${process}/task`)) {
    const stat = textOf(`/proc/${process}/task/${thread}/stat`)
    yield { process, thread, state: stat.charAt(stat.lastIndexOf(')') + 2) }
    const children = textOf(`/proc/${process}/task/${thread}/children`)
    for (const child of children.split(' ').filter(Boolean)) yield* threadsOf(Number(child))
  }
}

function namesIn(folder: string): string[] {
  return attempt(() => readdirSync(folder), [])
}

function textOf(file: string): string {
  return attempt(() => readFileSync(file, 'utf8'), '')
}

function targetOf(link: string): string {
  return attempt(() => readlinkSync(link), '')
}

/** Processes end while they are looked at, and some are not to be looked at. */
function attempt<Result>(look: () => Result, otherwise: Result): Result {
  try {
    return look()
  } catch {
    return otherwise
  }
}
