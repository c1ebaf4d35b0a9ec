// The protocol of smtp.ts as a machine, and as a model.
import { assign, setup } from 'xstate'
import { createProtocolModel } from '../../src/testing/index.ts'

// #region smtp-machine
type Command = 'HELO' | 'MAIL' | 'RCPT' | 'DATA' | 'TEXT' | 'RSET' | 'QUIT'
type Mails = { mails: number }
type SmtpEvent = { type: Command | 'server.closes' | 'server.drains' }

const machine = setup({
  types: { events: {} as SmtpEvent, context: {} as Mails, input: {} as Mails },
}).createMachine({
  context: ({ input }) => input,
  initial: 'commands',
  on: { 'server.closes': '.closed', 'server.drains': '.closed' },
  states: {
    commands: {
      initial: 'connected',
      on: { HELO: '.ready', QUIT: 'closed' },
      states: {
        connected: {},
        ready: { on: { MAIL: 'mail', RSET: 'ready' } },
        mail: { on: { RCPT: 'recipients', RSET: 'ready' } },
        recipients: { on: { RCPT: 'recipients', DATA: '#text', RSET: 'ready' } },
      },
    },
    text: {
      id: 'text',
      on: {
        TEXT: {
          target: 'commands.ready',
          actions: assign({ mails: ({ context }) => context.mails + 1 }),
        },
      },
    },
    closed: { type: 'final' },
  },
})
// #endregion

// #region smtp-model
export const model = createProtocolModel({
  machine,
  greeting: '220 mail.example\r\n',
  client: {
    HELO: { send: 'HELO client.example\r\n', answer: '250 mail.example\r\n' },
    MAIL: { send: 'MAIL FROM:<me@client.example>\r\n', answer: '250 OK\r\n' },
    RCPT: { send: 'RCPT TO:<you@mail.example>\r\n', answer: '250 OK\r\n' },
    DATA: { send: 'DATA\r\n', answer: /354 .*\r\n/ },
    TEXT: { send: 'Subject: tea\r\n\r\nAt five.\r\n.\r\n', answer: '250 OK\r\n' },
    RSET: { send: 'RSET\r\n', answer: '250 OK\r\n' },
    QUIT: { send: 'QUIT\r\n', answer: /221 .*\r\n/ },
    'server.closes': { answer: /421 .*\r\n/ },
    'server.drains': { answer: /421 .*\r\n/ },
  },
  otherwise: ({ before, event }) =>
    before.matches('text') || event.type === 'TEXT' ? undefined : /503 .*\r\n/,
  input: (previous) => ({ mails: previous?.context.mails ?? 0 }),
  shows: ({ context }) => ({ mails: context.mails }),
  keyOf: ({ value }) => value,
})
// #endregion
