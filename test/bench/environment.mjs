// Where the bench has run, and with what.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus, loadavg, release, totalmem } from 'node:os'
import { pinning } from './cores.mjs'
import { EFFECT_VERSION } from './effect-packages.mjs'
import { loadIsWrittenIn } from './load/index.mjs'
import { BACKLOG } from './work.mjs'

const ROOT = new URL('../../', import.meta.url)

function versionOf(name) {
  try {
    return JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, ROOT), 'utf8')).version
  } catch {
    return undefined
  }
}

function output(command, ...args) {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return undefined
  }
}

/** Open files that a process may have: Node raises its soft limit to this by itself. */
export const descriptorLimit = () => {
  const limit = output('sh', '-c', 'ulimit -Hn')
  return limit === undefined || limit === 'unlimited' ? Infinity : Number(limit)
}

/**
 * What the kernel makes of the backlog that the servers ask for; undefined where it cannot be told.
 */
function backlogCap() {
  try {
    return Number(readFileSync('/proc/sys/net/core/somaxconn', 'utf8'))
  } catch {
    return undefined
  }
}

export function describeEnvironment({ hasEffect }) {
  const { version } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8'))
  const commit = output('git', 'rev-parse', '--short', 'HEAD')
  const packages = [
    `xstate-tcp ${version}${commit ? ` (${commit})` : ''}`,
    ...['xstate', 'koffi'].map((name) => `${name} ${versionOf(name) ?? 'not installed'}`),
    `effect ${hasEffect ? EFFECT_VERSION : 'not installed'}`,
  ]
  const cap = backlogCap()
  return {
    machine: `${cpus().length} × ${cpus()[0]?.model.trim() ?? process.arch}, ${Math.round(totalmem() / 2 ** 30)} GB, ${process.platform} ${release()}`,
    versions: `Node ${process.version}, ${packages.join(', ')}`,
    method: `load in ${loadIsWrittenIn}, ${pinning}`,
    loadAverage: loadavg()[0].toFixed(2),
    ...(cap !== undefined &&
      cap < BACKLOG && { warning: `net.core.somaxconn is ${cap}: the kernel may drop the SYNs of a storm` }),
    date: new Date().toISOString().slice(0, 10),
  }
}
