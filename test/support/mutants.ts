// Charts with a fault: as they are written, but for one row.
import { type AnyStateMachine, createMachine } from 'xstate'

/** A row of a chart, by the name that `transitionsOf` gives it. */
export interface ChartRow {
  /** The path of its state, dotted; `''` for the root. */
  readonly state: string
  /** `always` for the eventless ones. */
  readonly event: string
  /** Which of several with the same event. */
  readonly index: number
}

interface StateConfig {
  always?: unknown
  on?: Record<string, unknown>
  states?: Record<string, StateConfig>
}

const rowsIn = (written: unknown): unknown[] =>
  written === undefined ? [] : Array.isArray(written) ? written : [written]

export function rowsOf(machine: AnyStateMachine): ChartRow[] {
  const visit = (state: string, { always, on = {}, states = {} }: StateConfig): ChartRow[] => [
    ...Object.entries({ ...(always !== undefined && { always }), ...on }).flatMap(([event, written]) =>
      rowsIn(written).map((_, index) => ({ state, event, index })),
    ),
    ...Object.entries(states).flatMap(([name, child]) => visit(state ? `${state}.${name}` : name, child)),
  ]
  return visit('', machine.config as StateConfig)
}

export function withoutRow<Machine extends AnyStateMachine>(machine: Machine, row: ChartRow): Machine {
  return withRows(machine, row, (rows) => rows.filter((_, index) => index !== row.index))
}

/** With another target, as it would be written at its place. */
export function redirected<Machine extends AnyStateMachine>(
  machine: Machine,
  row: ChartRow,
  target: string,
): Machine {
  return withRows(machine, row, (rows) =>
    rows.map((one, index) => (index === row.index ? { ...(one as object), target } : one)),
  )
}

function withRows<Machine extends AnyStateMachine>(
  machine: Machine,
  { state, event, index }: ChartRow,
  change: (rows: unknown[]) => unknown[],
): Machine {
  const edit = (config: StateConfig, [name, ...inner]: readonly string[]): StateConfig => {
    if (name !== undefined) {
      const child = config.states?.[name]
      if (!child) throw new Error(`The chart has no state ${state}`)
      return { ...config, states: { ...config.states, [name]: edit(child, inner) } }
    }
    const rows = rowsIn(event === 'always' ? config.always : config.on?.[event])
    if (rows[index] === undefined) throw new Error(`${state || 'The root'} has no row ${event}[${index}]`)
    return event === 'always'
      ? { ...config, always: change(rows) }
      : { ...config, on: { ...config.on, [event]: change(rows) } }
  }
  const config = edit(machine.config as StateConfig, state ? state.split('.') : [])
  return createMachine(config as never, machine.implementations as never) as unknown as Machine
}
