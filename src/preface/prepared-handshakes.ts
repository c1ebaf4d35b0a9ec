// What `startTls` is given for each client, prepared once.
import { rejectUnknownKeys, requireObject } from '../common/validate.ts'
import type { Handshakes } from './handshakes.ts'
import { visible, visibleField } from './tls-checks.ts'
import { requireTls, TLS_FIELDS, type TlsServerOptions } from './tls-options.ts'

interface Prepared {
  /** Those of the options that it was made of. */
  readonly values: readonly unknown[]
  readonly handshakes: Handshakes
}

/** How many are kept that somebody may ask for by other objects with the same values. */
const MAX_RECENT = 8

/**
 * Keys and certificates are parsed once for an object, as long as its fields are what they were,
 * and for objects whose fields are the same. Sessions are resumed among the handshakes of one.
 */
export class PreparedHandshakes {
  readonly #byOptions = new WeakMap<object, Prepared>()
  /** The latest first. */
  readonly #recent: Prepared[] = []

  /** Throws for what is no good. */
  of(name: string, options: TlsServerOptions): Handshakes {
    const shown = visible(options)
    const given = requireObject(`The argument of ${name}()`, options, 'options of tls.createServer', shown)
    rejectUnknownKeys(name, given, TLS_FIELDS, visibleField)
    const values = TLS_FIELDS.map((field) => copyOf(options[field]))
    const own = this.#byOptions.get(options)
    if (own && areSame(own.values, values)) return own.handshakes
    const like = this.#recent.find((one) => areSame(one.values, values))
    const prepared = like ?? { values, handshakes: requireTls(name, options) }
    this.#byOptions.set(options, prepared)
    if (!like) this.#recent.unshift(prepared)
    this.#recent.length = Math.min(this.#recent.length, MAX_RECENT)
    return prepared.handshakes
  }
}

/** A list that is changed in place is another one. */
function copyOf(value: unknown): unknown {
  return Array.isArray(value) ? [...value] : value
}

function areSame(some: readonly unknown[], others: readonly unknown[]): boolean {
  return some.length === others.length && some.every((one, index) => isSame(one, others[index]))
}

function isSame(one: unknown, other: unknown): boolean {
  return Array.isArray(one) && Array.isArray(other) ? areSame(one, other) : Object.is(one, other)
}
