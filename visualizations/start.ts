// `npm start`: an echo server that shows itself while it runs.
import { App } from './live/app.ts'

const DEFAULT_PORT = 7000

function portFromEnvironment(): number | undefined {
  const given = process.env['PORT']
  if (given === undefined || given === '') return undefined
  const port = Number(given)
  if (/^\d+$/.test(given) && port <= 65_535) return port
  process.stderr.write(`PORT is to be a number from 0 to 65535, not ${given}\n`)
  process.exit(2)
}

const port = portFromEnvironment()
let app: App | undefined
// Before anything is printed: whoever reads it may send a signal at once.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => (app ? app.interrupt() : process.exit()))
}
app = await App.start(port ?? DEFAULT_PORT, { mayUseAnother: port === undefined }).catch((error) => {
  process.stderr.write(`${error.message}\n`)
  process.exit(1)
})
