// Options of TLS that `node:tls` takes without a word.
import { createSecureContext } from 'node:tls'
import { describe, expect, it, test } from 'vitest'
import { deferred } from '../../src/common/deferred.ts'
import { Server, type TlsServerOptions } from '../../src/index.ts'
import { agree } from '../support/agreement.ts'
import { certificate, stranger } from '../support/certificate.ts'
import { client } from '../support/certificates.ts'
import { connectTo } from '../support/client.ts'
import { openDescriptors } from '../support/descriptors.ts'
import { create, loopback } from '../support/serve.ts'
import { listen, TlsClient } from '../support/tls-client.ts'

const { key } = certificate

/** By what `startTls` rejects. */
async function refusal(options: unknown): Promise<unknown> {
  const refused = deferred<unknown>()
  const server = await create(async (_address, _reader, _writer, connection) => {
    await connection.startTls(options as TlsServerOptions).catch(refused.resolve)
  })
  connectTo(server)
  return refused.promise
}

const WRONG: [string, object, RegExp][] = [
  ['requestCert', { requestCert: 'true' }, /requestCert must be true or false, but it is 'true'$/],
  ['requestCert', { requestCert: 1 }, /requestCert must be true or false, but it is 1$/],
  ['rejectUnauthorized', { rejectUnauthorized: null }, /rejectUnauthorized must be true or .* null$/],
  ['honorCipherOrder', { honorCipherOrder: 0 }, /honorCipherOrder must be true or false, .* 0$/],
  ['ALPNProtocols', { ALPNProtocols: 'h2' }, /ALPNProtocols must be a list of names .* 'h2'$/],
  ['ALPNProtocols', { ALPNProtocols: ['h2', ''] }, /ALPNProtocols must be a list of names/],
  ['ALPNCallback', { ALPNCallback: 'h2' }, /ALPNCallback must be a function, but it is 'h2'$/],
  ['SNICallback', { SNICallback: null }, /SNICallback must be a function, but it is null$/],
  ['minVersion', { minVersion: 'TLSv1.3', maxVersion: 'TLSv1.2' }, /maxVersion must be at least TLSv1.3/],
  ['maxVersion', { maxVersion: 'TLSv1.1' }, /maxVersion must be at least TLSv1.2, .* 'TLSv1.1'$/],
  ['key', { key: [] }, /needs a key and a cert/],
]

describe.each(WRONG)('a wrong %s', (_field, wrong, message) => {
  const options = { ...certificate, ...wrong } as TlsServerOptions

  it('is refused by name before anything is opened', async () => {
    const before = openDescriptors()
    await expect(Server.create(loopback, async () => {}, { tls: options })).rejects.toThrow(message)
    expect(openDescriptors()).toEqual(before)
  })

  it('is refused by startTls', async () => {
    expect(String(await refusal(options))).toMatch(message)
  })
})

test('setSecureContext needs a certificate, unless it is a matter of the name', async () => {
  const server = await create(async (_address, _reader, writer) => void writer.write('hello'), {
    tls: certificate,
  })
  for (const few of [{}, { key }, { ca: certificate.cert }]) {
    expect(() => server.setSecureContext(few)).toThrow(/^setSecureContext needs a key and a cert/)
  }
  expect(() => server.setSecureContext({ ...certificate, maxVersion: 'TLSv1.1' })).toThrow(
    /^setSecureContext.maxVersion must be at least TLSv1.2/,
  )
  expect((await new TlsClient(server).closed).received).toBe('hello')

  const context = createSecureContext(certificate)
  const tls: TlsServerOptions = { SNICallback: (_name, callback) => callback(null, context) }
  const named = await create(async (_address, _reader, writer) => void writer.write('hello'), { tls })
  named.setSecureContext({})
  expect((await new TlsClient(named).closed).received).toBe('hello')
})

test('no error shows a key that is in the wrong place', async () => {
  const server = await create(async () => {}, { tls: certificate })
  for (const wrong of [key, [key], { Key: key, cert: key }, { pasphrase: 'secret', Key: [key] }]) {
    const start = Server.create(loopback, async () => {}, { tls: wrong as never })
    const hidden = /^(?!.*(PRIVATE|secret))/s
    await expect(start).rejects.toThrow(hidden)
    expect(() => server.setSecureContext(wrong as never)).toThrow(hidden)
    expect(String(await refusal(wrong))).toMatch(hidden)
  }
  expect(() => server.setSecureContext(undefined as never)).toThrow(/but it is undefined$/)
})

test('options may be inherited, as in node:tls: nobody gets in without the certificate that they ask for', async () => {
  const served: string[] = []
  const handler = async () => void served.push('somebody')
  const asking = { requestCert: true, ca: certificate.cert }
  const inherited = Object.assign(Object.create(asking), certificate)
  const server = await create(handler, { tls: inherited })
  const errors = listen(server)
  await new TlsClient(server).closed
  await agree(() => errors.length, 1)

  const other = await create(handler, { tls: { ...certificate, ...asking } })
  other.setSecureContext(Object.create({ ...certificate, ca: stranger.cert }))
  const others = listen(other)
  await new TlsClient(other, client).closed
  await agree(() => others.length, 1)
  expect(served).toEqual([])
  await new TlsClient(other, stranger).closed
  expect(served).toEqual(['somebody'])
})
