// Takes mends out of a copy of the built code, and looks how soon the simulation finds that.
import { once } from 'node:events'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPlayer, type Told } from './many.ts'
import type { Edit, Mend } from './mends.ts'

export interface Found {
  mend: string
  /** `undefined` if no schedule has found it. */
  oracle: string | undefined
  seed: number
  /** How many schedules it took. */
  schedules: number
}

/** A copy of `dist` that can be changed. */
export class Copy {
  readonly #folder = mkdtempSync(join(tmpdir(), 'simulation-'))
  readonly #dist = join(this.#folder, 'dist')

  constructor(root: string) {
    for (const part of ['machines', 'src', 'test']) {
      cpSync(join(root, 'dist', part), join(this.#dist, part), { recursive: true })
    }
    symlinkSync(join(root, 'node_modules'), join(this.#folder, 'node_modules'))
    writeFileSync(join(this.#folder, 'package.json'), '{ "type": "module" }')
  }

  /** Plays seeds in a row until a promise is broken, `count` at most. */
  async play({ name, edits }: Pick<Mend, 'name' | 'edits'>, first: number, count: number): Promise<Found> {
    const originals = edits.map(({ file }) => ({ file, text: this.#read(file) }))
    try {
      for (const edit of edits) this.#apply(edit)
      const found: Found = { mend: name, oracle: undefined, seed: 0, schedules: count }
      const folder = join(this.#dist, 'test/simulation')
      const player = startPlayer(folder, { first, step: 1, count, time: 2 ** 31 })
      player.on('message', (told: Told) => {
        if ('seed' in told) Object.assign(found, { ...told, schedules: told.seed - first + 1 })
      })
      const [code] = await once(player, 'exit')
      if (code !== 0) throw new Error(`Without “${name}” the player has died`)
      return found
    } finally {
      for (const { file, text } of originals.reverse()) this.#write(file, text)
    }
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true })
  }

  #apply({ file, from, to }: Edit): void {
    const text = this.#read(file)
    if (text.split(from).length !== 2) throw new Error(`${file} has this not once: ${from}`)
    this.#write(
      file,
      text.replace(from, () => to),
    )
  }

  #read(file: string): string {
    return readFileSync(join(this.#dist, file), 'utf8')
  }

  #write(file: string, text: string): void {
    writeFileSync(join(this.#dist, file), text)
  }
}
