import type { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import {
  type Address,
  boundAddress,
  formatAddress,
  localAddress,
  remoteAddress,
} from '../../src/common/address.ts'

const onIPv4: Address = { family: 'IPv4', address: '0.0.0.0', port: 80 }
const onIPv6: Address = { family: 'IPv6', address: '::', port: 80 }
const onPath: Address = { family: 'unix', path: '/run/s' }

const socket = {
  remoteFamily: 'IPv6',
  remoteAddress: '::1',
  remotePort: 4000,
  localFamily: 'IPv4',
  localAddress: '127.0.0.1',
  localPort: 80,
} as Socket
/** What Node makes of a socket whose peer has gone. */
const gone = {} as Socket

describe('boundAddress', () => {
  it('keeps what a bound TCP socket says of itself', () => {
    expect(boundAddress({ family: 'IPv4', address: '127.0.0.1', port: 1 })).toEqual({
      family: 'IPv4',
      address: '127.0.0.1',
      port: 1,
    })
    expect(boundAddress({ family: 'IPv6', address: '::1', port: 1 }).family).toBe('IPv6')
  })

  it('takes a string for the path of a unix socket, and nothing for one that is not known', () => {
    expect(boundAddress('/run/s')).toEqual(onPath)
    expect(boundAddress(null)).toEqual({ family: 'unix', path: '' })
  })
})

describe('the address of a peer', () => {
  it('is where its end of the connection is', () => {
    expect(remoteAddress(socket, onIPv6)).toEqual({ family: 'IPv6', address: '::1', port: 4000 })
  })

  it('has its own family, also on a server for both', () => {
    const mapped = { ...socket, remoteFamily: 'IPv4', remoteAddress: '127.0.0.1' } as Socket
    expect(remoteAddress(mapped, onIPv6).family).toBe('IPv4')
  })

  it('is empty, in the family of the server, if the peer has gone', () => {
    expect(remoteAddress(gone, onIPv4)).toEqual({ family: 'IPv4', address: '', port: 0 })
    expect(remoteAddress(gone, onIPv6)).toEqual({ family: 'IPv6', address: '', port: 0 })
  })

  it('is that of the server on a unix socket', () => {
    expect(remoteAddress(gone, onPath)).toEqual(onPath)
  })
})

describe('the address of the server as a client sees it', () => {
  it('is where the near end of the connection is', () => {
    expect(localAddress(socket, onIPv4)).toEqual({ family: 'IPv4', address: '127.0.0.1', port: 80 })
    expect(localAddress(gone, onIPv4)).toEqual({ family: 'IPv4', address: '', port: 0 })
    expect(localAddress(gone, onPath)).toEqual(onPath)
  })
})

describe('formatAddress', () => {
  it('writes an address as people do', () => {
    expect(formatAddress(onIPv4)).toBe('0.0.0.0:80')
    expect(formatAddress(onIPv6)).toBe('[::]:80')
    expect(formatAddress(onPath)).toBe('/run/s')
  })
})
