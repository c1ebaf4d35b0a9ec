// One entry for each option: its check, its default and its line in the guide. The types that users
// see, the settings and the names that are known come from the entries.
import { rejectUnknownKeys, requireObject } from '../common/validate.ts'

/** An option. Its name is its key in the table, and its docstring is that key's. */
export interface Option<Value, Setting = Value> {
  /** One line of Markdown, for the table of the guide. */
  readonly doc: string
  /** Stands for `undefined` only: `null` is a mistake, as any other wrong value. */
  readonly default?: Value | undefined
  /** The default as the guide shows it, where the value itself would say too little. */
  readonly defaultText?: string
  /** Gives back the setting, or throws an error that names the option and the value. */
  check(name: string, value: unknown): Setting
}

export type Table = Readonly<Record<string, Option<unknown, unknown>>>

type ValueOf<Entry> = Entry extends Option<infer Value, unknown> ? Value : never
type SettingOf<Entry> = Entry extends Option<unknown, infer Setting> ? Setting : never

/** The options of a table as users give them. A homomorphic type: editors show the docstrings. */
export type OptionsOf<Entries> = { -readonly [Name in keyof Entries]?: ValueOf<Entries[Name]> }

/** The options of a table, checked and with their defaults. */
export type SettingsOf<Entries> = { -readonly [Name in keyof Entries]: SettingOf<Entries[Name]> }

/** An option with a default. */
export function option<Value, Setting = Value>(entry: Option<Value, Setting>): Option<Value, Setting> {
  return entry
}

/** An option without a default: its setting is `undefined` where it is not given. */
export function optional<Value, Setting = Value>(
  entry: Option<Value, Setting>,
): Option<Value, Setting | undefined> {
  return { ...entry, check: (name, value) => (value === undefined ? undefined : entry.check(name, value)) }
}

/** Throws where `given` is no object, or has an option that is not in the table. */
export function requireOptionsOf(table: Table, given: unknown): void {
  rejectUnknownKeys('options', requireObject('options', given, 'an object'), Object.keys(table))
}

/**
 * Checks the options of the table and fills in the defaults. Each is read once; others are left
 * alone.
 */
export function readOptions<Entries extends Table>(
  table: Entries,
  given: OptionsOf<Entries>,
): SettingsOf<Entries> {
  const values: Partial<Record<string, unknown>> = given
  const settings: Record<string, unknown> = {}
  for (const [name, entry] of Object.entries(table)) {
    const { [name]: value = entry.default } = values
    settings[name] = entry.check(name, value)
  }
  return settings as SettingsOf<Entries>
}
