import { expect, it } from 'vitest'
import { createBareDriver } from '../../../src/testing/index.ts'

it.each([
  ['port must be that of a server, or start a function', {}],
  ['port must be an integer from 1 to 65535, but it is 0', { port: 0 }],
  ['host must be a string', { port: 7000, host: 1 }],
  ['pid must be an integer from 1 to 4194304', { port: 7000, pid: 0 }],
  ['start must be a function', { start: 7000 }],
  ['createBareDriver.port is not known', { start: () => {}, port: 7000 }],
  ['did you mean quiet?', { port: 7000, quite: 5 }],
  ["overLimit must be 'wait' or 'drop', but it is 'reject'", { port: 7000, overLimit: 'reject' }],
  ["waitIn must be 'queue' or 'anywhere'", { port: 7000, waitIn: 'line' }],
  ['quiet must be from 0 to', { port: 7000, quiet: -1 }],
  ['hello must be a string that is not empty', { port: 7000, hello: '' }],
  ['isServed must be a function', { port: 7000, isServed: /hello/ }],
  ['returns must be a function', { port: 7000, returns: 'QUIT' }],
  ['can must be a function', { port: 7000, can: ['close'] }],
])('wrong options are refused: %s', (message, options) => {
  expect(() => createBareDriver(options as never)).toThrow(message)
})

it.each([
  ['The result of start() must be { port, host?, pid?, perform?, end }', undefined],
  ['start().port must be an integer', { port: '7000', end: () => {} }],
  ['start().end must be a function', { port: 7000 }],
  ['start().perform must be a function', { port: 7000, end: () => {}, perform: 'close' }],
])('so are wrong servers: %s', async (message, server) => {
  await expect(createBareDriver({ start: () => server as never }).start()).rejects.toThrow(message)
})

it('a server that cannot be driven is ended', async () => {
  const ended: string[] = []
  const start = () => ({ port: 7000, pid: 4_194_303, end: () => ended.push('it') })
  const host = () => ({ port: 7000, host: 'no.such.host.invalid', end: () => ended.push('the other') })
  if (process.platform === 'linux') {
    await expect(createBareDriver({ start }).start()).rejects.toThrow('there is no process 4194303')
    expect(ended).toEqual(['it'])
  }
  await expect(createBareDriver({ start: host }).start()).rejects.toThrow('no.such.host.invalid')
  expect(ended.at(-1)).toBe('the other')
})
