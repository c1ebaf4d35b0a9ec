import { readFileSync } from 'node:fs'

/** The soft limit on open files of this process, `Infinity` where there is none. Node raises it to the hard one when it starts. */
export function softDescriptorLimit(): number {
  const soft = process.platform === 'linux' ? limitOfProc() : limitOfReport()
  return soft === undefined || soft === 'unlimited' ? Infinity : Number(soft)
}

function limitOfProc(): string | undefined {
  try {
    return /^Max open files\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1]
  } catch {
    // No /proc in this sandbox; the report knows, at 6 ms instead of none.
    return limitOfReport()
  }
}

function limitOfReport(): string | undefined {
  const report = process.report?.getReport() as
    | { userLimits?: Record<string, { soft: string | number }> }
    | undefined
  const soft = report?.userLimits?.['open_files']?.soft
  return soft === undefined ? undefined : String(soft)
}
