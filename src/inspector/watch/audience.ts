// All pages that look, and the frames they are given: ten a second, however much happens.
import type { ServerResponse } from 'node:http'
import { forEachOf } from '../../common/each.ts'
import { clearInterval, setInterval, type Timer } from '../../common/timers.ts'
import { Viewer } from './viewer.ts'
import type { Watch } from './watch.ts'

const FRAME = 100
/** Of the log, in one frame; the rest is counted. */
const MAX_ENTRIES = 200
const MAX_VIEWERS = 32
const KEEP_ALIVE = 15_000

export class Audience {
  readonly #watch: Watch
  readonly #viewers = new Map<string, Viewer>()
  #timer: Timer | undefined
  #aliveAt = 0

  constructor(watch: Watch) {
    this.#watch = watch
  }

  get isFull(): boolean {
    return this.#viewers.size >= MAX_VIEWERS
  }

  get size(): number {
    return this.#viewers.size
  }

  find(id: string): Viewer | undefined {
    return this.#viewers.get(id)
  }

  add(response: ServerResponse, control: boolean): void {
    const viewer = new Viewer(response, control)
    this.#viewers.set(viewer.id, viewer)
    response.on('close', () => this.#remove(viewer))
    if (this.#viewers.size === 1) {
      this.#watch.isTracked = true
      this.#timer = setInterval(() => this.frame(), FRAME).unref()
    }
    this.frame()
  }

  #remove(viewer: Viewer): void {
    this.#viewers.delete(viewer.id)
    if (this.#viewers.size > 0) return
    clearInterval(this.#timer)
    this.#watch.isTracked = false
  }

  /** Tells everybody who can hear what has changed since the last time. */
  frame(now = Date.now()): void {
    const servers = [...this.#watch.servers.values()]
    const changes = servers.map((server) => server.takeChanges(now)).filter((frame) => frame !== undefined)
    let changesJson: string | undefined
    let wholeJson: string | undefined
    const isAliveDue = now - this.#aliveAt > KEEP_ALIVE
    if (isAliveDue) this.#aliveAt = now
    forEachOf(this.#viewers.values(), (viewer) => {
      if (!viewer.isReady(now)) return
      const { items: entries, missed } = this.#watch.log.since(viewer.logPlace, MAX_ENTRIES)
      // Those from before it came were not missed.
      const log = { entries, missed: viewer.logPlace === 0 ? 0 : missed }
      const opened = viewer.takeOpened()
      if (viewer.isStale) {
        wholeJson ??= JSON.stringify(servers.map((server) => server.whole(now)))
        viewer.send(now, wholeJson, log, opened)
        viewer.isStale = false
      } else if (changes.length > 0 || entries.length > 0 || opened !== undefined) {
        changesJson ??= JSON.stringify(changes)
        viewer.send(now, changesJson, log, opened)
      } else if (isAliveDue) viewer.keepAlive()
      viewer.logPlace = this.#watch.log.end
    })
  }

  close(): void {
    clearInterval(this.#timer)
    forEachOf(this.#viewers.values(), (viewer) => viewer.end())
  }
}
