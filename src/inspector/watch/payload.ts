// What came with an event, as a short text. Clients decide what is in an error's message, so text
// and bytes have to be asked for.
import { type Address, formatAddress } from '../../common/address.ts'

const MAX_TEXT = 200
const MAX_PAYLOAD = 500
const MAX_NAME = 60
const MAX_BYTES = 32
const MAX_ENTRIES = 12
const DEEPEST = 3

/** `undefined` where nothing came with it. Never throws. */
export function describePayload(event: object, showsPayloads: boolean): string | undefined {
  try {
    const parts: string[] = []
    for (const key of Object.keys(event).slice(0, MAX_ENTRIES + 1)) {
      if (key === 'type') continue
      const value = (event as Record<string, unknown>)[key]
      if (value === undefined) continue
      parts.push(`${cut(key, MAX_NAME)}: ${describeTop(key, value, showsPayloads)}`)
    }
    return parts.length === 0 ? undefined : cut(parts.join(', '), MAX_PAYLOAD)
  } catch {
    return 'cannot be shown'
  }
}

function describeTop(key: string, value: unknown, shows: boolean): string {
  // The library's own words.
  if (key === 'strategy' && (value === 'hold' || value === 'rebind')) return value
  if (key === 'address' && isAddress(value)) return formatAddress(value)
  return describe(value, shows, 0)
}

/**
 * A value of a context, for JSON: as it is where it is a number or the like, else described. Never
 * throws.
 */
export function describeValueOf(key: string, value: unknown, showsPayloads: boolean): unknown {
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value
  // The names of strategies are the library's own.
  if (value === 'hold' || value === 'rebind') return value
  try {
    return describeTop(key, value, showsPayloads)
  } catch {
    return 'cannot be shown'
  }
}

function describe(value: unknown, shows: boolean, depth: number): string {
  if (typeof value === 'string') {
    return shows ? JSON.stringify(cut(value, MAX_TEXT)) : `text of ${value.length} characters`
  }
  if (typeof value === 'bigint') return shows ? cut(`${value}n`, MAX_NAME) : 'a bigint'
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'symbol') return 'a symbol'
  if (typeof value !== 'object' || value === null) return String(value)
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return describeBytes(value, shows)
  if (value instanceof Error) return describeError(value, shows, depth)
  if (depth >= DEEPEST) return Array.isArray(value) ? '[…]' : '{…}'
  const keys = Object.keys(value)
  const parts = keys.slice(0, MAX_ENTRIES).map((key) => {
    const text = describe((value as Record<string, unknown>)[key], shows, depth + 1)
    if (Array.isArray(value)) return text
    return `${shows ? cut(key, MAX_NAME) : '…'}: ${text}`
  })
  if (keys.length > MAX_ENTRIES) parts.push(`and ${keys.length - MAX_ENTRIES} more`)
  return Array.isArray(value) ? `[${parts.join(', ')}]` : `{ ${parts.join(', ')} }`
}

function describeBytes(value: ArrayBuffer | ArrayBufferView, shows: boolean): string {
  const bytes = ArrayBuffer.isView(value)
    ? Buffer.from(value.buffer, value.byteOffset, value.byteLength)
    : Buffer.from(value)
  const size = `${bytes.length} bytes`
  if (!shows) return size
  const start = bytes.subarray(0, MAX_BYTES).toString('hex')
  return `${size} ${start}${bytes.length > MAX_BYTES ? '…' : ''}`
}

function describeError(error: Error, shows: boolean, depth: number): string {
  const { code } = error as { code?: unknown }
  const name = cut(String(error.name), MAX_NAME)
  const named = typeof code === 'string' ? `${name} ${cut(code, MAX_NAME)}` : name
  if (!shows) return named
  const told = `${named}: ${cut(String(error.message), MAX_TEXT)}`
  if (error.cause === undefined || depth >= DEEPEST) return told
  return `${told} (because of ${describe(error.cause, shows, depth + 1)})`
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}…` : text
}

function isAddress(value: unknown): value is Address {
  const { family } = (value ?? {}) as { family?: unknown }
  return family === 'IPv4' || family === 'IPv6' || family === 'unix'
}
