// Reading lines of 80 bytes.
import { BUSY, interleave, loadServer } from '../measure.mjs'

const raw = (handler) => ({ module: 'raw', handler })
const ours = (handler) => ({ module: 'xstate-tcp', factory: 'create', handler })

export const lines = {
  name: 'lines',
  title: 'Reading lines of 80 bytes',
  explanation:
    'One client sends as fast as it can; the handler makes a string of each line and counts them. By hand: a carried rest, `indexOf` and `toString` for each line, on each chunk.',
  figures: [
    { key: 'nanoseconds', title: 'CPU per line, ns', compared: 'ratio' },
    { key: 'megabytes', title: 'MB per second', compared: 'ratio' },
    ...BUSY,
  ],
  base: "by hand, on('data')",
  run(level) {
    const megabytes = level.isQuick ? 25 : 400
    return interleave({
      level,
      rounds: Math.min(level.rounds, 5),
      servers: {
        "by hand, on('data')": raw('linesByHand'),
        "by hand, on('data'), again": raw('linesByHand'),
        'by hand, for await of the socket': raw('linesForAwait'),
        'setEncoding and split': raw('linesSplit'),
        'node:readline': raw('linesReadline'),
        'create, for await of lines()': ours('lines'),
        'create, readLine()': ours('readLine'),
      },
      async sample(server) {
        const result = await loadServer(server, 'lines', level.megabytes(megabytes))
        return {
          ...result,
          nanoseconds: (1e9 * result.serverCpu) / result.count,
          megabytes: (80 * result.count) / 1e6 / result.seconds,
        }
      },
    })
  },
}
