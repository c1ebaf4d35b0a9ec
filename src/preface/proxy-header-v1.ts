// Version 1 of the PROXY protocol: one line of text.
import type { Address } from '../common/address.ts'
import type { ProxyHeaderReason } from '../common/client-error.ts'
import { formatIPv4, formatIPv6, parseIPv4, parseIPv6 } from '../common/ip.ts'
import { headerError, MAX_LINE, type ParsedProxyHeader } from './header.ts'

const FAMILIES = ['TCP4', 'TCP6', 'UNKNOWN']

/**
 * Reads a header at the beginning of `bytes`; undefined if it may become one. Throws as soon as
 * it cannot.
 */
export function readV1(bytes: Buffer): ParsedProxyHeader | undefined {
  const text = bytes.toString('latin1', 0, MAX_LINE)
  const end = text.indexOf('\r')
  const line = end === -1 ? text : text.slice(0, end)
  if (line.includes('\n')) throw headerError('line', 'there is an LF without a CR')
  const header = readLine(line, end !== -1)
  if (end === -1 || end === text.length - 1) {
    // CR and LF still have to come.
    if (line.length > MAX_LINE - 2) throw headerError('line', `it has more than ${MAX_LINE} bytes`)
    return undefined
  }
  if (text[end + 1] !== '\n') throw headerError('line', 'there is a CR without an LF')
  return header && { header, length: end + 2 }
}

function readLine(line: string, isWhole: boolean): ParsedProxyHeader['header'] | undefined {
  const [protocol = '', family, ...fields] = line.split(' ')
  expectWord(protocol, ['PROXY'], isWhole || family !== undefined, 'signature')
  if (family === undefined) return isWhole ? tooShort() : undefined
  expectWord(family, FAMILIES, isWhole || fields.length > 0, 'family')
  // Whatever else there is, is to be ignored.
  if (family === 'UNKNOWN') return { version: 1, command: 'proxy' }
  const isIPv6 = family === 'TCP6'
  if (fields.length > 4) throw headerError('line', 'it has more than two addresses and two ports')
  const isComplete = (index: number) => isWhole || index < fields.length - 1
  const [from, to] = [0, 1].map((index) => readAddress(fields[index], isIPv6, isComplete(index)))
  const [fromPort, toPort] = [2, 3].map((index) => readPort(fields[index], isComplete(index)))
  if (!isWhole) return undefined
  if (from === undefined || to === undefined || fromPort === undefined || toPort === undefined) {
    return tooShort()
  }
  const end = (address: string, port: number): Address => ({
    family: isIPv6 ? 'IPv6' : 'IPv4',
    address,
    port,
  })
  return { version: 1, command: 'proxy', source: end(from, fromPort), destination: end(to, toPort) }
}

function tooShort(): never {
  throw headerError('line', 'it ends too early')
}

function expectWord(
  text: string,
  words: readonly string[],
  isComplete: boolean,
  reason: ProxyHeaderReason,
): void {
  if (words.some((word) => (isComplete ? word === text : word.startsWith(text)))) return
  throw headerError(reason, `${JSON.stringify(text)} is not ${words.join(', ')}`)
}

/** An address that has come in part is one if any of these makes it one. */
const REST_OF_IPV4 = ['', '0', '.0', '0.0', '.0.0', '0.0.0', '.0.0.0', '0.0.0.0']
const REST_OF_IPV6 = ['', ':', '::', ...REST_OF_IPV4]

/** As it is usually written; undefined if it is not there, or not complete. */
function readAddress(text: string | undefined, isIPv6: boolean, isComplete: boolean): string | undefined {
  if (text === undefined) return undefined
  const parse = isIPv6 ? parseIPv6 : parseIPv4
  if (isComplete) {
    const groups = parse(text)
    if (groups) return isIPv6 ? formatIPv6(groups) : formatIPv4(groups)
  } else if ((isIPv6 ? REST_OF_IPV6 : REST_OF_IPV4).some((rest) => parse(text + rest))) return undefined
  throw headerError(
    'address',
    `${JSON.stringify(text)} is no address of the family ${isIPv6 ? 'TCP6' : 'TCP4'}`,
  )
}

function readPort(text: string | undefined, isComplete: boolean): number | undefined {
  if (text === undefined || (text === '' && !isComplete)) return undefined
  if (/^(?:0|[1-9]\d{0,4})$/.test(text) && Number(text) <= 65_535) return Number(text)
  throw headerError('port', `${JSON.stringify(text)} is no port`)
}
