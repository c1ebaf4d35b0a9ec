// How fast a server stops accepting and starts again.
import { interleave } from '../measure.mjs'

const ours = (pauseStrategy) => ({
  module: 'xstate-tcp',
  factory: 'createSock',
  handler: 'answer',
  pauseStrategy,
})

export const pause = {
  name: 'pause',
  title: 'Pause and resume',
  explanation:
    "Cycles on an idle server, one after the other. A raw server can only close its socket and bind it again, which turns clients away; so does our `'rebind'`, but `'hold'` does not.",
  figures: [{ key: 'perSecond', title: 'cycles per second', compared: 'ratio' }],
  base: 'raw, close and listen',
  run: (level) =>
    interleave({
      level,
      servers: {
        'raw, close and listen': { module: 'raw', handler: 'answer' },
        "createSock, 'hold'": ours('hold'),
        "createSock, 'rebind'": ours('rebind'),
      },
      async sample(server) {
        const { count, seconds } = await server.ask('cycles', level.milliseconds)
        return { perSecond: count / seconds }
      },
    }),
}
