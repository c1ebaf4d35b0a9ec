// Certificates of servers that are good for nothing: who says so, and how.
import { createSecureContext } from 'node:tls'
import { describe, expect, it } from 'vitest'
import { codeOf } from '../../src/common/errors.ts'
import { Server } from '../../src/index.ts'
import { certificate, stranger } from '../support/certificate.ts'
import { elsewhere, expired, short, weak } from '../support/certificates.ts'
import { openDescriptors } from '../support/descriptors.ts'
import { certificates, hasOpenssl, openssl } from '../support/openssl.ts'
import { create, loopback } from '../support/serve.ts'
import { listen, only, settled, TlsClient, VERSIONS } from '../support/tls-client.ts'

const bad: [string, typeof certificate, string, RegExp, RegExp][] = [
  ['expired', expired, 'CERT_HAS_EXPIRED', /certificate has expired/, /ALERT_CERTIFICATE_EXPIRED$/],
  ['of another host', elsewhere, 'ERR_TLS_CERT_ALTNAME_INVALID', /mismatch/, /ALERT_BAD_CERTIFICATE$/],
  ['signed by itself', stranger, 'DEPTH_ZERO_SELF_SIGNED_CERT', /self.signed/, /ALERT_UNKNOWN_CA$/],
]

describe.each(bad)('a certificate that is %s', (_what, own, code, said, alert) => {
  it.each(VERSIONS)(
    'is refused by a client of node:tls by %s, which hears of nothing else',
    async (version) => {
      const server = await create(async () => {}, { tls: own })
      const client = await new TlsClient(server, only(version)).closed
      expect(client.error?.code).toBe(code)
      await settled(server)
      expect(server.state).toBe('listening')
    },
  )

  it.skipIf(!hasOpenssl).each(['-tls1_2', '-tls1_3'])(
    'is told by openssl, which must be installed for this, by %s, and so by us',
    async (option) => {
      const server = await create(async () => {}, { tls: own })
      const errors = listen(server)
      const args = [option, '-verify_return_error', '-verify_hostname', 'localhost']
      expect(await openssl(certificates(), server.listeningOn, args)).toMatch(said)
      await settled(server)
      expect(errors).toMatchObject([{ phase: 'handshake', code: expect.stringMatching(alert) }])
    },
  )
})

describe.each([
  ['512', weak],
  ['1024', short],
])('a key of %s bits of RSA', (bits, own) => {
  it('is refused before anything is opened where OpenSSL does so, by the same error', async () => {
    let expected: unknown
    try {
      createSecureContext(own)
    } catch (error) {
      expected = codeOf(error)
    }
    if (bits === '512') expect(expected).toMatch(/^ERR_SSL_EE_KEY_TOO_SMALL$/)
    const before = openDescriptors()
    const starting = Server.create(loopback, async () => {}, { tls: own })
    if (expected === undefined) return void (await (await starting).close())
    await expect(starting).rejects.toMatchObject({ code: expected })
    expect(openDescriptors()).toEqual(before)
  })
})

it('a key that is too short is refused when it is set later, and what was there stays', async () => {
  const server = await create(
    async (_address, _reader, writer) => {
      writer.write('hello')
    },
    { tls: certificate },
  )
  expect(() => server.setSecureContext(weak)).toThrow(/too small/)
  expect((await new TlsClient(server).closed).received).toBe('hello')
})
