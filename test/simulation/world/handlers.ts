// Handlers with a reader and a writer. What each reads and writes goes into its visit.
import type { Connection, Reader, Writer } from '../../../src/index.ts'
import type { Visit } from './visit.ts'

export interface Given {
  visit: Visit
  reader: Reader
  writer: Writer
  connection: Connection
  /** Size of an answer. */
  size: number
  /** Fails where a promise that has settled keeps the loop from turning. */
  giveWay: () => void
}

/** So often a handler does what is of no use; if that keeps the loop from turning, often enough. */
const MAX_IN_VAIN = 40

type Handler = (given: Given) => unknown

/** `size` bytes that tell which they are. */
export function answerOf(visit: Visit, size: number): string {
  let answer = ''
  for (let index = 0; answer.length < size; index++) answer += `answer ${visit.id}.${index} `
  return answer.slice(0, size)
}

/** In memory that can become less. */
function resizable(text: string): Uint8Array<ArrayBuffer> {
  const { length } = text
  const bytes = new Uint8Array(
    Reflect.construct(ArrayBuffer, [length, { maxByteLength: length }]) as ArrayBuffer,
  )
  bytes.set(Buffer.from(text))
  return bytes
}

/** Writes, unless the client is gone, and tells whether there is room for more. */
function write({ visit, writer }: Given, text: string): boolean {
  const before = writer.bytesToWrite
  const hasRoom = writer.write(text)
  if (writer.bytesToWrite !== before) visit.written += text
  else if (!hasRoom) visit.forgotten()
  return hasRoom
}

async function readLine({ visit, reader }: Given): Promise<string | null> {
  const line = await reader.readLine()
  if (line === null) sawEnd(visit, reader)
  // A last line may lack its end.
  else visit.read += visit.received.startsWith(`${visit.read}${line}\n`) ? `${line}\n` : line
  return line
}

function sawEnd(visit: Visit, reader: Reader): void {
  visit.hasSeenEnd = true
  visit.takenAtEnd = visit.end.incoming.read
  visit.isTooLateToAsk = visit.end.isClosed
  visit.endReason = reader.endReason
}

/** Reads on until the end. */
async function readAll(given: Given): Promise<void> {
  const { visit, reader } = given
  for (let chunk = await reader.read(); chunk; chunk = await reader.read())
    visit.read += chunk.toString('latin1')
  sawEnd(visit, reader)
}

async function echo(given: Given): Promise<void> {
  for (let line = await readLine(given); line !== null; line = await readLine(given)) {
    if (!write(given, `${line}\n`)) await given.writer.flushed()
  }
}

/** Handlers that fail though they do not throw: the two that give what cannot be taken. */
export const FAILING: ReadonlySet<number> = new Set([10, 12])

export const handlers: readonly Handler[] = [
  echo,
  /** Answers after a line, and leaves the rest unread. */
  async (given) => {
    await readLine(given)
    write(given, answerOf(given.visit, given.size))
  },
  /** Answers at once. */
  async (given) => void write(given, answerOf(given.visit, given.size)),
  /** Is busy with the first line while more comes. */
  async (given) => {
    await readLine(given)
    await given.visit.turn()
    await readAll(given)
    write(given, 'read')
  },
  /** Answers, and fails. */
  async (given) => {
    write(given, answerOf(given.visit, given.size))
    await readLine(given)
    throw new Error('a handler fails')
  },
  /** Writes piece by piece. */
  async (given) => {
    const answer = answerOf(given.visit, 3 * given.size)
    for (let at = 0; at < answer.length; at += given.size) {
      if (!write(given, answer.slice(at, at + given.size))) await given.writer.flushed()
      await given.visit.turn()
    }
  },
  /** Does not look at what its reads give. */
  async (given) => {
    let mayStop = false
    void given.visit.turn().then(() => {
      mayStop = true
    })
    for (let inVain = 0; !mayStop && inVain < MAX_IN_VAIN; ) {
      const chunk = await given.reader.read()
      given.giveWay()
      if (chunk) given.visit.read += chunk.toString('latin1')
      else inVain++
    }
  },
  /** Does not look whether its writes are of any use. */
  async (given) => {
    let mayStop = false
    void given.visit.turn().then(() => {
      mayStop = true
    })
    for (let left = MAX_IN_VAIN; !mayStop && left > 0; left--) {
      write(given, left % 4 === 0 ? answerOf(given.visit, given.size) : '')
      await given.writer.flushed()
      given.giveWay()
    }
  },
  /** Destroys the connection, and reads what had come. */
  async (given) => {
    await readLine(given)
    given.visit.excuse = 'its handler has destroyed it'
    given.connection.destroy()
    await given.visit.turn()
    await readAll(given)
  },
  /** Ends its side, and goes on reading. */
  async (given) => {
    write(given, answerOf(given.visit, given.size))
    await given.writer.close()
    await readAll(given)
  },
  /** Its result throws when it is looked at. */
  (given) => {
    write(given, answerOf(given.visit, given.size))
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    return proxy
  },
  /** Takes pieces of a fixed size. */
  async (given) => {
    const { visit, reader } = given
    try {
      for (let piece = await reader.readExactly(5); piece; piece = await reader.readExactly(5)) {
        visit.read += piece.toString('latin1')
        await visit.turn()
      }
      sawEnd(visit, reader)
    } catch {
      // The last one is too short, and is in the error.
    }
    write(given, 'done')
  },
  /** Gives what it has written away before it is sent. */
  async (given) => {
    await readLine(given)
    const answer = answerOf(given.visit, 2_000)
    const bytes = resizable(answer)
    given.visit.excuse = 'its handler has given its bytes away'
    given.visit.written = `${answer}and more`
    given.writer.write(bytes)
    given.writer.write('and more')
    if (given.visit.id % 2 === 0) structuredClone(bytes.buffer, { transfer: [bytes.buffer] })
    else Reflect.apply(Reflect.get(bytes.buffer, 'resize'), bytes.buffer, [0])
    await readAll(given)
  },
  /** Waits before it does anything. */
  async (given) => {
    await given.visit.turn()
    await readAll(given)
    write(given, answerOf(given.visit, given.size))
  },
  /** Lingers, whatever becomes of its client. */
  async (given) => {
    write(given, answerOf(given.visit, given.size))
    await given.visit.turn()
    write(given, 'and')
    await given.visit.turn()
    write(given, 'more')
    await readAll(given)
  },
  /** Waits for the client to leave. */
  async (given) => {
    write(given, answerOf(given.visit, given.size))
    void readAll(given)
    await Promise.race([given.writer.consumerLeft, given.visit.turn()])
    await given.writer.flushed()
  },
  /** Lets its client wait, and destroys the connection. */
  async (given) => {
    await given.visit.turn()
    given.visit.excuse = 'its handler has destroyed it'
    given.connection.destroy()
    await readAll(given)
  },
  /** Reads nothing before it has written. */
  async (given) => {
    await given.visit.turn()
    write(given, answerOf(given.visit, given.size))
    await given.visit.turn()
    await readAll(given)
  },
]
