// Programs that tests start, and what they print.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { Client } from '../support/client.ts'

const programs = new Set<Program>()

export function killPrograms(): void {
  for (const program of programs) program.child.kill('SIGKILL')
  programs.clear()
}

/** A started program and what it printed. */
export class Program {
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
      if (this.child.exitCode !== null || this.child.signalCode !== null)
        throw new Error(`ended without ${pattern}: ${this.printed}`)
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
