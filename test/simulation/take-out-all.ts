// node dist/test/simulation/take-out-all.js [SCHEDULES [WORD]]: a table of which mends are missed.
import { join } from 'node:path'
import { mends } from './mends.ts'
import { Copy, type Found } from './take-out.ts'

const [count = '5000', word = ''] = process.argv.slice(2)
const root = join(import.meta.dirname, '../../..')
const left = mends.filter(({ name }) => name.includes(word))
const print = ({ mend, oracle = 'not found', schedules }: Found) =>
  process.stdout.write(`| ${mend} | ${oracle} | ${schedules} |\n`)

await Promise.all(
  Array.from({ length: 2 }, async () => {
    const copy = new Copy(root)
    try {
      for (let mend = left.shift(); mend; mend = left.shift()) print(await copy.play(mend, 1, Number(count)))
    } finally {
      copy.remove()
    }
  }),
)
