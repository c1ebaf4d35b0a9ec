// Servers behind haproxy and nginx, by the configurations that the guide shows.
import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { ClientError, Connection } from '../../src/index.ts'
import { certificate } from '../support/certificate.ts'
import { read } from '../support/documents.ts'
import { temporaryFolder } from '../support/folder.ts'
import {
  hasHaproxy,
  hasNginx,
  NEEDS_HAPROXY,
  NEEDS_NGINX,
  startHaproxy,
  startNginx,
} from '../support/proxies.ts'
import { serve } from '../support/serve.ts'

/** The block of the guide in this language. */
function shown(language: string): string {
  const block = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(
    read('src/preface/README.md'),
  )
  if (!block?.[1]) throw new Error(`the guide shows no ${language}`)
  return block[1]
}

/** A server that echoes, and all that it hears of its clients. */
async function echo(where: Parameters<typeof serve>[2] = { port: 0, host: '127.0.0.1' }, options = {}) {
  const served: Connection[] = []
  const errors: ClientError[] = []
  const server = await serve(
    async (_address, socket, connection) => {
      served.push(connection)
      socket.pipe(socket)
      await once(socket, 'end')
    },
    // Proxies reset connections, those of checks among them.
    { proxyProtocol: { from: ['127.0.0.1', 'unix'] }, onHandlerError: 'ignore', ...options },
    where,
  )
  server.on('clientError', (error) => errors.push(error))
  return { server, served, errors }
}

/** Sends a line by way of a proxy, gets it back, and gives the port that it has sent from. */
async function sendBy(port: number): Promise<number> {
  const socket = connect({ port, host: '127.0.0.1' })
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  const { localPort } = socket
  socket.write('hello')
  expect(String((await once(socket, 'data'))[0])).toBe('hello')
  socket.end()
  await once(socket, 'close')
  return localPort as number
}

const named = (port: number) => ({ address: { family: 'IPv4', address: '127.0.0.1', port } })

/** Those that a proxy has named; that by which it was found to listen may be among them. */
const withPort = (served: readonly Connection[], port: number) =>
  served.filter(({ address }) => 'port' in address && address.port === port)

describe.skipIf(!hasHaproxy)(`behind haproxy (${NEEDS_HAPROXY})`, () => {
  it('gets the clients that the configuration of the guide names, and hears nothing of checks of health', async () => {
    const { server, served, errors } = await echo()
    const checked = new Promise<void>((resolve) => {
      let count = 0
      const subscription = server.actor.subscribe(({ context }) => {
        if (context.connections === 0 && ++count > 3) {
          subscription.unsubscribe()
          resolve()
        }
      })
    })
    const { ports } = await startHaproxy(({ port }) =>
      shown('haproxy')
        .replace(':80\n', `127.0.0.1:${port()}\n`)
        .replace('127.0.0.1:7000', `127.0.0.1:${server.listeningOn}`)
        .replace('check', 'check inter 100ms fall 1000'),
    )
    const client = await sendBy(ports[0] ?? 0)
    await checked
    const [connection] = withPort(served, client)
    expect(connection).toMatchObject({ ...named(client), proxy: { version: 2, command: 'proxy' } })
    expect(connection?.peerAddress).not.toEqual(connection?.address)
    expect(errors).toEqual([])
  })

  it('gets them with TLS behind the header', async () => {
    const { server, served, errors } = await echo(undefined, { tls: certificate })
    const { ports } = await startHaproxy(
      ({ port }) => `
listen in
  bind 127.0.0.1:${port()}
  server app 127.0.0.1:${server.listeningOn} send-proxy-v2 ssl verify none
`,
    )
    const client = await sendBy(ports[0] ?? 0)
    expect(withPort(served, client)).toMatchObject([{ ...named(client), tls: { protocol: 'TLSv1.3' } }])
    // The connection by which haproxy was found to listen may have ended in its handshake.
    expect(errors.filter(({ code }) => code !== 'ECONNRESET')).toEqual([])
  })

  it.each(['send-proxy', 'send-proxy-v2 proxy-v2-options crc32c,unique-id'])(
    'gets them on a unix socket, by %s, and without a word from checks of health that send nothing',
    async (how) => {
      const path = join(temporaryFolder(), 'app.sock')
      const { served, errors } = await echo({ path })
      const { ports } = await startHaproxy(
        ({ port }) => `
listen in
  bind 127.0.0.1:${port()}
  unique-id-format id
  server app unix@${path} ${how}
  server checked unix@${path} check inter 100ms fall 1000 weight 0
`,
      )
      const client = await sendBy(ports[0] ?? 0)
      expect(withPort(served, client)).toMatchObject([
        { ...named(client), peerAddress: { family: 'unix', path } },
      ])
      expect(errors).toEqual([])
    },
  )
})

describe.skipIf(!hasNginx)(`behind nginx (${NEEDS_NGINX})`, () => {
  it('gets the clients that the configuration of the guide names', async () => {
    const { server, served, errors } = await echo()
    const { ports } = await startNginx(({ port }) =>
      shown('nginx')
        .replace('listen 80;', `listen 127.0.0.1:${port()};`)
        .replace('127.0.0.1:7000', `127.0.0.1:${server.listeningOn}`),
    )
    const client = await sendBy(ports[0] ?? 0)
    expect(withPort(served, client)).toMatchObject([{ ...named(client), proxy: { version: 1 } }])
    expect(errors).toEqual([])
  })
})
