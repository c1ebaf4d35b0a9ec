import { expect, it } from 'vitest'
import { type Answer, areAnswers, shownAnswers, shownBytes } from '../../../src/testing/protocol/answers.ts'

const is = (received: string | Buffer, ...answers: Answer[]) => areAnswers(Buffer.from(received), answers)

it('an answer is all that came, and nothing more', () => {
  expect(is('250 OK\r\n', '250 OK\r\n')).toBe(true)
  expect(is('250 OK\r\n250 OK\r\n', '250 OK\r\n')).toBe(false)
  expect(is('250 OK\r', '250 OK\r\n')).toBe(false)
  expect(is('')).toBe(true)
  expect(is('', '')).toBe(true)
  expect(is('x', '')).toBe(false)
})

it('a pattern has to match all of it, with any flag', () => {
  expect(is('250 OK\r\n', /250 .*\r\n/)).toBe(true)
  expect(is('250 OK\r\n250 OK\r\n', /250 .*\r\n/)).toBe(false)
  expect(is('x\n250 OK', /250 .*/m)).toBe(false)
  const global = /250 .*/gi
  expect([is('250 ok', global), is('250 ok', global)]).toEqual([true, true])
  expect(is('250 a or b', /250 a|b/)).toBe(false)
  expect(is('b', /a|b/)).toBe(true)
})

it('several come one after the other, where ever one of them ends', () => {
  expect(is('250 a\r\n354 b\r\n', /250 .*\r\n/, /354 .*\r\n/)).toBe(true)
  expect(is('250 a\r\n250 b\r\n354 c\r\n', /250 .*\r\n/, /354 .*\r\n/)).toBe(false)
  expect(is('aaa', /a+/, 'a', /a/)).toBe(true)
  expect(is('ab', 'a', /.*/s, 'b')).toBe(true)
  expect(is('ab', 'b', 'a')).toBe(false)
})

it('bytes are compared as bytes, and patterns see a byte as a character but for the flag u', () => {
  expect(is(Buffer.of(0, 255), Uint8Array.of(0, 255))).toBe(true)
  expect(is(Buffer.of(0, 255), Uint8Array.of(0))).toBe(false)
  expect(is(Buffer.of(66, 0x80, 0xff), /B[\x80-\xff]{2}/)).toBe(true)
  expect(is('grün', 'grün')).toBe(true)
  expect(is('grün', /gr.n/)).toBe(false)
  expect(is('grün', /gr.n/u)).toBe(true)
})

it('is shown as text where it can be', () => {
  expect(shownAnswers([])).toBe('')
  expect(shownAnswers(['', 'a'])).toBe('a')
  expect(shownAnswers(['a', 'b'])).toEqual(['a', 'b'])
  expect(shownBytes(Buffer.from('a\n'), ['b'])).toBe('a\n')
  expect(shownBytes(Buffer.from('a\n'), [Uint8Array.of(1)])).toEqual(Buffer.from('a\n'))
  expect(shownBytes(Buffer.of(255), ['b'])).toEqual(Buffer.of(255))
})
