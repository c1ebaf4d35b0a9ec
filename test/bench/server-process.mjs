// A server in a process of its own, on a core of its own.
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { start } from './cores.mjs'

const SERVE = fileURLToPath(new URL('serve.mjs', import.meta.url))

export class ServerProcess {
  #child
  port
  pid
  /** Where its inspector's page is, if it has one. */
  page

  /**
   * `work` is what the server's module is told; `profile` a folder for what --cpu-prof writes when
   * it is closed.
   */
  static async start(work, profile) {
    const process = new ServerProcess()
    const flags = ['--expose-gc', ...(profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : [])]
    process.#child = start('server', globalThis.process.execPath, [...flags, SERVE, JSON.stringify(work)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    process.pid = process.#child.pid
    Object.assign(process, await process.#answer())
    return process
  }

  async #answer() {
    const gone = new AbortController()
    const onExit = (code) => gone.abort(new Error(`A server's process has ended with ${code}.`))
    this.#child.once('exit', onExit)
    try {
      const [answer] = await once(this.#child, 'message', { signal: gone.signal })
      return answer
    } catch (error) {
      throw gone.signal.aborted ? gone.signal.reason : error
    } finally {
      this.#child.off('exit', onExit)
    }
  }

  ask(question, argument) {
    const answer = this.#answer()
    this.#child.send({ question, argument })
    return answer
  }

  async close() {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const exit = once(this.#child, 'exit')
    this.#child.disconnect()
    await exit
  }
}
