// Plays the schedules of many seeds, in several processes, until one breaks a promise.
import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'

/** Which seeds one process plays. */
export interface Share {
  first: number
  step: number
  count: number
  /** It stops after so long, in milliseconds. */
  time: number
}

export type Told = { played: number } | { seed: number; oracle: string }

export interface Outcome {
  played: number
  /** The first seed that was found whose schedule breaks a promise. */
  failure: { seed: number; oracle: string } | undefined
}

/** Nearly all that a schedule makes is soon garbage; the more room, the less is collected. */
const OPTIONS = ['--max-semi-space-size=64', '--no-warnings']

/** A process that plays a share, by the program in this folder of built code. */
export function startPlayer(folder: string, share: Share): ChildProcess {
  return fork(join(folder, 'player.js'), [JSON.stringify(share)], { execArgv: OPTIONS })
}

export async function playMany(shares: readonly Share[]): Promise<Outcome> {
  const outcome: Outcome = { played: 0, failure: undefined }
  const players = shares.map((share) => startPlayer(import.meta.dirname, share))
  for (const player of players) {
    player.on('message', (told: Told) => {
      if ('played' in told) outcome.played += told.played
      else outcome.failure ??= told
      if (outcome.failure) for (const other of players) other.kill()
    })
  }
  await Promise.all(players.map((player) => whenEnded(player, () => outcome.failure !== undefined)))
  return outcome
}

function whenEnded(player: ChildProcess, isKilled: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    player.on('error', reject)
    player.on('exit', (code, signal) => {
      if (code === 0 || isKilled()) resolve()
      else reject(new Error(`A player has ended with ${signal ?? code}`))
    })
  })
}
