// Faults planted in the server for mail of the documents: its generated tests find each of them.
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { createProtocolDriver, ModelMismatchError, runPath } from '../../../src/testing/index.ts'
import type { Mail, startSmtp } from '../../examples/smtp.ts'
import { model } from '../../examples/smtp-model.ts'
import { read } from '../../support/documents.ts'
import { temporaryFolder } from '../../support/folder.ts'

const paths = model.paths()
const source = readFileSync(new URL('../../examples/smtp.ts', import.meta.url), 'utf8')

type Change = readonly [from: string, to: string]

/** The server with other code in some places. */
async function altered(changes: readonly Change[]): Promise<typeof startSmtp> {
  let text = source.replace('../../src/index.ts', resolve('src/index.ts'))
  for (const [from, to] of changes) {
    expect(text.split(from), from).toHaveLength(2)
    text = text.replace(from, to)
  }
  const file = join(temporaryFolder(), 'smtp.ts')
  writeFileSync(file, text)
  return (await import(file)).startSmtp
}

/** The first failure of the generated tests. What is missing is awaited for that long. */
async function failureOf(start: typeof startSmtp, patience = 800): Promise<ModelMismatchError | undefined> {
  const driver = createProtocolDriver(model, async (where) => {
    const mails: Mail[] = []
    const server = await start(where, (mail) => mails.push(mail))
    return { server, observe: () => ({ mails: mails.length }) }
  })
  for (const path of paths) {
    const run = await driver.start()
    try {
      await runPath(path, run, { patience })
    } catch (error) {
      if (error instanceof ModelMismatchError) return error
      throw error
    } finally {
      await run.end()
    }
  }
  return undefined
}

interface Fault {
  name: string
  changes: readonly Change[]
  /** The step that is named, and what is seen at it. */
  step: RegExp
  seen: object
}

const accepted = { answer: '354 end with a dot\r\n' }

const faults: Fault[] = [
  {
    name: 'DATA is accepted without a recipient',
    changes: [['&& mail && mail.to.length > 0', '&& mail']],
    step: /, DATA in commands\.mail\n/,
    seen: accepted,
  },
  {
    name: 'RSET forgets nothing',
    changes: [["'RSET' && isGreeted) {\n        mail = undefined", "'RSET' && isGreeted) {"]],
    step: /, RCPT in commands\.ready\n/,
    seen: { answer: '250 OK\r\n' },
  },
  {
    name: 'a second mail goes to the recipients of the first as well',
    changes: [
      ['    let isGreeted = false', '    let isGreeted = false\n    const to: string[] = []'],
      ['to: []', 'to'],
    ],
    step: /, DATA in commands\.mail\n/,
    seen: accepted,
  },
  {
    name: 'a mail goes to the recipients of other clients as well',
    changes: [
      ['  const handler: Handler', '  const to: string[] = []\n  const handler: Handler'],
      ['to: []', 'to'],
      ["'RSET' && isGreeted) {", "'RSET' && isGreeted) {\n        to.length = 0"],
      ["    return reply('221 bye')", "    to.length = 0\n        return reply('221 bye')"],
      ["reply('421 closing')", "reply('421 closing')\n      to.length = 0"],
      ['        isGreeted = true', '        isGreeted = true\n        if (mail) to.length = 0'],
      ['      deliver({ ...mail, text })', '      deliver({ ...mail, text })\n        to.length = 0'],
    ],
    step: /, DATA in commands\.mail\n/,
    seen: accepted,
  },
  {
    name: 'a command that is refused takes effect',
    changes: [
      [
        "        reply('503 not here')",
        "        isGreeted ||= verb === 'MAIL'\n        reply('503 not here')",
      ],
    ],
    step: /, (MAIL|RSET) in commands\.connected\n/,
    seen: { answer: '250 OK\r\n' },
  },
  {
    name: 'the second of two commands in one segment is lost',
    changes: [
      [
        'for await (const line of reader.lines()) {\n      const [verb',
        `let input = ''
    for await (const chunk of reader) {
      input += chunk
      if (!input.endsWith('\\r\\n')) continue
      const [line = ''] = input.split('\\r\\n')
      input = ''
      const [verb`,
      ],
    ],
    step: /, client\.pipelines (client\.connects|\w+) \+ \w+ in [\w.]+\n/,
    seen: { answer: expect.any(String) },
  },
  {
    name: 'a command that comes in two segments is taken for two',
    changes: [
      ['of reader.lines()) {\n      const [verb', 'of reader) {\n      const [verb'],
      ['line.split', 'String(line).trimEnd().split'],
    ],
    step: /, client\.(trickles|pauses|resumes|pipelines)\b/,
    seen: { answer: expect.any(String) },
  },
  {
    name: 'a handler goes on after the client has left in the middle of a mail, and delivers it',
    changes: [['return null', 'return text']],
    step: /, client\.(ends|resets) in text\n/,
    seen: { mails: 1 },
  },
  {
    name: 'a handler never settles when its client has ended',
    changes: [
      ["    reply('220 mail", "    const never = new Promise<void>(() => {})\n    reply('220 mail"],
      [
        "        reply('503 not here')\n      }\n    }",
        "        reply('503 not here')\n      }\n    }\n    await never",
      ],
    ],
    step: /, client\.ends in [\w.]+\n/,
    seen: { client: 'open', connection: 'serving' },
  },
  {
    name: 'a half of a command, and the end, make the handler fail, and so close the server',
    changes: [
      [
        "      if (verb === 'QUIT')",
        "      if (verb.length < 4) throw new Error('no verb')\n      if (verb === 'QUIT')",
      ],
    ],
    step: /, client\.ends in [\w.]+\n/,
    seen: { server: 'closed, after Error: no verb' },
  },
  {
    name: 'a drain is not heard',
    changes: [["closing.addEventListener('abort'", "closing.addEventListener('never'"]],
    step: /, server\.(closes|drains) in [\w.]+\n/,
    seen: { answer: '', client: 'open', connection: 'serving' },
  },
]

it('there is none in the server as it is', { timeout: 120_000 }, async () => {
  expect(await failureOf(await altered([]), 10_000)).toBeUndefined()
})

it.each(faults)('$name: found', async ({ changes, step, seen }) => {
  const failure = await failureOf(await altered(changes))
  expect(failure?.message).toMatch(step)
  expect(failure?.actual).toMatchObject(seen)
})

it('is told as the guide shows', async () => {
  const start = await altered([["'RSET' && isGreeted", "'RSET'"]])
  const driver = createProtocolDriver(model, async (where) => ({
    server: await start(where, () => {}),
    observe: () => ({ mails: 0 }),
  }))
  const run = await driver.start()
  const path = model.pathOf([{ type: 'client.connects' }, { type: 'RSET' }])
  const failure = await runPath(path, run, { patience: 800 }).catch((error) => error)
  expect(read('src/testing/protocol/SMTP.md')).toContain(failure.message)
  await run.end()
})
