// What a bad client can cost, as the guide says.
import { read } from './documents.ts'

const GUIDE = 'src/connection/bad-clients.md'

const TIMES = { s: 1, min: 60, h: 3600 } as const
const SIZES = { B: 1, KiB: 1024, MiB: 1024 ** 2 } as const

/** The figures in the last cell of a row of the guide's table, which is known by its first. */
export function figuresOf(client: string): Record<'seconds' | 'bytes' | 'places' | 'handlers', number[]> {
  const row = read(GUIDE)
    .split('\n')
    .find((line) => line.startsWith(`| ${client} `))
  if (!row) throw new Error(`${GUIDE} has no client that ${client}`)
  const text = row.split('|').at(-2) ?? ''
  const [places, handlers] = [all(text, { places: 1 }), all(text, { handlers: 1 })]
  return { seconds: all(text, TIMES), bytes: all(text, SIZES), places, handlers }
}

function all(text: string, units: Readonly<Record<string, number>>): number[] {
  return [...text.matchAll(/([\d.,]+) (\w+)/g)].flatMap(([, number = '', unit = '']) => {
    const size = units[unit]
    return size === undefined ? [] : [Number(number.replaceAll(',', '')) * size]
  })
}
