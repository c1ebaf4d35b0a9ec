// The package as it is published, for processes of its own.
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { inject, onTestFinished } from 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of what is compiled. Tests leave it as it is. */
    built: string
  }
}

/** The path of something that is compiled. */
export function compiled(path: string): string {
  return join(inject('built'), path)
}

/** That of the package's entry. */
export function packageEntry(): string {
  return compiled('src/index.js')
}

/** A process that runs a script of `fixtures/` with the package; ended with the test. */
export class Fixture {
  readonly process: ChildProcess
  #output = ''
  #errors = ''
  #isEnded = false
  #wake: () => void = () => {}

  /**
   * `openFiles` is its `ulimit -n`; what `descriptors` are here are 3, 4… there. It runs in the
   * network namespace, if one is named.
   */
  constructor(
    entry: string,
    script: string,
    args: string[] = [],
    openFiles = 0,
    descriptors: number[] = [],
    namespace?: string,
  ) {
    const inNamespace = namespace === undefined ? [] : ['ip', 'netns', 'exec', namespace]
    const command = [...inNamespace, process.execPath, join(import.meta.dirname, 'fixtures', script), ...args]
    const limit = openFiles > 0 ? `ulimit -n ${openFiles}; ` : ''
    this.process = spawn('sh', ['-c', `${limit}exec "$@"`, 'sh', ...command], {
      env: { ...process.env, XSTATE_TCP: entry },
      stdio: ['ignore', 'pipe', 'pipe', ...descriptors],
    })
    this.process.stdout?.on('data', (text) => {
      this.#output += text
      this.#wake()
    })
    this.process.stderr?.on('data', (text) => {
      this.#errors += text
    })
    this.process.on('close', () => {
      this.#isEnded = true
      this.#wake()
    })
    onTestFinished(() => void this.process.kill('SIGKILL'))
  }

  get errors(): string {
    return this.#errors
  }

  get isEnded(): boolean {
    return this.#isEnded
  }

  /** The next line that it writes, parsed. */
  async next<T>(): Promise<T> {
    while (!this.#output.includes('\n')) {
      if (this.#isEnded) throw new Error(`The process ended without a line: ${this.#errors}`)
      await this.#woken()
    }
    const [line = '', ...rest] = this.#output.split('\n')
    this.#output = rest.join('\n')
    return JSON.parse(line) as T
  }

  /** All that it writes until it ends. */
  async output(): Promise<string> {
    while (!this.#isEnded) await this.#woken()
    return this.#output
  }

  #woken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }
}
