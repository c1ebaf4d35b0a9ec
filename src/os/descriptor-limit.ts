import { readFileSync } from 'node:fs'
import type { Libc } from './libc.ts'

/** `RLIMIT_NOFILE`, by platform. */
const OPEN_FILES: Partial<Record<NodeJS.Platform, number>> = { linux: 7, darwin: 8 }
/** The machines on which that is its number, and a limit takes 64 bits. */
const ARCHITECTURES: ReadonlySet<string> = new Set(['x64', 'arm64', 'ppc64', 's390x', 'riscv64', 'loong64'])
const RESOURCE = ARCHITECTURES.has(process.arch) ? OPEN_FILES[process.platform] : undefined

const limits = new BigUint64Array(2)

/**
 * The soft limit on open files of this process, `Infinity` where there is none. Node raises it to
 * the hard one when it starts; others can change it at any time. With the C library, asking costs
 * half a microsecond, without it fifty.
 */
export function softDescriptorLimit(libc?: Libc): number {
  if (libc && RESOURCE !== undefined && libc.getrlimit(RESOURCE, limits) === 0) return limitOf(limits[0])
  // No /proc on this machine, or in this sandbox: the report knows, at 6 ms instead of none.
  const soft = limitOfProc() ?? limitOfReport()
  return soft === undefined || soft === 'unlimited' ? Infinity : Number(soft)
}

/** Tells the limit each time, where that costs little; where it does not, what it was at first. */
export function limitReader(libc: Libc | undefined): () => number {
  const first = softDescriptorLimit(libc)
  return (libc && RESOURCE !== undefined) || limitOfProc() !== undefined
    ? () => softDescriptorLimit(libc)
    : () => first
}

/** `RLIM_INFINITY` is the largest number there is, of 64 bits or of 63. */
function limitOf(soft = 0n): number {
  return soft > BigInt(Number.MAX_SAFE_INTEGER) ? Infinity : Number(soft)
}

function limitOfProc(): string | undefined {
  try {
    return /^Max open files\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1]
  } catch {
    return undefined
  }
}

function limitOfReport(): string | undefined {
  const report = process.report?.getReport() as
    | { userLimits?: Record<string, { soft: string | number }> }
    | undefined
  const soft = report?.userLimits?.['open_files']?.soft
  return soft === undefined ? undefined : String(soft)
}
