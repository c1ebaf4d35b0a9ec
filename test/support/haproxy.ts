// Debian's haproxy in front of a server.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { temporaryFolder } from './folder.ts'

function isInstalled(): boolean {
  try {
    return execFileSync('haproxy', ['-v'], { encoding: 'utf8' }).includes('HAProxy')
  } catch {
    return false
  }
}

export const hasHaproxy = isInstalled()

/** In the title of a test that is skipped without it. */
export const NEEDS_HAPROXY = 'needs haproxy, which must be installed for this'

export interface Haproxy {
  /** The ports of `listen`, in the order in which they were asked for. */
  ports: readonly number[]
}

/** What a configuration is written of. */
export interface HaproxyPlan {
  /** A folder with a short name, for sockets and certificates. */
  folder: string
  /** A port for a line `bind 127.0.0.1:PORT`. */
  port: () => number
}

/** Starts it with these sections of its configuration, and resolves when all its ports listen. */
export async function startHaproxy(sections: (plan: HaproxyPlan) => string): Promise<Haproxy> {
  const folder = temporaryFolder()
  for (;;) {
    const ports: number[] = []
    const port = () => {
      const one = 12_000 + Math.floor(Math.random() * 18_000)
      ports.push(one)
      return one
    }
    const file = join(folder, 'haproxy.cfg')
    writeFileSync(file, HEAD + sections({ folder, port }))
    const child = spawn('haproxy', ['-db', '-f', file], { stdio: ['ignore', 'ignore', 'pipe'] })
    let told = ''
    child.stderr.setEncoding('utf8').on('data', (text) => {
      told += text
    })
    const exited = once(child, 'exit')
    const hasEnded = () => child.exitCode !== null
    for (const port of ports) await untilItListens(port, hasEnded)
    if (!hasEnded()) {
      onTestFinished(async () => {
        child.kill('SIGKILL')
        await exited
      })
      return { ports }
    }
    // A port may be taken.
    if (!told.includes('cannot bind')) throw new Error(`haproxy has ended: ${told}`)
  }
}

const HEAD = `
defaults
  mode tcp
  timeout connect 5s
  timeout client 60s
  timeout server 60s
`

/** Nothing tells when it does: it is asked for again and again. */
async function untilItListens(port: number, hasEnded: () => boolean): Promise<void> {
  while (!hasEnded()) {
    const socket = connect({ port, host: '127.0.0.1' })
    const isConnected = await new Promise((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    })
    socket.destroy()
    if (isConnected) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
