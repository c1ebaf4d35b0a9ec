// Sessions that are resumed in another process, and in the same one after new certificates.
import { createHash } from 'node:crypto'
import { connect, type SecureVersion } from 'node:tls'
import { describe, expect, it } from 'vitest'
import { certificate } from '../support/certificate.ts'
import { client } from '../support/certificates.ts'
import { certificates, hasOpenssl, openssl } from '../support/openssl.ts'
import { Fixture, packageEntry } from '../support/package.ts'
import { only, VERSIONS } from '../support/tls-client.ts'

const entry = packageEntry()
const keysOf = (name: string) => createHash('sha384').update(name).digest('hex')
const shared = { ticketKeys: keysOf('shared'), sessionIdContext: 'shared' }

/** Visits servers with `options`, and keeps its session. */
type Visit = (port: number) => Promise<string>
type Client = (folder: string, version: SecureVersion, isKnown: boolean) => Visit

const byNode: Client = (_folder, version, isKnown) => {
  let session: Buffer | undefined
  return (port) =>
    new Promise((resolve, reject) => {
      const socket = connect({
        port,
        host: '127.0.0.1',
        ca: certificate.cert,
        servername: 'localhost',
        ...only(version),
        ...(session && { session }),
        ...(isKnown && client),
      })
      let text = ''
      socket.setEncoding('utf8').on('data', (data) => {
        text += data
      })
      socket.on('session', (given) => {
        session = given
      })
      socket.on('error', reject).on('close', () => resolve(text))
      socket.end('hello\n')
    })
}

const byOpenssl: Client = (folder, version, isKnown) => {
  let isFirst = true
  return (port) => {
    const args = [version === 'TLSv1.2' ? '-tls1_2' : '-tls1_3', '-sess_out', 'session']
    if (!isFirst) args.push('-sess_in', 'session')
    if (isKnown) args.push('-key', 'client-key.pem', '-cert', 'client-cert.pem')
    isFirst = false
    return openssl(folder, port, args)
  }
}

async function start(folder: string, options: object): Promise<[Fixture, number]> {
  const server = new Fixture(entry, 'tls-greeting.mjs', [folder, JSON.stringify(options)])
  return [server, await server.next<number>()]
}

const clients: [string, Client][] = [
  ['node:tls', byNode],
  ...(hasOpenssl ? [['openssl', byOpenssl] as [string, Client]] : []),
]

describe.each(clients)('a client by %s', (_name, client) => {
  it.each(VERSIONS)('resumes its session in a process with the same keys, by %s', async (version) => {
    const folder = certificates()
    const [, one] = await start(folder, shared)
    const [, other] = await start(folder, shared)
    const [, stranger] = await start(folder, { ...shared, ticketKeys: keysOf('other') })
    const visit = client(folder, version, false)
    expect(await visit(one)).toContain('new nobody')
    expect(await visit(one)).toContain('resumed nobody')
    expect(await visit(other)).toContain('resumed nobody')
    expect(await visit(stranger)).toContain('new nobody')
  })

  it.each(VERSIONS)('and as who it is, where a certificate is required, by %s', async (version) => {
    const folder = certificates()
    const [, open] = await start(folder, shared)
    const [, one] = await start(folder, { ...shared, requestCert: true })
    const [, other] = await start(folder, { ...shared, requestCert: true })
    const visit = client(folder, version, true)
    expect(await visit(open)).toContain('new nobody')
    expect(await visit(one)).toContain('new client')
    expect(await visit(other)).toContain('resumed client')
    expect(await visit(open)).toContain('new nobody')
  })

  it.each(VERSIONS)('resumes it after the certificate was taken anew, by %s', async (version) => {
    const folder = certificates()
    const [server, port] = await start(folder, { sessionIdContext: 'own' })
    const visit = client(folder, version, false)
    expect(await visit(port)).toContain('new nobody')
    server.process.kill('SIGHUP')
    await server.next()
    expect(await visit(port)).toContain('resumed nobody')
  })
})
