// A small server for mail, whose protocol smtp.test.ts tests.
import { type Handler, type Reader, Server } from '../../src/index.ts'

// #region smtp-server
export interface Mail {
  from: string
  to: string[]
  text: string
}

export function startSmtp(where: { port: number; host: string }, deliver: (mail: Mail) => void) {
  const handler: Handler = async (_address, reader, writer, { closing }) => {
    const reply = (text: string) => void writer.write(`${text}\r\n`)
    closing.addEventListener('abort', () => {
      reply('421 closing')
      void reader.close()
    })
    let isGreeted = false
    let mail: Mail | undefined
    reply('220 mail.example')
    for await (const line of reader.lines()) {
      const [verb = '', argument = ''] = line.split(/ (.*)/)
      if (verb === 'QUIT') {
        return reply('221 bye')
      } else if (verb === 'HELO') {
        isGreeted = true
        mail = undefined
        reply('250 mail.example')
      } else if (verb === 'MAIL' && isGreeted && !mail) {
        mail = { from: argument, to: [], text: '' }
        reply('250 OK')
      } else if (verb === 'RCPT' && mail) {
        mail.to.push(argument)
        reply('250 OK')
      } else if (verb === 'RSET' && isGreeted) {
        mail = undefined
        reply('250 OK')
      } else if (verb === 'DATA' && mail && mail.to.length > 0) {
        reply('354 end with a dot')
        const text = await readText(reader)
        if (text === null) return
        deliver({ ...mail, text })
        mail = undefined
        reply('250 OK')
      } else {
        reply('503 not here')
      }
    }
  }
  return Server.create(where, handler)
}

async function readText(reader: Reader): Promise<string | null> {
  let text = ''
  for await (const line of reader.lines()) {
    if (line === '.') return text
    text += `${line}\n`
  }
  return null
}
// #endregion
