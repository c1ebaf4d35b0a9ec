// Draws the charts: `npm run visualize`. With `--check` it writes nothing, and fails where a
// picture is not that of its chart.
import { readFileSync, writeFileSync } from 'node:fs'
import { pictures } from './pictures.ts'

const isCheck = process.argv.includes('--check')
const stale: string[] = []

for (const [file, draw] of Object.entries(pictures)) {
  const before = read(file)
  const after = draw(before)
  if (before === after) continue
  stale.push(file)
  if (!isCheck) writeFileSync(file, after)
}

if (isCheck && stale.length > 0) {
  process.stderr.write(`Not up to date: ${stale.join(', ')}. Run npm run visualize.\n`)
  process.exitCode = 1
} else {
  process.stdout.write(stale.length > 0 ? `Drawn: ${stale.join(', ')}\n` : 'All pictures are up to date.\n')
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}
