// A server in Go, known by its port alone.
import { describe, expect, it } from 'vitest'
import { createBareDriver, createListenerModel, testServer } from '../../../src/testing/index.ts'
import { temporaryFolder } from '../../support/folder.ts'
import { compileGo, hasGo, startLimited } from '../../support/limited.ts'

describe.each(['wait', 'drop'] as const)('a server in Go, over whose limit clients %s', (overLimit) => {
  it.skipIf(!hasGo)('is what its model is, and is not with a limit that is off by one', async () => {
    const command = compileGo(temporaryFolder())
    const model = createListenerModel({ overLimit, seenFrom: 'outside', factory: 'create', maxWaiting: 2 })
    const run = async (limit: number, patience: number) => {
      const driver = createBareDriver({ overLimit, start: () => startLimited(command, limit, overLimit) })
      let path = async () => {}
      testServer(model, driver, {
        test: (_, given) => {
          path = given
        },
        patience,
      })
      return path().catch((error) => error)
    }
    expect(await run(2, 3_000)).toBeUndefined()
    expect(await run(3, 300)).toMatchObject({
      step: 3,
      actual: { clients: ['served', 'served', 'served'] },
    })
  })
})
