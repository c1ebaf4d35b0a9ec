import { describe, expect, it } from 'vitest'
import { bindHandle } from '../../src/acceptor/bind.ts'
import { createHandle } from '../../src/acceptor/handle.ts'
import { parseWhere } from '../../src/options/where-to-listen.ts'
import { descriptorOf } from '../../src/os/descriptor-of.ts'
import { handleOptions } from '../support/acceptor.ts'
import { openDescriptors } from '../support/descriptors.ts'
import { loopback } from '../support/serve.ts'

describe('descriptorOf', () => {
  it('is the number that a handle polls, and -1 once it is closed', async () => {
    const handle = await bindHandle(parseWhere(loopback) as never, handleOptions)
    expect(openDescriptors()).toContain(descriptorOf(handle))
    handle.close()
    expect(descriptorOf(handle)).toBe(-1)
  })

  it('is -1 for a handle that listens on nothing yet', () => {
    expect(descriptorOf(createHandle(handleOptions))).toBe(-1)
  })
})
