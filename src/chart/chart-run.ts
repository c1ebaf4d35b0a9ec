// One run of a chart. Nobody looks at the actors of most connections, and XState's are not free: an actor is made when somebody does.
import type { Actor, AnyEventObject, AnyMachineSnapshot, AnyStateMachine } from 'xstate'
import { createChartActor, perform, type RunnableChart } from './compile.ts'
import { type CommandCheck, guardActor } from './guarded-actor.ts'

/** What runs have in common. */
export interface ChartRunOptions<Machine extends AnyStateMachine> {
  chart: RunnableChart<Machine>
  /** Somebody looks at all actors from now on. */
  isWatched: boolean
  /** Of each actor. XState copies it for each. */
  actorOptions: object
  /** What others may send to an actor, and what they are to do instead of stopping it. */
  check: CommandCheck
  insteadOfStop: string
}

/**
 * Runs a chart whose initial state asks for nothing and needs no input: what it asks for goes to `effects`, none of which may throw. An event
 * that is sent in the middle of a step waits for its end.
 */
export class ChartRun<Machine extends AnyStateMachine> {
  readonly #options: ChartRunOptions<Machine>
  readonly #effects: object
  #snapshot: AnyMachineSnapshot
  /** What the step under way leads to. */
  #next: AnyMachineSnapshot | undefined
  #isRunning = false
  #waiting: AnyEventObject[] | undefined
  /** As soon as there is one, it does everything. */
  #actor: Actor<Machine> | undefined
  #report: ((event: AnyEventObject) => void) | undefined

  constructor(options: ChartRunOptions<Machine>, effects: object) {
    this.#options = options
    this.#effects = effects
    this.#snapshot = options.chart.table.initial(undefined).next
  }

  /** Whoever looks at all actors hears of it now; before, nothing is to be sent. */
  start(): void {
    if (this.#options.isWatched) void this.actor
  }

  get snapshot(): AnyMachineSnapshot {
    return this.#next || !this.#actor ? this.#snapshot : this.#actor.getSnapshot()
  }

  /** XState's actor, from now on. */
  get actor(): Actor<Machine> {
    if (!this.#actor) {
      const { chart, actorOptions, check, insteadOfStop } = this.#options
      const snapshot = this.#next ?? this.#snapshot
      this.#actor = createChartActor(chart.logic, this.#effects, { ...actorOptions, snapshot } as never)
      this.#report = guardActor(this.#actor, check, insteadOfStop)
      // In the middle of a step, what is sent to it waits.
      if (!this.#next) this.#actor.start()
    }
    return this.#actor
  }

  send(event: AnyEventObject): void {
    if (this.#isRunning) {
      this.#waiting ??= []
      this.#waiting.push(event)
    } else if (this.#report) this.#report(event)
    else {
      this.#isRunning = true
      for (let each: AnyEventObject | undefined = event; each; each = this.#waiting?.shift()) this.#step(each)
      this.#isRunning = false
    }
  }

  #step(event: AnyEventObject): void {
    // As with XState, what still waits at the end of a chart is forgotten.
    if (this.snapshot.status !== 'active') return
    if (this.#report) return this.#report(event)
    const { next, requests } = this.#options.chart.table.lookUp(this.#snapshot, event)
    this.#next = next
    for (const { type, params } of requests) perform(this.#effects, type, params)
    this.#next = undefined
    this.#snapshot = next
    // Made in the middle of this step; TypeScript does not see it.
    const actor = this.#actor as Actor<Machine> | undefined
    actor?.start()
  }
}
