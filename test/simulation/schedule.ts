// A schedule: a server, its clients, and in which order what happens. All of it comes from a seed.
import { Random } from './world/random.ts'

export interface Settings {
  factory: 'create' | 'createSock'
  /** Whether the server gets a clock, or uses Node's timers. */
  hasClock: boolean
  /** What a callback takes, in milliseconds of simulated time. */
  callbackTime: number
  maxConnections: number
  maxAcceptsPerBatch: number
  backlog: number
  pauseStrategy: 'hold' | 'rebind'
  /** Of `maxAcceptRate`, which is not given where the first is `Infinity`. */
  perSecond: number
  burst: number
  policy: 'ignore' | 'raise' | 'call'
  isDropping: boolean
  allowHalfOpen: boolean
  flushTimeout: number
  lingerTimeout: number
  bufferAgeLimit: number
  readerBufferSize: number
  writerBufferSize: number
  /** Buffers of the kernel, in bytes. */
  serverSends: number
  serverReceives: number
  clientReceives: number
  /** What the handlers do, in the order in which they start. */
  handlers: readonly number[]
  /** Size of their answers. */
  answer: number
}

export type Step =
  | { do: 'run'; callbacks: number }
  | { do: 'call' | 'end' | 'leave'; client: number }
  | { do: 'send' | 'read' | 'reset' | 'deliver' | 'acknowledge' | 'fail'; client: number; bytes: number }
  | { do: 'go on'; handler: number }
  | { do: 'pause'; strategy?: 'hold' | 'rebind' }
  | { do: 'resume' | 'drop' | 'stop dropping' | 'free port' | 'take port' | 'more descriptors' | 'steal' }
  | { do: 'limit'; maxConnections: number }
  | { do: 'close'; isWithConnections: boolean }
  | { do: 'drain'; timeout: number }
  | { do: 'destroy'; handler: number }
  | { do: 'descriptors'; left: number }
  | { do: 'accept fails'; errno: number; times: number }
  | { do: 'sleep' | 'block'; milliseconds: number }

export interface Schedule {
  seed: number
  settings: Settings
  numClients: number
  /** Whether each client reads only when it has sent everything. */
  sendsFirst: readonly boolean[]
  steps: readonly Step[]
}

/** Handlers that are written with a reader and a writer, and those with a socket. */
export const NUM_HANDLERS = { create: 18, createSock: 9 }

const ENOBUFS = 105
const EPERM = 1
const ECONNABORTED = 103
const ETIMEDOUT = 110
/** Schedules from this seed on may have a rate; those before are as they were without it. */
export const FIRST_WITH_RATE = 10_000
/** What a turn of a busy loop takes, in milliseconds. */
const BUSY = 100

export function scheduleOf(seed: number): Schedule {
  const random = new Random(seed)
  const factory = random.oneIn(4) ? 'createSock' : 'create'
  const isCrowd = random.oneIn(12)
  const numClients = isCrowd ? random.between(6, 10) : random.between(1, 5)
  const kinds = random.between(1, 3)
  const chosen = Array.from({ length: kinds }, () => random.below(NUM_HANDLERS[factory]))
  const settings: Settings = {
    factory,
    hasClock: random.oneIn(2),
    callbackTime: isCrowd ? random.pick([0, 1]) : 0,
    maxConnections: isCrowd ? 12 : random.between(1, 3),
    maxAcceptsPerBatch: random.pick([1, 2, 4]),
    backlog: random.pick([1, 4, 511]),
    pauseStrategy: random.oneIn(4) ? 'rebind' : 'hold',
    ...rateOf(seed),
    policy: random.pick(['ignore', 'ignore', 'call', 'raise']),
    isDropping: random.oneIn(20),
    allowHalfOpen: !random.oneIn(6),
    flushTimeout: random.pick([300, 3_000, 30_000]),
    lingerTimeout: random.pick([50, 500, 2_000]),
    bufferAgeLimit: random.pick([200, 5_000, 120_000, Infinity]),
    readerBufferSize: random.pick([1, 16, 64, 65_536]),
    writerBufferSize: random.pick([0, 64, 65_536]),
    serverSends: random.pick([32, 256, 4_096]),
    serverReceives: random.pick([16, 128, 4_096]),
    clientReceives: random.pick([8, 64, 4_096]),
    handlers: Array.from({ length: 8 }, () => random.pick(chosen)),
    answer: random.pick([10, 100, 100, 1_000]),
  }
  const sendsFirst = Array.from({ length: numClients }, () => random.oneIn(4))
  const storm = isCrowd && random.oneIn(2) ? stormOf(numClients) : []
  const steps = [...storm, ...stepsOf(random, numClients)]
  return { seed, settings, numClients, sendsFirst, steps }
}

/** All clients get in within a second. */
function rateOf(seed: number): Pick<Settings, 'perSecond' | 'burst'> {
  const random = new Random(seed ^ 0x5bd1e995)
  const hasRate = seed >= FIRST_WITH_RATE && random.oneIn(3)
  return { perSecond: hasRate ? random.pick([10, 50, 1_000]) : Infinity, burst: random.between(1, 3) }
}

/** All come at once to a loop that is busy. */
function stormOf(numClients: number): Step[] {
  const calls = Array.from({ length: numClients }, (_, client): Step => ({ do: 'call', client }))
  const turns = calls.flatMap((): Step[] => [
    { do: 'run', callbacks: 4 },
    { do: 'block', milliseconds: BUSY },
  ])
  return [...calls, ...turns]
}

function stepsOf(random: Random, numClients: number): Step[] {
  const scripts = Array.from({ length: numClients }, (_, client) => scriptOf(random, client))
  const commands = commandsOf(random, numClients)
  const steps: Step[] = []
  const length = random.between(10, 60)
  for (let left = length; left > 0; left--) {
    const kind = random.below(16)
    if (kind < 5) {
      const step = scripts[random.below(numClients)]?.shift()
      if (step) steps.push(step)
    } else if (kind < 10) steps.push(networkStep(random, numClients))
    else if (kind === 10) steps.push({ do: 'go on', handler: random.below(numClients) })
    else if (kind === 11 && random.oneIn(2)) steps.push(timeStep(random))
    else if (kind >= 12 && kind < 14) {
      // Some come at once.
      const count = random.oneIn(3) ? 3 : 1
      steps.push(...commands.splice(0, count))
    }
    steps.push({ do: 'run', callbacks: random.pick([0, 1, 2, 3, 8, 30]) })
  }
  return steps
}

/** What one client does, in this order. */
function scriptOf(random: Random, client: number): Step[] {
  const send = (): Step => ({ do: 'send', client, bytes: random.pick([1, 7, 20, 60, 300]) })
  const steps: Step[] = [{ do: 'call', client }]
  for (let left = random.below(5); left > 0; left--) steps.push(send())
  if (random.oneIn(3)) return steps
  const isHonest = !random.oneIn(3)
  if (isHonest) steps.push({ do: 'end', client })
  else if (random.oneIn(6)) steps.push({ do: 'fail', client, bytes: ETIMEDOUT })
  else if (random.oneIn(3)) steps.push({ do: 'leave', client })
  else steps.push({ do: 'reset', client, bytes: random.pick([0, 5, 1_000]) })
  return steps
}

function networkStep(random: Random, numClients: number): Step {
  const client = random.below(numClients)
  const bytes = random.pick([1, 7, 50, 10_000])
  return { do: random.pick(['deliver', 'deliver', 'acknowledge', 'read'] as const), client, bytes }
}

function timeStep(random: Random): Step {
  return { do: random.oneIn(3) ? 'block' : 'sleep', milliseconds: random.pick([1, 20, 101, 600, 2_500]) }
}

type Fault = (random: Random, numClients: number) => Step[]

const strategyOf = (random: Random) => random.pick(['hold', 'rebind'] as const)

/** Commands and faults that belong together; each list may be interrupted by anything else. */
const FAULTS: readonly Fault[] = [
  () => [{ do: 'pause' }, { do: 'resume' }],
  (random) => [{ do: 'pause', strategy: strategyOf(random) }, { do: 'resume' }],
  (random) => [
    { do: 'pause', strategy: strategyOf(random) },
    { do: 'pause', strategy: strategyOf(random) },
    { do: 'resume' },
  ],
  () => [{ do: 'drop' }, { do: 'stop dropping' }],
  () => [{ do: 'drop' }, { do: 'pause' }, { do: 'stop dropping' }, { do: 'resume' }],
  (random) => [{ do: 'drop' }, acceptFails(random), { do: 'stop dropping' }],
  (random) => [{ do: 'limit', maxConnections: random.between(1, 4) }],
  (random) => [{ do: 'close', isWithConnections: random.oneIn(2) }],
  () => [
    { do: 'close', isWithConnections: false },
    { do: 'drain', timeout: 0 },
  ],
  (random) => [{ do: 'drain', timeout: random.pick([0, 50, 1_000, 15_000]) }],
  (random, numClients) => [{ do: 'destroy', handler: random.below(numClients) }],
  (random) => [{ do: 'descriptors', left: random.below(6) }, { do: 'more descriptors' }],
  (random) => [
    { do: 'descriptors', left: random.below(6) },
    { do: 'sleep', milliseconds: 2_500 },
    { do: 'more descriptors' },
  ],
  (random) => [acceptFails(random)],
  (random) => [
    { do: 'take port' },
    { do: 'pause', strategy: 'rebind' },
    random.oneIn(2) ? { do: 'resume' } : { do: 'pause', strategy: 'hold' },
    { do: 'free port' },
  ],
  (random, numClients) => {
    const client = random.below(numClients)
    return [
      { do: 'deliver', client, bytes: 10_000 },
      { do: 'fail', client, bytes: ETIMEDOUT },
    ]
  },
  (random) => [
    { do: 'descriptors', left: random.below(3) },
    { do: 'pause', strategy: 'rebind' },
    { do: 'resume' },
    { do: 'sleep', milliseconds: 2_500 },
    { do: 'more descriptors' },
  ],
  () => [{ do: 'steal' }],
  () => [{ do: 'steal' }, { do: 'pause' }, { do: 'resume' }],
  (random, numClients) => [
    { do: 'destroy', handler: random.below(numClients) },
    { do: 'drain', timeout: random.pick([0, 1_000]) },
  ],
]

function acceptFails(random: Random): Step {
  const errno = random.pick([ENOBUFS, EPERM, ECONNABORTED])
  return { do: 'accept fails', errno, times: random.pick([1, 3, 20, 10_000]) }
}

/** Most schedules have few. */
function commandsOf(random: Random, numClients: number): Step[] {
  return Array.from({ length: random.below(4) }, () => random.pick(FAULTS)(random, numClients)).flat()
}
