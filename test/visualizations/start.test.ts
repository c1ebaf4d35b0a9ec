import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { build } from '../support/build.ts'
import { Client } from '../support/client.ts'

let built: ReturnType<typeof build>
beforeAll(() => {
  built = build()
}, 60_000)
afterAll(() => built.remove())

const programs = new Set<Program>()
afterEach(() => {
  for (const program of programs) program.child.kill('SIGKILL')
  programs.clear()
})

/** A started program and what it printed. */
class Program {
  readonly child: ChildProcess
  printed = ''
  readonly exited: Promise<number | null>

  constructor(command: string, args: string[], env: Record<string, string> = { PORT: '0' }) {
    const { PORT: _, NO_COLOR: __, ...inherited } = process.env
    this.child = spawn(command, args, { env: { ...inherited, TERM: 'xterm', ...env } })
    this.exited = once(this.child, 'close').then(([code]) => code as number | null)
    const keep = (text: Buffer) => {
      this.printed += text
    }
    this.child.stdout?.on('data', keep)
    this.child.stderr?.on('data', keep)
    programs.add(this)
  }

  async prints(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.printed)
      if (found) return found
      if (this.child.exitCode !== null) throw new Error(`ended without ${pattern}: ${this.printed}`)
      await Promise.race([once(this.child.stdout as never, 'data'), this.exited])
    }
  }

  async port(): Promise<number> {
    return Number((await this.prints(/nc 127\.0\.0\.1 (\d+)/))[1])
  }

  async client(): Promise<Client> {
    return new Client({ host: '127.0.0.1', port: await this.port() }).connected
  }
}

const start = (env?: Record<string, string>) =>
  new Program(process.execPath, [join(built.folder, 'visualizations/start.js')], env)

test('npm start puts the server in the place of its shell, which would not pass a signal on', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'))
  expect(scripts.start).toBe('exec node dist/visualizations/start.js')
})

describe('without a terminal', () => {
  test('it echoes, and prints one line for each transition', async () => {
    const program = start()
    const client = await program.client()
    client.send('hello')
    await client.receives('hello')
    client.end()
    await client.closed
    await program.prints(/listener connection\.offered → listening 1\/3/)
    await program.prints(/#1 handler\.settled → closing\.flushing/)
    await program.prints(/listener connection\.settled → listening 0\/3/)
    expect(client.error).toBeUndefined()
    expect(program.printed).not.toContain('\x1b')
  })

  test('it sends back all of a large half-closed stream', async () => {
    const program = start()
    const client = await program.client()
    const size = 5_000_000
    client.send('x'.repeat(size))
    client.end()
    await client.closed
    expect(client.received.length).toBe(size)
    expect(client.error).toBeUndefined()
  })

  test('a handler that fails is counted and does not end the server', async () => {
    const program = start()
    const failing = await program.client()
    failing.send('fail\n')
    await failing.closed
    await program.prints(/listener policy\.called/)
    const client = await program.client()
    client.send('still here')
    await client.receives('still here')
  })

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    '%s drains: clients finish, the exit code is 0',
    async (signal) => {
      const program = start()
      const client = await program.client()
      client.send('before')
      await client.receives('before')
      program.child.kill(signal)
      await program.prints(/Draining: waits \d+ s for 1 connection/)
      await client.receives('The server is closing')
      client.send('after')
      await client.receives('after')
      client.end()
      await client.closed
      expect(client.error).toBeUndefined()
      expect(await program.exited).toBe(0)
      expect(program.printed).toMatch(
        /Closed\. 1 accepted, 0 dropped, 0 failed\. Drained: 1 settled, 0 destroyed\./,
      )
    },
  )

  test('a second signal cuts off what is left', async () => {
    const program = start()
    const client = await program.client()
    client.send('before')
    await client.receives('before')
    program.child.kill('SIGINT')
    await client.receives('The server is closing')
    program.child.kill('SIGINT')
    await client.closed
    expect(client.error).toBeUndefined()
    expect(await program.exited).toBe(0)
    // By the signal, not by the end of the time to drain.
    expect(program.printed).toContain('Cutting off what is left.')
    expect(program.printed).toContain('1 settled, 0 destroyed')
  })

  test('it ends at once with nobody connected', async () => {
    const program = start()
    await program.port()
    program.child.kill('SIGTERM')
    expect(await program.exited).toBe(0)
  })

  test('PORT that is taken, or no port at all, is an error in one line', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as { port: number }
    const program = start({ PORT: String(port) })
    expect(await program.exited).toBe(1)
    expect(program.printed).toMatch(/^listen EADDRINUSE.*\n$/)
    taken.close()
    const wrong = start({ PORT: 'http' })
    expect(await wrong.exited).toBe(2)
    expect(wrong.printed).toMatch(/^PORT is to be a number.*\n$/)
  })
})

const hasScript = (() => {
  try {
    return execFileSync('script', ['--version'], { encoding: 'utf8' }).includes('util-linux')
  } catch {
    return false
  }
})()

describe.skipIf(!hasScript)('in a terminal', () => {
  const ENTER = '\x1b[?1049h\x1b[?25l'
  const LEAVE = '\x1b[?25h\x1b[?1049l'

  const startInTerminal = (env: Record<string, string> = {}) =>
    new Program(
      'script',
      [
        '-qefc',
        `${process.execPath} ${join(built.folder, 'visualizations/start.js')}; echo "code $?"; stty -a`,
        '/dev/null',
      ],
      { PORT: '0', ...env },
    )

  test('keys pause, resume, drop, change the limit; q drains and gives the terminal back', async () => {
    const program = startInTerminal({ NO_COLOR: '1' })
    const press = (key: string) => program.child.stdin?.write(key)
    await program.prints(/┃ listening ┃/)
    press('p')
    await program.prints(/┃ accept-paused ┃[\s\S]*paused by hand/)
    press('+')
    await program.prints(/0\/4 connections/)
    press('d')
    await program.prints(/┃ dropping ┃/)
    const dropped = await program.client()
    await dropped.closed
    await program.prints(/dropped 1/)
    press('d')
    press('r')
    program.printed = ''
    const resumed = /┃ listening ┃/
    await program.prints(resumed)
    press('q')
    await program.prints(/Closed\. 0 accepted, 1 dropped/)
    await program.prints(/code 0/)
    await program.prints(/ icanon/)
    expect(program.printed).toContain(LEAVE)
    expect(program.printed).not.toContain('\x1b[1;36m')
  })

  test('x drains and stays; Ctrl-C then ends it', async () => {
    const program = startInTerminal()
    await program.prints(/listening/)
    expect(program.printed).toContain(ENTER)
    program.child.stdin?.write('x')
    await program.prints(/Nothing is left\./)
    expect(program.printed).not.toContain(LEAVE)
    program.child.stdin?.write('\x03')
    await program.prints(/code 0/)
    expect(program.printed).toContain(LEAVE)
  })

  test('Ctrl-C says what it waits for, and once more cuts', async () => {
    const program = startInTerminal({ NO_COLOR: '1' })
    const client = await program.client()
    client.send('here')
    await client.receives('here')
    program.child.stdin?.write('\x03')
    await program.prints(/Draining: waits \d+ s for 1 connection; Ctrl-C cuts\./)
    program.child.stdin?.write('\x03')
    await client.closed
    await program.prints(/1 settled, 0 destroyed[\s\S]*code 0/)
    expect(client.error).toBeUndefined()
  })
})
