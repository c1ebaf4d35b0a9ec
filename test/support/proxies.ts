// Debian's proxies in front of a server.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { connect, createServer, type NetConnectOpts } from 'node:net'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { temporaryFolder } from './folder.ts'

const isInstalled = (command: string) => spawnSync(command, ['-v']).status === 0

export const hasHaproxy = isInstalled('haproxy')
export const hasNginx = isInstalled('nginx')

/** In the title of a test that is skipped without it. */
export const NEEDS_HAPROXY = 'needs haproxy, which must be installed for this'
export const NEEDS_NGINX = 'needs nginx with its stream module, which must be installed for this'

/** What a configuration is written of. */
export interface ProxyPlan {
  /** A folder with a short name, for sockets and certificates. */
  folder: string
  /** A port of 127.0.0.1 for the proxy to listen on. */
  port: () => number
  /** The path of a unix socket for it to listen on. */
  path: (name: string) => string
}

export interface Proxy {
  /** Those of its plan, in the order in which they were asked for. */
  ports: readonly number[]
}

type Sections = (plan: ProxyPlan) => string

/** Starts it with these sections of its configuration; resolves when all it asked for listens. */
export function startHaproxy(sections: Sections): Promise<Proxy> {
  const head = 'defaults\n  mode tcp\n  timeout connect 5s\n  timeout client 60s\n  timeout server 60s\n'
  return startProxy('haproxy', (plan) => {
    const file = join(plan.folder, 'haproxy.cfg')
    writeFileSync(file, head + sections(plan))
    return ['-db', '-f', file]
  })
}

export function startNginx(sections: Sections): Promise<Proxy> {
  return startProxy('nginx', (plan) => {
    const { folder } = plan
    const head = `
load_module /usr/lib/nginx/modules/ngx_stream_module.so;
daemon off;
master_process off;
pid ${join(folder, 'nginx.pid')};
events {}
`
    const file = join(folder, 'nginx.conf')
    writeFileSync(file, head + sections(plan))
    return ['-p', folder, '-c', file, '-e', 'stderr']
  })
}

const MAX_PORTS = 8

/** Below those that the OS gives to clients, and of nobody: else a stranger would seem to be it. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 12_000 + Math.floor(Math.random() * 18_000)
    const server = createServer().listen(port, '127.0.0.1')
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('listening', () => resolve(true)).once('error', () => resolve(false))
    })
    if (!isFree) continue
    server.close()
    await once(server, 'close')
    return port
  }
}

async function startProxy(command: string, configure: (plan: ProxyPlan) => string[]): Promise<Proxy> {
  const folder = temporaryFolder()
  for (;;) {
    const free = await Promise.all(Array.from({ length: MAX_PORTS }, freePort))
    const ports: number[] = []
    const port = () => {
      const one = free.pop()
      if (one === undefined) throw new Error(`A plan has ${MAX_PORTS} ports at most`)
      ports.push(one)
      return one
    }
    const paths: string[] = []
    const path = (name: string) => {
      const one = join(folder, name)
      paths.push(one)
      return one
    }
    const child = spawn(command, configure({ folder, port, path }), { stdio: ['ignore', 'ignore', 'pipe'] })
    let told = ''
    child.stderr.setEncoding('utf8').on('data', (text) => {
      told += text
    })
    const exited = once(child, 'exit')
    const hasEnded = () => child.exitCode !== null
    for (const port of ports) await untilItListens({ port, host: '127.0.0.1' }, hasEnded)
    for (const path of paths) await untilItListens({ path }, hasEnded)
    if (!hasEnded()) {
      onTestFinished(async () => {
        child.kill('SIGKILL')
        await exited
      })
      return { ports }
    }
    // A port may have been taken meanwhile.
    if (!/cannot bind|Address already in use/.test(told)) throw new Error(`${command} has ended: ${told}`)
  }
}

/** Nothing tells when it does: it is asked for again and again. */
async function untilItListens(where: NetConnectOpts, hasEnded: () => boolean): Promise<void> {
  while (!hasEnded()) {
    const socket = connect(where)
    const isConnected = await new Promise((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    })
    socket.destroy()
    if (isConnected) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
