import { describe, expect, test } from 'vitest'
import { assign, setup } from 'xstate'
import { type Handler, Server } from '../../src/index.ts'
import { createProtocolDriver, createProtocolModel, runPath, testServer } from '../../src/testing/index.ts'
import { read } from '../support/documents.ts'

describe('a server that asks for names', () => {
  // #region greeter
  const handler: Handler = async (_address, reader, writer) => {
    let known = ''
    for await (const line of reader.lines()) {
      const [verb, name = ''] = line.split(' ')
      if (verb === 'QUIT') return void writer.writeLine('bye')
      if (verb === 'HELLO') known = name
      writer.writeLine(known === '' ? 'who are you?' : `you are ${known}`)
    }
  }

  const machine = setup({
    types: {
      events: {} as { type: 'HELLO'; name: string } | { type: 'WHO' } | { type: 'QUIT' },
      context: {} as { name: string },
    },
  }).createMachine({
    context: { name: '' },
    initial: 'stranger',
    on: {
      HELLO: { target: '.known', actions: assign({ name: ({ event }) => event.name }) },
      QUIT: '.gone',
    },
    states: { stranger: {}, known: { on: { WHO: {} } }, gone: { type: 'final' } },
  })

  const model = createProtocolModel({
    machine,
    client: {
      HELLO: {
        payloads: [{ name: 'Ada' }, { name: 'Bob' }],
        send: ({ event }) => `HELLO ${event.name}\n`,
        answer: ({ event }) => `you are ${event.name}\n`,
      },
      WHO: { send: 'WHO\n', answer: ({ before }) => `you are ${before.context.name}\n` },
      QUIT: { send: 'QUIT\n', answer: 'bye\n' },
    },
    otherwise: 'who are you?\n',
  })

  const driver = createProtocolDriver(model, (where) => Server.create(where, handler))
  testServer(model, driver, { test })
  // #endregion

  test('of which every part is reached', () => {
    expect(model.unreached()).toEqual([])
    // As the guide says.
    expect(model.paths()).toHaveLength(28)
  })

  test('and that forgets them is told as the guide shows', async () => {
    const forgetful = createProtocolDriver(model, (where) =>
      Server.create(where, async (_address, reader, writer) => {
        for await (const _line of reader.lines()) writer.writeLine('who are you?')
      }),
    )
    const run = await forgetful.start()
    const path = model.pathOf([{ type: 'client.connects' }, { type: 'HELLO', name: 'Ada' }])
    const failure = await runPath(path, run, { patience: 100 }).catch((error) => error)
    expect(read('src/testing/protocol/README.md')).toContain(failure.message)
    await run.end()
  })
})
