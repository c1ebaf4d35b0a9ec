import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { limitReader, softDescriptorLimit } from '../../src/os/descriptor-limit.ts'
import { type Libc, loadLibc } from '../../src/os/libc.ts'
import { hasPrlimit, limitOpenFiles } from '../support/prlimit.ts'

vi.mock('node:fs', async (original) => ({ ...(await original<object>()), readFileSync: vi.fn() }))

const limitsFile = vi.mocked(readFileSync)

/** What the shell says of a process that this one starts, which inherits its limits. */
function limitOfShell(): number {
  const { stdout } = spawnSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' })
  return stdout.trim() === 'unlimited' ? Infinity : Number(stdout)
}

beforeEach(() => {
  limitsFile.mockReset()
})

it('is what the machine says of this process', async () => {
  const real = await vi.importActual<typeof import('node:fs')>('node:fs')
  limitsFile.mockImplementation(real.readFileSync)
  expect(softDescriptorLimit()).toBe(limitOfShell())
  expect(limitsFile).toHaveBeenCalled()
})

it.each([
  { soft: '64', limit: 64 },
  { soft: 'unlimited', limit: Infinity },
])('is $limit where the machine says $soft', ({ soft, limit }) => {
  limitsFile.mockReturnValue(`Limit                     Soft Limit           Hard Limit           Units
Max processes             7000                 7000                 processes
Max open files            ${soft.padEnd(20)} 1048576              files
`)
  expect(softDescriptorLimit()).toBe(limit)
})

it.runIf(process.platform === 'linux' && hasPrlimit)(
  'is asked of the C library where there is one, each time (needs prlimit)',
  async () => {
    const libc = (await loadLibc()) as Libc
    const limit = softDescriptorLimit(libc)
    expect(limit).toBe(limitOfShell())
    const set = (soft: number) => limitOpenFiles(process.pid, soft)
    set(limit - 1)
    expect(softDescriptorLimit(libc)).toBe(limit - 1)
    set(limit)
    expect(softDescriptorLimit(libc)).toBe(limit)
    expect(limitsFile).not.toHaveBeenCalled()
  },
)

it.each([2n ** 64n - 1n, 2n ** 63n - 1n])('is Infinity where the C library says %s', (unlimited) => {
  const getrlimit = (_: number, limits: BigUint64Array) => {
    limits[0] = unlimited
    return 0
  }
  expect(softDescriptorLimit({ getrlimit } as unknown as Libc)).toBe(Infinity)
})

describe('the limit, read again and again,', () => {
  const text = (soft: number) =>
    `Max open files            ${soft}                   1048576              files\n`

  it('is read anew where that costs little', () => {
    limitsFile.mockReturnValue(text(64))
    const limit = limitReader(undefined)
    limitsFile.mockReturnValue(text(32))
    expect(limit()).toBe(32)
    const getrlimit = vi.fn((_: number, limits: BigUint64Array) => {
      limits[0] = 100n - BigInt(getrlimit.mock.calls.length)
      return 0
    })
    const asked = limitReader({ getrlimit } as unknown as Libc)
    expect([asked(), asked()]).toEqual([98, 97])
  })

  it('is the first one read where only a report of the whole process knows it', () => {
    limitsFile.mockImplementation(() => {
      throw new Error('no such file')
    })
    const reports = vi.spyOn(process.report, 'getReport')
    const limit = limitReader(undefined)
    expect([limit(), limit()]).toEqual([limitOfShell(), limitOfShell()])
    expect(reports).toHaveBeenCalledOnce()
    reports.mockRestore()
  })
})

it('is known where the C library fails', async () => {
  limitsFile.mockReturnValue('Max open files            64                   1048576              files\n')
  expect(softDescriptorLimit({ getrlimit: () => -1 } as unknown as Libc)).toBe(64)
})

it('is known without /proc, too', () => {
  limitsFile.mockImplementation(() => {
    throw new Error('no such file')
  })
  expect(softDescriptorLimit()).toBe(limitOfShell())
})
