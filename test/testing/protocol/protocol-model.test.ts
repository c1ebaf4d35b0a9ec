import { describe, expect, it } from 'vitest'
import { type AnyStateMachine, assign, createMachine, raise, setup } from 'xstate'
import { TestModel } from 'xstate/graph'
import { coverageOf, createProtocolModel, type ProtocolModelOptions } from '../../../src/testing/index.ts'
import { model as smtp } from '../../examples/smtp-model.ts'

const machine = setup({ types: { events: {} as { type: 'PING' } | { type: 'QUIT' } } }).createMachine({
  initial: 'ready',
  states: { ready: { on: { PING: {}, QUIT: 'done' } }, done: { type: 'final' } },
})

const client = {
  PING: { send: 'PING\n', answer: 'PONG\n' },
  QUIT: { send: 'QUIT\n', answer: 'BYE\n' },
} as const

const model = createProtocolModel({ machine, client })

/** What comes of events, after a client has connected. */
function last(...events: Parameters<typeof model.pathOf>[0]) {
  return model.pathOf([{ type: 'client.connects' }, ...events]).steps.at(-1)
}

describe('what a client gets', () => {
  it('is the answer to its event, in the state that the step names', () => {
    expect(last({ type: 'PING' })).toMatchObject({
      event: { type: 'PING' },
      state: 'ready',
      expected: { answer: 'PONG\n', client: 'open', connection: 'serving', server: 'open' },
    })
  })

  it('comes in the order of the events in a segment, as far as the conversation goes', () => {
    const events = [{ type: 'PING' }, { type: 'QUIT' }, { type: 'PING' }] as const
    expect(last({ type: 'client.pipelines', events })?.expected).toEqual({
      answer: ['PONG\n', 'BYE\n'],
      client: 'ended',
      connection: 'closed',
      server: 'open',
    })
  })

  it('comes when the second half has come', () => {
    const pause = { type: 'client.pauses', events: [{ type: 'PING' }] } as const
    expect(last(pause)?.expected.answer).toBe('')
    expect(last(pause, { type: 'PING' })?.expected.answer).toBe('')
    expect(last(pause, { type: 'client.resumes' })?.expected.answer).toBe('PONG\n')
  })

  it('is not known where it has ended in the middle, or was cut off', () => {
    const pause = { type: 'client.pauses', events: [{ type: 'PING' }] } as const
    expect(last(pause, { type: 'client.ends' })?.expected).toMatchObject({ answer: /.*/s, client: 'ended' })
    expect(last({ type: 'server.cuts' })?.expected).toEqual({
      answer: /.*/s,
      client: 'cut',
      connection: 'closed',
      server: 'closed',
    })
  })

  it('goes on while the server drains, unless the machine says otherwise', () => {
    expect(last({ type: 'server.drains' }, { type: 'PING' })?.expected).toEqual({
      answer: 'PONG\n',
      client: 'open',
      connection: 'serving',
      server: 'closed',
    })
    const [, step] = smtp.pathOf([{ type: 'client.connects' }, { type: 'server.drains' }]).steps
    expect(step?.expected).toMatchObject({ answer: /421 .*\r\n/, client: 'ended', connection: 'closed' })
  })

  it('nothing comes of what cannot happen', () => {
    expect(model.pathOf([{ type: 'PING' }]).steps[0]?.expected).toMatchObject({ answer: '', client: 'ended' })
    const after = [{ type: 'PING' }, { type: 'client.resumes' }, { type: 'client.ends' }] as const
    for (const event of after) {
      expect(last({ type: 'QUIT' }, event)?.expected).toMatchObject({ answer: '', client: 'ended' })
    }
    expect(() => last({ type: 'PONG' as 'PING' })).toThrow(
      /type must be an event of the client \(PING, QUIT\)/,
    )
  })
})

describe('the paths', () => {
  const described = model.paths().map(({ description }) => description)

  it('have every event in every way', () => {
    const all = `${described.join('; ')}; `
    for (const step of [
      'PING',
      'client.trickles PING',
      'client.pauses PING',
      'client.pauses PING + QUIT',
      'client.pipelines PING + QUIT',
      'client.pipelines QUIT + PING',
      'client.pipelines PING + client.ends',
      'client.pipelines client.connects + PING',
      'client.pauses PING → client.resets',
      'client.pauses PING → client.ends',
      'client.pauses PING + QUIT → client.resumes → client.connects',
      'client.resets → client.connects',
      'server.closes → PING',
      'server.drains → PING',
      'server.cuts',
    ]) {
      expect(all).toContain(step)
    }
    expect(all).not.toMatch(/server\.cuts (?!;)→/)
  })

  it('leave out what cannot be done, also in a segment', () => {
    const paths = model.paths({ events: ({ type }) => type !== 'QUIT' })
    expect(paths.length).toBeGreaterThan(3)
    expect(paths.map(({ description }) => description).join()).not.toContain('QUIT')
  })

  it('try everything anew after a way back, a refusal, and another client', () => {
    const all = smtp.paths().map(({ description }) => description)
    const inOrder = (...steps: string[]) => new RegExp(steps.map((step) => `${step} → `).join('([^C]* → )?'))
    expect(all.some((path) => inOrder('RSET', 'MAIL', 'DATA').test(`${path} → `))).toBe(true)
    expect(all.some((path) => inOrder('TEXT', 'MAIL', 'DATA').test(`${path} → `))).toBe(true)
    expect(all.some((path) => inOrder('client.connects', 'HELO', 'MAIL', 'DATA').test(`${path} → `))).toBe(
      true,
    )
  })

  it('are fewer where nothing is tried again', () => {
    const once = createProtocolModel({ machine, client, tryAgain: false })
    expect(once.kinds().length).toBeLessThan(model.kinds().length)
    const all = once.paths().map(({ description }) => description)
    expect(all.join()).toContain('client.pipelines PING + QUIT')
    expect(all.join()).not.toContain('server.closes → PING')
  })

  it('are the same each time, and found by others as well', () => {
    expect(model.paths().map(({ description }) => description)).toEqual(described)
    const test = new TestModel(model.logic as never, model.options as never)
    expect(test.getPaths(model.pathGenerator as never)).toHaveLength(described.length)
  })
})

it('events come with each payload, and answers may depend on what was said', () => {
  type Event = { type: 'SET'; value: number } | { type: 'GET' }
  const counter = setup({ types: { events: {} as Event, context: {} as { value: number } } }).createMachine({
    context: { value: 0 },
    on: {
      SET: { actions: assign({ value: ({ event }) => (event.type === 'SET' ? event.value : 0) }) },
      GET: {},
    },
  })
  const values = createProtocolModel({
    machine: counter,
    client: {
      SET: {
        payloads: [{ value: 1 }, { value: 2 }],
        send: ({ event }) => `SET ${event.value}\n`,
        answer: ({ before, after }) => `${before.context.value} is ${after.context.value}\n`,
      },
      GET: { send: new TextEncoder().encode('GET\n'), answer: ({ after }) => `${after.context.value}\n` },
    },
  })
  const { steps } = values.pathOf([
    { type: 'client.connects' },
    {
      type: 'client.pipelines',
      events: [
        { type: 'SET', value: 1 },
        { type: 'SET', value: 2 },
      ],
    },
    { type: 'GET' },
    { type: 'client.resets' },
    { type: 'client.connects' },
    { type: 'GET' },
  ])
  expect(steps.map(({ expected }) => expected.answer)).toEqual([
    '',
    ['0 is 1\n', '1 is 2\n'],
    '2\n',
    /.*/s,
    '',
    '0\n',
  ])
  expect(
    values
      .paths()
      .map(({ description }) => description)
      .join(),
  ).toContain('SET 2')
})

it('a machine may answer a client that has ended its side', () => {
  const waiting = createProtocolModel({
    machine: createMachine({
      initial: 'open',
      states: {
        open: { on: { ADD: {}, 'client.ends': 'half' } },
        half: { on: { 'server.drains': 'done' } },
        done: { type: 'final' },
      },
    }),
    client: {
      ADD: { send: 'ADD\n', answer: '' },
      'client.ends': { answer: 'wait\n' },
      'server.drains': { answer: 'sum\n' },
    },
  })
  const { steps } = waiting.pathOf(
    ['client.connects', 'ADD', 'client.ends', 'ADD', 'server.drains'].map((type) => ({ type })),
  )
  expect(steps.slice(2).map(({ expected: { answer, client: view } }) => [answer, view])).toEqual([
    ['wait\n', 'open'],
    ['', 'open'],
    ['sum\n', 'ended'],
  ])
  expect(waiting.unreached()).toEqual([])
})

it('says what no path comes to', () => {
  const islands = createProtocolModel({
    machine: createMachine({
      initial: 'ready',
      states: {
        ready: {
          after: { 1000: 'late' },
          on: { PING: [{ guard: () => false, target: 'secret' }, { actions: 'count' }], QUIT: 'done' },
        },
        late: {},
        secret: { initial: 'inner', states: { inner: { on: { PING: '#end' } } } },
        done: { id: 'end', type: 'final' },
      },
    }),
    client,
  })
  expect(islands.unreached()).toEqual([
    'ready: PING [guard] → secret',
    'ready: xstate.after.1000.(machine).ready → late',
    'state late',
    'state secret',
    'state secret.inner',
    'secret.inner: PING → done',
  ])
  expect(String(coverageOf(islands, islands.paths()))).toContain(
    '  unreached    ready: PING [guard] → secret, ready: xstate',
  )
})

it('counts what is passed on the way as reached, but no event of the machine itself', () => {
  const passing = createProtocolModel({
    machine: createMachine({
      initial: 'outer',
      states: {
        outer: {
          initial: 'first',
          states: { first: { on: { PING: 'last' } }, last: { type: 'final' }, lost: {} },
          onDone: 'between',
        },
        between: { always: 'after' },
        after: { on: { QUIT: { actions: raise({ type: 'INNER' }) }, INNER: 'done' } },
        done: { type: 'final' },
      },
    }),
    client: { ...client, INNER: null },
  })
  expect(passing.unreached()).toEqual(['state outer.lost'])
  expect(() => passing.pathOf([{ type: 'client.connects' }, { type: 'INNER' }])).toThrow(/type must be/)
})

it('knows parallel states and histories', () => {
  const both = createProtocolModel({
    machine: createMachine({
      type: 'parallel',
      states: {
        one: { initial: 'off', states: { off: { on: { PING: 'on' } }, on: {}, back: { type: 'history' } } },
        other: { initial: 'off', states: { off: { on: { QUIT: 'on' } }, on: {} } },
      },
    }),
    client,
  })
  expect(new Set(both.kinds().map(({ from }) => from))).toEqual(
    new Set([
      'nowhere',
      'one.off + other.off',
      'one.on + other.off',
      'one.off + other.on',
      'one.on + other.on',
    ]),
  )
  expect(both.unreached()).toEqual([])
  const remembering = createProtocolModel({
    machine: createMachine({
      initial: 'work',
      states: {
        work: {
          initial: 'a',
          on: { QUIT: 'pause' },
          states: { a: { on: { PING: 'b' } }, b: {}, back: { type: 'history' } },
        },
        pause: { on: { PING: 'work.back' } },
      },
    }),
    client,
  })
  const kinds = remembering.kinds().filter(({ from, event }) => from === 'pause' && event.type === 'PING')
  expect(new Set(kinds.map(({ to }) => to))).toEqual(new Set(['work.a', 'work.b']))
})

describe('a wrong option is refused by name:', () => {
  type Options = Partial<Record<keyof ProtocolModelOptions<AnyStateMachine, object>, unknown>>
  const create = (options: Options) => () => createProtocolModel({ machine, client, ...options } as never)

  it.each<[string, Options, RegExp]>([
    ['a typing error', { clients: {} } as Options, /clients is not known .*did you mean client\?/],
    ['no machine', { machine: {} }, /^machine must be a machine of XState/],
    ['no client', { client: undefined }, /^client must be an object, but it is undefined/],
    [
      'an event that the machine does not know',
      { client: { ...client, PINK: client.PING } },
      /^client.PINK is not known .*did you mean PING\?/,
    ],
    [
      'an event without an entry',
      { client: { PING: client.PING } },
      /^client.QUIT must be \{ send, answer \}/,
    ],
    ['no bytes', { client: { ...client, PING: { answer: '' } } }, /^client.PING.send must be text or bytes/],
    [
      'no byte',
      { client: { ...client, PING: { send: '', answer: '' } } },
      /^client.PING.send must be .* at least one/,
    ],
    [
      'no answer',
      { client: { ...client, PING: { send: 'a' } } },
      /^client.PING.answer must be text, bytes or a RegExp/,
    ],
    [
      'bytes for what the server does',
      { client: { ...client, 'server.drains': { send: 'a', answer: '' } } },
      /^client\['server.drains'\].send is not known/,
    ],
    [
      'no payloads',
      { client: { ...client, PING: { ...client.PING, payloads: [] } } },
      /^client.PING.payloads must be an array that is not empty/,
    ],
    ['no greeting', { greeting: 1 }, /^greeting must be text, bytes or a RegExp, but it is 1/],
    ['otherwise', { otherwise: 1 }, /^otherwise must be text, bytes or a RegExp/],
    ['shows', { shows: {} }, /^shows must be a function/],
    ['input', { input: {} }, /^input must be a function/],
    ['keyOf', { keyOf: 'value' }, /^keyOf must be a function/],
    ['tryAgain', { tryAgain: 'no' }, /^tryAgain must be true or false/],
    [
      'the result of a function',
      { client: { ...client, PING: { send: 'a', answer: () => 1 } } },
      /^The answer of client.PING must be text, bytes or a RegExp, but it is 1/,
    ],
    [
      'what a function sends',
      { client: { ...client, PING: { send: () => '', answer: '' } } },
      /client.PING.send\(\)/,
    ],
  ])('%s', (_, options, message) => {
    expect(() => create(options)().paths()).toThrow(message)
  })

  it('a context without a bound', () => {
    const counting = setup({
      types: { events: {} as { type: 'PING' }, context: {} as { count: number } },
    }).createMachine({
      context: { count: 0 },
      on: { PING: { actions: assign({ count: ({ context }) => context.count + 1 }) } },
    })
    const options = { machine: counting, client: { PING: client.PING } }
    expect(() => createProtocolModel(options)).toThrow(
      /more than 1000 snapshots, the last one is .* count: 1000 .*; give keyOf/s,
    )
    expect(createProtocolModel({ ...options, keyOf: () => '' }).paths().length).toBeGreaterThan(2)
  })
})
