import { describe, expect, test } from 'vitest'
import { createProtocolDriver, testServer } from '../../src/testing/index.ts'
import { type Mail, startSmtp } from './smtp.ts'
import { model } from './smtp-model.ts'

describe('a server for mail speaks its protocol', () => {
  // #region smtp-test
  const driver = createProtocolDriver(model, async (where) => {
    const mails: Mail[] = []
    const server = await startSmtp(where, (mail) => mails.push(mail))
    return { server, observe: () => ({ mails: mails.length }) }
  })

  testServer(model, driver, { test })

  test('the machine has no part that is never reached', () => {
    expect(model.unreached()).toEqual([])
  })
  // #endregion
})
