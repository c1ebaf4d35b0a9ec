import { describe, expect, test } from 'vitest'
import { createInspector, type InspectorOptions } from '../../src/inspector/index.ts'
import { parseInspectorOptions } from '../../src/inspector/options.ts'
import { openDescriptors } from '../support/descriptors.ts'
import { expectInvalid, expectOutOfRange } from '../support/invalid.ts'

const noBooleans = [0, 1, 'true', null, {}]
const noLists = [null, 0, 'localhost', {}]

const wrong: { [Name in keyof Required<InspectorOptions>]: unknown[] } = {
  host: [null, 0, '', {}, ['127.0.0.1']],
  port: ['80', null, -1, 0.5, 65_536, NaN],
  control: noBooleans,
  showPayloads: noBooleans,
  maxEvents: ['10', null, 0, -1, 1.5, 100_001, Infinity],
  allowedHosts: noLists,
  allowedOrigins: noLists,
}

describe('a wrong option is named, and nothing is opened', () => {
  for (const [name, values] of Object.entries(wrong)) {
    test.each(values.map((value) => ({ value })))(`${name} $value`, async ({ value }) => {
      const before = openDescriptors()
      const error = await createInspector({ [name]: value }).catch((thrown: unknown) => thrown)
      const rethrow = () => {
        throw error
      }
      if (error instanceof RangeError) expectOutOfRange(rethrow, name, value)
      else expectInvalid(rethrow, name, value)
      expect(openDescriptors()).toEqual(before)
    })
  }

  test('an item of a list is named by its index', () => {
    expect(() => parseInspectorOptions({ allowedHosts: ['ok', 'a:80'] })).toThrow(
      "allowedHosts[1] must be a host name without a port, but it is 'a:80'",
    )
    expect(() => parseInspectorOptions({ allowedOrigins: ['https://viewer.example/page'] })).toThrow(
      "allowedOrigins[0] must be an origin, as https://viewer.example, but it is 'https://viewer.example/page'",
    )
    expect(() => parseInspectorOptions({ allowedOrigins: [7 as never] })).toThrow('allowedOrigins[0] must be')
  })

  test.each(Object.keys(wrong))('%s that cannot be looked at', async (name) => {
    const { proxy, revoke } = Proxy.revocable([], {})
    revoke()
    await expect(createInspector({ [name]: proxy })).rejects.toMatchObject({
      code: 'ERR_INVALID_ARG_VALUE',
      message: expect.stringContaining(name),
    })
  })

  test('a misspelt option is named', async () => {
    await expect(createInspector({ controls: true } as never)).rejects.toThrow(
      'options.controls is not known (its value is true)',
    )
    await expect(createInspector(null as never)).rejects.toThrow('options must be an object')
  })
})

test('the defaults are those that are documented, and stand for what is undefined', () => {
  const defaults = {
    host: '127.0.0.1',
    port: 0,
    control: false,
    showPayloads: false,
    maxEvents: 1_000,
    allowedHosts: [],
    allowedOrigins: [],
  }
  expect(parseInspectorOptions()).toEqual(defaults)
  const nothing = Object.fromEntries(Object.keys(defaults).map((name) => [name, undefined]))
  expect(parseInspectorOptions(nothing)).toEqual(defaults)
})
