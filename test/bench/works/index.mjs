// All works, in the order of their tables.
import { accepts } from './accepts.mjs'
import { churnWorks, inspector } from './churn.mjs'
import { drops } from './drops.mjs'
import { echoWorks } from './echo.mjs'
import { limit } from './limit.mjs'
import { lines } from './lines.mjs'
import { idleMemory, retained } from './memory.mjs'
import { pause } from './pause.mjs'
import { protectedWorks } from './protected.mjs'
import { stormWork } from './storm.mjs'
import { syscallWorks } from './syscalls.mjs'
import { secureWorks } from './tls.mjs'

export const works = [
  ...churnWorks,
  ...syscallWorks,
  inspector,
  stormWork,
  limit,
  drops,
  ...echoWorks,
  lines,
  idleMemory,
  retained,
  pause,
  ...secureWorks,
  ...protectedWorks,
  accepts,
]
