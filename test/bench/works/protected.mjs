// What everything that holds bad clients costs a server that has only good ones.
import { interleave } from '../measure.mjs'
import { CHURN_FIGURES, churn } from './churn.mjs'
import { OURS, withWork } from './servers.mjs'

const protectedBy = (factory) => ({
  name: `protected-${factory}`,
  title: `Short connections to \`${factory}\` with all rules and deadlines`,
  explanation: `As without idle ones, compared with \`${factory}\` without options. With deadlines: \`productionDefaults\`. With rules: \`allow\`, \`block\` of 1,000 addresses, \`maxConnectionsPerAddress\`, \`maxAcceptRate\` and \`admit\`, none of which keeps anybody out.`,
  figures: CHURN_FIGURES,
  base: factory,
  run: (level) =>
    interleave({
      level,
      servers: withWork(
        {
          [factory]: OURS[factory],
          [`${factory} again`]: OURS[factory],
          'with deadlines': { ...OURS[factory], protections: ['deadlines'] },
          'with rules': { ...OURS[factory], protections: ['rules'] },
          'with both': { ...OURS[factory], protections: ['deadlines', 'rules'] },
        },
        { handler: 'answer' },
      ),
      sample: (server) => churn(server, level.milliseconds),
    }),
})

export const protectedWorks = Object.keys(OURS).map(protectedBy)
