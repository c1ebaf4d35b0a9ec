// Who is let in by a client's certificate, and that no session lets in anybody else.
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { createSecureContext, TLSSocket } from 'node:tls'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Connection, Server, TlsServerOptions } from '../../src/index.ts'
import { certificate, stranger } from '../support/certificate.ts'
import { client, expired, revocations } from '../support/certificates.ts'
import { serve } from '../support/serve.ts'
import { listen, only, settled, TlsClient, VERSIONS } from '../support/tls-client.ts'

const required: TlsServerOptions = {
  ...certificate,
  ca: certificate.cert,
  requestCert: true,
  rejectUnauthorized: true,
}

/** What a client has heard of the server, and what it can resume. */
interface Visit {
  told: string
  session: Buffer | undefined
}

describe.each(VERSIONS)('by %s', (version) => {
  /** Tells each client what it takes it for; what went wrong is told as a code, or by its cause. */
  async function greeting(tls: TlsServerOptions) {
    const server = await serve(
      async (_address, socket: Socket, { tls }: Connection) => {
        const name = tls?.peerCertificate()?.subject.CN
        const isAuthorized = socket instanceof TLSSocket && socket.authorized
        expect(tls?.isAuthorized).toBe(isAuthorized)
        socket.end(
          `${isAuthorized ? 'authorized' : 'unknown'} ${name}${tls?.isSessionReused ? ' again' : ''}`,
        )
        await once(socket.resume(), 'end')
      },
      { tls },
    )
    const errors = listen(server)
    return { server, reasons: () => errors.splice(0).map(({ code, cause }) => [code, codeOf(cause)]) }
  }

  const codeOf = (cause: unknown) => (cause instanceof Error && 'code' in cause ? cause.code : undefined)

  async function visit(server: Server, options: object, session?: Buffer): Promise<Visit> {
    const found = new TlsClient(server, { ...only(version), ...options, ...(session && { session }) })
    const visit: Visit = { told: '', session }
    found.socket.on('session', (given: Buffer) => {
      visit.session = given
    })
    await found.closed
    await settled(server)
    return { ...visit, told: found.received }
  }

  it.each([
    ['good', client, 'authorized client', []],
    ['expired', expired, '', [['ERR_TLS_CLIENT_UNAUTHORIZED', 'CERT_HAS_EXPIRED']]],
    [
      'foreign',
      stranger,
      '',
      [['ERR_TLS_CLIENT_UNAUTHORIZED', expect.stringMatching(/SELF_SIGNED|UNABLE_TO/)]],
    ],
    ['absent', {}, '', [[expect.stringMatching(/^ERR_SSL_.*NOT_RETURN_A_CERT/), expect.anything()]]],
  ])('a certificate that is %s is taken for that, if it is required', async (_what, options, told, why) => {
    const { server, reasons } = await greeting(required)
    expect((await visit(server, options)).told).toBe(told)
    expect(reasons()).toEqual(why)
  })

  it.each([
    ['good', client, 'authorized client'],
    ['expired', expired, 'unknown expired'],
    ['foreign', stranger, 'unknown stranger'],
    ['absent', {}, 'unknown undefined'],
  ])(
    'a certificate that is %s is taken for that, if it is asked for, also again',
    async (_, options, told) => {
      const { server, reasons } = await greeting({ ...required, rejectUnauthorized: false })
      const first = await visit(server, options)
      const second = await visit(server, options, first.session)
      expect([first.told, second.told]).toEqual([told, `${told} again`])
      expect(reasons()).toEqual([])
    },
  )

  it('a session is resumed with its certificate, across new certificates of ours', async () => {
    const { server } = await greeting(required)
    const first = await visit(server, client)
    server.setSecureContext({ ...stranger, ca: Buffer.from(certificate.cert) })
    const options = { ...client, ca: stranger.cert, checkServerIdentity: () => undefined }
    expect((await visit(server, options, first.session)).told).toBe('authorized client again')
  })

  it('a session ends with the trust in its authority, and is good again with it', async () => {
    const { server, reasons } = await greeting(required)
    const { session } = await visit(server, client)
    server.setSecureContext({ ...certificate, ca: stranger.cert })
    expect((await visit(server, client, session)).told).toBe('')
    expect(reasons()).toMatchObject([['ERR_TLS_CLIENT_UNAUTHORIZED', expect.any(String)]])
    server.setSecureContext(certificate)
    expect((await visit(server, client, session)).told).toBe('')
    server.setSecureContext({ ...certificate, ca: [certificate.cert, stranger.cert] })
    expect((await visit(server, client, session)).told).toBe('authorized client')
    server.setSecureContext({ ...certificate, ca: certificate.cert })
    expect((await visit(server, client, session)).told).toBe('authorized client again')
  })

  it('no session is resumed where certificates can be revoked, since lists of those have their time', async () => {
    const { server } = await greeting({ ...required, crl: revocations })
    const { told, session } = await visit(server, client)
    expect(told).toBe('authorized client')
    expect((await visit(server, client, session)).told).toBe('authorized client')

    const context = { ...certificate, ca: certificate.cert }
    server.setSecureContext(context)
    const before = await visit(server, client)
    server.setSecureContext({ ...context, crl: revocations })
    expect((await visit(server, client, before.session)).told).toBe('authorized client')
  })

  it('a session ends with the time of its certificate', async () => {
    const { server, reasons } = await greeting(required)
    const { session } = await visit(server, client)
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2127-01-01') })
    onTestFinished(() => void vi.useRealTimers())
    expect((await visit(server, client, session)).told).toBe('')
    expect(reasons()).toEqual([['ERR_TLS_CLIENT_UNAUTHORIZED', 'CERT_HAS_EXPIRED']])
  })

  it.each([
    ['asks for no certificate', {}],
    ['lets in everybody', { ca: certificate.cert, requestCert: true, rejectUnauthorized: false }],
  ])('a session of a server that %s is none for one that requires it', async (_what, options) => {
    const shared = { ticketKeys: Buffer.alloc(48, 7), sessionIdContext: 'shared' }
    const open = await greeting({ ...certificate, ...shared, ...options })
    const strict = await greeting({ ...required, ...shared })
    for (const options of [{}, stranger]) {
      const { told, session } = await visit(open.server, options)
      expect(told).toMatch(/^unknown/)
      expect((await visit(strict.server, options, session)).told).toBe('')
    }
    expect(strict.reasons()).toHaveLength(2)
  })

  it('a session of one name is none for another, where authorities are a matter of the name', async () => {
    const contexts = new Map(
      [certificate, stranger].map(({ cert }) => [cert, createSecureContext({ ...certificate, ca: cert })]),
    )
    const { server, reasons } = await greeting({
      ...required,
      SNICallback: (name, callback) =>
        callback(null, contexts.get((name === 'localhost' ? certificate : stranger).cert)),
    })
    const { told, session } = await visit(server, client)
    expect(told).toBe('authorized client')
    const options = { ...client, servername: 'elsewhere', checkServerIdentity: () => undefined }
    expect((await visit(server, options, session)).told).toBe('')
    expect(reasons()).toMatchObject([['ERR_TLS_CLIENT_UNAUTHORIZED', expect.any(String)]])
    expect((await visit(server, client, session)).told).toBe('authorized client')
  })
})
