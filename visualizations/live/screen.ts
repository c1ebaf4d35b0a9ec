// The terminal while the view owns it.
import { writeSync } from 'node:fs'
import { type Line, render } from './spans.ts'

const ENTER = '\x1b[?1049h\x1b[?25l'
const LEAVE = '\x1b[?25h\x1b[?1049l'
type Output = NodeJS.WriteStream & { fd: number }

/** A terminal shows what comes between these at once, if it knows them. */
const BEGIN_UPDATE = '\x1b[?2026h'
const END_UPDATE = '\x1b[?2026l'
const MIN_TIME_BETWEEN_FRAMES = 50
const TICK = 1_000

export class Screen {
  readonly #out: Output
  readonly #draw: (size: { columns: number; rows: number }) => Line[]
  readonly #hasColor = !process.env['NO_COLOR']
  #frame: NodeJS.Timeout | undefined
  #ticker: NodeJS.Timeout | undefined
  #isOurs = false

  constructor(out: Output, draw: (size: { columns: number; rows: number }) => Line[]) {
    this.#out = out
    this.#draw = draw
  }

  /**
   * Takes the terminal over; `leave` gives it back, and so does the end of the process, whatever
   * brings it about.
   */
  enter(): void {
    if (this.#isOurs) return
    this.#isOurs = true
    process.on('exit', this.leave)
    this.#out.write(ENTER)
    this.#out.on('resize', this.#paint)
    this.#ticker = setInterval(this.#paint, TICK).unref()
    this.#paint()
  }

  readonly leave = (): void => {
    if (!this.#isOurs) return
    this.#isOurs = false
    process.removeListener('exit', this.leave)
    this.#out.removeListener('resize', this.#paint)
    clearInterval(this.#ticker)
    clearTimeout(this.#frame)
    this.#frame = undefined
    try {
      // Not through the stream: the process may be ending.
      writeSync(this.#out.fd, LEAVE)
    } catch {
      // The terminal is gone, and needs nothing any more.
    }
  }

  /** Something has changed. Many changes make one frame. */
  changed(): void {
    this.#frame ??= setTimeout(this.#paint, MIN_TIME_BETWEEN_FRAMES).unref()
  }

  readonly #paint = (): void => {
    clearTimeout(this.#frame)
    this.#frame = undefined
    if (!this.#isOurs) return
    const size = { columns: this.#out.columns || 80, rows: this.#out.rows || 24 }
    const lines = this.#draw(size).map((line) => `${render(line, size.columns, this.#hasColor)}\x1b[K`)
    this.#out.write(`${BEGIN_UPDATE}\x1b[H${lines.join('\r\n')}\x1b[J${END_UPDATE}`)
  }
}
