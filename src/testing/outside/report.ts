// What the command line says of a server.
import { ModelMismatchError } from '../mismatch.ts'
import type { CheckFailure, CheckResult } from './check.ts'
import type { CheckOptions } from './cli-options.ts'
import type { Fence } from './fence.ts'
import { formatPath } from './path-text.ts'
import type { Probed } from './probe.ts'

export function describeServer(options: CheckOptions, { fence, isQueueSeen }: Probed): string {
  const { server, overLimit, maxConnections, settings, path, seed } = options
  const host = server.host.includes(':') ? `[${server.host}]` : server.host
  const isTold = overLimit === 'wait' && settings.waitIn === 'queue'
  return joinLines([
    `${host}:${server.port}: at most ${maxConnections} served, more of them ${overLimit === 'drop' ? 'are closed' : 'wait'}`,
    `  ${describeFence(fence)}`,
    ...(isTold && isQueueSeen ? ["  clients that wait must be in the kernel's queue"] : []),
    ...(isTold && !isQueueSeen ? ["  the kernel's queue is not seen: who hears nothing, waits"] : []),
    ...(path ? [] : [`  seed ${seed}`]),
  ])
}

function describeFence(fence: Fence): string {
  if (fence.kind !== 'asleep') {
    return `its process is not known: a step is over after ${fence.kind === 'quiet' ? fence.quiet : 0} ms`
  }
  const [first, ...rest] = fence.pids
  const who = rest.length === 0 ? `process ${first} sleeps` : `processes ${fence.pids.join(', ')} sleep`
  return `a step is over when ${who}${fence.quiet > 0 ? `, and ${fence.quiet} ms later` : ''}`
}

const ACCEPTED = 'accepted, but not served: if clients may wait in the server, say --wait-in anywhere'

/** `command` runs this program on the same server. */
export function describeFailure({ path, error }: CheckFailure, command: string): string {
  const taken = error instanceof ModelMismatchError ? path.steps.slice(0, error.step) : path.steps
  const events = taken.map(({ event }) => event)
  return joinLines([
    '',
    `FAILED ${error.message.replace(/\n {2}to repeat it: .*/, '')}`,
    ...(error.message.includes("'accepted'") ? [`  ${ACCEPTED}`] : []),
    `  to repeat it: ${command} --path '${formatPath(events)}'`,
  ])
}

export function describeResult({ failures, stopped, steps, coverage }: CheckResult): string {
  const { passed, all } = coverage.paths
  const notRun = all - passed - failures.length
  return joinLines([
    '',
    `${all - notRun} of ${all} paths run, ${failures.length} failed${notRun > 0 ? `; no more, since ${stopped}` : ''}`,
    `${String(coverage).replace(/ paths passed$/m, `$&, ${steps} steps`)}`,
  ])
}

function joinLines(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`
}
