#!/usr/bin/env node
// xstate-tcp-test: tries the model of a listener on a server that runs.
import { check } from './check.ts'
import { type CheckOptions, helpText, parseOptions, withoutPaths } from './cli-options.ts'
import { type Probed, probe, UnfitServerError } from './probe.ts'
import { describeFailure, describeResult, describeServer } from './report.ts'

const PASSED = 0
const FAILED = 1
const UNFIT = 2

const NAME = 'xstate-tcp-test'

async function main(args: readonly string[]): Promise<number> {
  let options: CheckOptions | undefined
  try {
    options = parseOptions(args)
  } catch (error) {
    return refuse(`${(error as Error).message}\nsee ${NAME} --help`)
  }
  if (!options) {
    process.stdout.write(helpText(NAME))
    return PASSED
  }
  let probed: Probed
  try {
    probed = await probe(options)
  } catch (error) {
    if (!(error instanceof UnfitServerError)) throw error
    return refuse(`${options.server.host}:${options.server.port}: ${error.message}`)
  }
  process.stdout.write(describeServer(options, probed))
  const command = [NAME, ...withoutPaths(args).map(quote)].join(' ')
  const result = await check(options, (failure) => process.stdout.write(describeFailure(failure, command)))
  process.stdout.write(describeResult(result))
  return result.failures.length === 0 ? PASSED : FAILED
}

function refuse(reason: string): number {
  process.stderr.write(`${NAME}: ${reason}\n`)
  return UNFIT
}

/** For a shell. */
function quote(argument: string): string {
  return /^[\w./:=@%+-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`
}

// Who reads no further, as `head`, wants no more.
process.stdout.on('error', () => process.exit(FAILED))
process.exitCode = await main(process.argv.slice(2))
