import { describe, expect, test } from 'vitest'
import { assign, setup } from 'xstate'
import { Server } from '../../src/index.ts'
import { createProtocolDriver, createProtocolModel, testServer } from '../../src/testing/index.ts'

// #region counter
type CounterEvent = { type: 'ADD'; amount: number } | { type: 'GET' }

const machine = setup({
  types: { events: {} as CounterEvent, context: {} as { sum: number } },
  actions: { add: assign({ sum: ({ context }, amount: number) => (context.sum + amount) % 5 }) },
}).createMachine({
  context: { sum: 0 },
  on: { ADD: { actions: { type: 'add', params: ({ event }) => event.amount } }, GET: {} },
})

const counter = createProtocolModel({
  machine,
  client: {
    ADD: {
      payloads: [{ amount: 1 }, { amount: 3 }],
      send: ({ event }) => Buffer.of(1, event.amount),
      answer: ({ after }) => Buffer.of(after.context.sum),
    },
    GET: { send: Buffer.of(2), answer: ({ before }) => Buffer.of(before.context.sum) },
  },
})
// #endregion

describe('a counter counts', () => {
  const driver = createProtocolDriver(counter, (where) =>
    Server.create(where, async (_address, reader, writer) => {
      let sum = 0
      for (let kind = await reader.readExactly(1); kind; kind = await reader.readExactly(1)) {
        const amount = kind[0] === 1 ? await reader.readExactly(1).catch(() => null) : Buffer.of(0)
        if (!amount) return
        sum = (sum + amount.readUInt8()) % 5
        writer.write(Buffer.of(sum))
      }
    }),
  )
  testServer(counter, driver, { test })

  test('with every amount', () => {
    expect(counter.unreached()).toEqual([])
  })
})
