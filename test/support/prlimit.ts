// Changes how many files another process may have open.
import { execFileSync, spawnSync } from 'node:child_process'

/** Whether this machine has prlimit, which is of util-linux. */
export const hasPrlimit = spawnSync('prlimit').status === 0

/** Lowers it, or raises it as far as may be. */
export function limitOpenFiles(pid: number | undefined, soft: number): void {
  execFileSync('prlimit', [`--pid=${pid}`, `--nofile=${soft}:`])
}
