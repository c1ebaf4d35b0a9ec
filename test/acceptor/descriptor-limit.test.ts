import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { beforeEach, expect, it, vi } from 'vitest'
import { softDescriptorLimit } from '../../src/acceptor/descriptor-limit.ts'

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

it('is known without /proc, too', () => {
  limitsFile.mockImplementation(() => {
    throw new Error('no such file')
  })
  expect(softDescriptorLimit()).toBe(limitOfShell())
})
