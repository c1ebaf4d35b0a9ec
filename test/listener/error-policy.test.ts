import { describe, expect, it } from 'vitest'
import type { ListenerReport } from '../../machines/index.ts'
import type { Address, ErrorPolicy } from '../../src/index.ts'
import { applyErrorPolicy } from '../../src/listener/error-policy.ts'
import { hostileResults, hostileValues } from '../support/hostile.ts'
import { turns } from '../support/turns.ts'

const address: Address = { family: 'IPv4', address: '127.0.0.1', port: 4000 }
const error = new Error('of the handler')
const worse = new Error('of the policy')

function apply(policy: ErrorPolicy, thrown: unknown): ListenerReport[] {
  const reports: ListenerReport[] = []
  applyErrorPolicy(policy, address, thrown, (event) => reports.push(event))
  return reports
}

async function applied(policy: ErrorPolicy): Promise<ListenerReport[]> {
  const reports = apply(policy, error)
  await turns(2)
  return reports
}

describe('the error policy', () => {
  it("'raise' raises the thrown value at once, an Error or not", () => {
    expect(apply('raise', error)).toEqual([{ type: 'policy.raised', error }])
    expect(apply('raise', 'text')).toEqual([{ type: 'policy.raised', error: 'text' }])
    expect(apply('raise', undefined)).toEqual([{ type: 'policy.raised', error: undefined }])
  })

  it("'ignore' tells so at once", () => {
    expect(apply('ignore', error)).toEqual([{ type: 'policy.ignored' }])
  })

  it('that is a function is called with the address and the error', async () => {
    const calls: unknown[] = []
    const policy: ErrorPolicy = (...args) => void calls.push(args)
    expect(await applied(policy)).toEqual([{ type: 'policy.called' }])
    expect(calls).toEqual([[address, error]])
  })

  it('that is a function is not called in the middle of a transition', async () => {
    let isCalled = false
    const reports = apply(() => {
      isCalled = true
    }, error)
    expect(isCalled).toBe(false)
    expect(reports).toEqual([])
    await turns(1)
    expect(isCalled).toBe(true)
  })

  it('that throws raises what it threw', async () => {
    const policy = () => {
      throw worse
    }
    expect(await applied(policy)).toEqual([{ type: 'policy.raised', error: worse }])
  })

  it('whose promise rejects raises that', async () => {
    const reports = await applied(async () => {
      throw worse
    })
    expect(reports).toEqual([{ type: 'policy.called' }, { type: 'policy.raised', error: worse }])
  })

  it.each(Object.entries(hostileResults))(
    'that returns %s raises the exception that this throws',
    async (_what, hostile) => {
      const reports = await applied(hostile.make as ErrorPolicy)
      expect(reports).toEqual([{ type: 'policy.called' }, { type: 'policy.raised', error: hostile.error }])
    },
  )

  it.each(Object.entries(hostileValues))('that throws %s raises it', async (_what, thrown) => {
    const reports = await applied(() => {
      throw thrown
    })
    expect(reports.map(({ type }) => type)).toEqual(['policy.raised'])
    expect((reports[0] as { error?: unknown }).error === thrown).toBe(true)
  })

  it('whose promise is fulfilled raises nothing', async () => {
    expect(await applied(async () => {})).toEqual([{ type: 'policy.called' }])
  })
})
