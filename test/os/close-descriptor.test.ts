import { closeSync, openSync } from 'node:fs'
import { expect, it } from 'vitest'
import { closeDescriptor } from '../../src/os/close-descriptor.ts'
import { nameOf } from '../support/descriptors.ts'

it('a descriptor is closed, and an error of close(2) is ignored', () => {
  const fd = openSync('/dev/null', 'r')
  closeDescriptor(fd)
  expect(nameOf(fd)).toBeUndefined()
  expect(() => closeSync(fd)).toThrow('EBADF')
  closeDescriptor(fd)
  closeDescriptor(-1)
})
