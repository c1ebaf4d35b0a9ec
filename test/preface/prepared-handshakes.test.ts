import { expect, test } from 'vitest'
import { PreparedHandshakes } from '../../src/preface/prepared-handshakes.ts'
import type { TlsServerOptions } from '../../src/preface/tls-options.ts'
import { certificate, stranger } from '../support/certificate.ts'

const prepared = new PreparedHandshakes()
const of = (options: TlsServerOptions) => prepared.of('startTls', options)

test('material is parsed once for an object, and for objects with the same values', () => {
  const options = { ...certificate, ALPNProtocols: ['smtp'] }
  const handshakes = of(options)
  expect(of(options)).toBe(handshakes)
  expect(of({ ...certificate, ALPNProtocols: ['smtp'] })).toBe(handshakes)
  expect(of(Object.freeze({ ...options }))).toBe(handshakes)
  expect(of({ ...certificate })).not.toBe(handshakes)
})

test('what was changed meanwhile is parsed anew, also in a list', () => {
  const options = { ...certificate, ALPNProtocols: ['smtp'] }
  const handshakes = of(options)
  options.ALPNProtocols.push('other')
  const changed = of(options)
  expect(changed).not.toBe(handshakes)
  Object.assign(options, stranger)
  expect(of(options)).not.toBe(changed)
  expect(of({ ...certificate, ALPNProtocols: ['smtp'] })).toBe(handshakes)
})

test('an object keeps what was made of it, however many others there are', () => {
  const options = { ...certificate }
  const handshakes = of(options)
  for (let round = 0; round < 20; round++) of({ ...certificate, ALPNProtocols: [`protocol-${round}`] })
  expect(of(options)).toBe(handshakes)
  expect(of({ ...certificate })).not.toBe(handshakes)
})

test('what is misspelt is refused, though the rest of it is known', () => {
  of({ ...certificate })
  const misspelt = { ...certificate, requestCrt: true }
  expect(() => of(misspelt)).toThrow(/^startTls\.requestCrt is not known .* did you mean requestCert\?/)
  expect(() => of({ ...certificate, key: 'nonsense' })).toThrow(
    expect.objectContaining({ code: expect.stringMatching(/^ERR_OSSL_/) }),
  )
})
