import { describe, expect, it } from 'vitest'
import { parseOptions, withoutPaths } from '../../../src/testing/outside/cli-options.ts'

const needed = ['--port', '7000', '--max-connections', '2', '--over-limit', 'drop']

describe('the options of the command line', () => {
  it('have defaults but for three', () => {
    expect(parseOptions(needed)).toEqual({
      server: { port: 7000, host: '127.0.0.1' },
      settings: { overLimit: 'drop', waitIn: 'queue' },
      overLimit: 'drop',
      maxConnections: 2,
      maxWaiting: 1,
      paths: 20,
      seed: expect.any(Number),
      path: undefined,
      patience: 3_000,
    })
  })

  it('are all taken', () => {
    const all = ['--host', '::1', '--pid', '12', '--quiet', '5', '--wait-in', 'anywhere', '--seed', '4']
    const more = ['--max-waiting', '3', '--paths', '9', '--patience', '70']
    expect(parseOptions([...needed, ...all, ...more])).toEqual({
      server: { port: 7000, host: '::1', pid: 12 },
      settings: { overLimit: 'drop', waitIn: 'anywhere', quiet: 5 },
      overLimit: 'drop',
      maxConnections: 2,
      maxWaiting: 3,
      paths: 9,
      seed: 4,
      path: undefined,
      patience: 70,
    })
  })

  it('say bytes, and what to receive', () => {
    const hello = parseOptions([...needed, '--hello', 'é\\r\\n\\t\\0\\\\n\\xff\\x0A\\q'])?.settings.hello
    expect(hello).toEqual(Buffer.from([0xc3, 0xa9, 13, 10, 9, 0, 0x5c, 0x6e, 0xff, 10, 0x5c, 0x71]))
    const { isServed } = parseOptions([...needed, '--is-served', '^2\\d\\d '])?.settings ?? {}
    expect(isServed?.(Buffer.from('220 hi'))).toBe(true)
    expect(isServed?.(Buffer.from('421 busy'))).toBe(false)
  })

  it('name a path', () => {
    const path = 'connect  connect client.resets 1 handler.returns handler.returns 0'
    expect(parseOptions([...needed, '--path', path])?.path).toEqual([
      { type: 'connect' },
      { type: 'connect' },
      { type: 'client.resets', client: 1 },
      { type: 'handler.returns' },
      { type: 'handler.returns', client: 0 },
    ])
  })

  it('ask for help, whatever else there is', () => {
    expect(parseOptions(['--help'])).toBeUndefined()
  })

  it('can be given again for another path', () => {
    const args = ['--path', 'connect', '--port=7000', '--seed', '4', '--hello', 'a b', '--paths=3']
    expect(withoutPaths(args)).toEqual(['--port', '7000', '--hello', 'a b'])
  })

  it.each([
    ["Unknown option '--prot'", ['--prot', '7000']],
    ["Unexpected argument 'server'", [...needed, 'server']],
    ['--port is missing: where the server listens', needed.slice(2)],
    ['--max-connections is missing', [...needed.slice(0, 2), ...needed.slice(4)]],
    ['--over-limit is missing', needed.slice(0, 4)],
    ["--port must be an integer, but it is '7OOO'", [...needed, '--port', '7OOO']],
    ['--port must be an integer from 1 to 65535, but it is 70000', [...needed, '--port', '70000']],
    ['--port must be an integer, but it is', [...needed, '--port', '']],
    ['--max-connections must be an integer from 1 to 100', [...needed, '--max-connections', '0']],
    ["--over-limit must be 'wait' or 'drop', but it is 'maybe'", [...needed, '--over-limit', 'maybe']],
    ["--wait-in must be 'queue' or 'anywhere'", [...needed, '--wait-in', 'line']],
    ['--path must be a sequence of connect, client.resets, handler', [...needed, '--path', 'connect sleep']],
    ['--path must be a sequence', [...needed, '--path', 'connect 1']],
    ['--path must be a sequence', [...needed, '--path', ' ']],
    ["--is-served must be a regular expression, but it is '('", [...needed, '--is-served', '(']],
    ["--quiet must be a number of milliseconds, but it is 'long'", [...needed, '--quiet', 'long']],
    ['--paths must be an integer from 1', [...needed, '--paths', '0']],
  ])('are refused: %s', (message, args) => {
    expect(() => parseOptions(args)).toThrow(message)
  })
})
