import { existsSync, readdirSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { Server } from '../../src/index.ts'
import { knowsReusePort, parseWhere, type WhereToListen } from '../../src/options/where-to-listen.ts'
import { temporaryFolder } from '../support/folder.ts'
import { expectRejected } from '../support/invalid.ts'

const noNumbers = ['80', '', true, null, {}, [], [80], 80n]
const noPorts = [...noNumbers, -1, 65_536, 1.5, NaN, Infinity, -Infinity]
const noDescriptors = [...noNumbers, -1, 2 ** 31, 0.5, NaN, Infinity]
const noStrings = [0, true, null, {}, [], ['a'], '']
const noBooleans = [0, 1, 'true', '', null, {}, []]
const inFolder = (name: string) => `${temporaryFolder()}/${name}`

describe('where to listen', () => {
  it.each([null, undefined, true, '80', '/tmp/s', [], [80], 80n, () => 80])('cannot be %o', async (where) => {
    await expectRejected(where, {}, 'where', where)
  })

  it.each([{}, { host: '127.0.0.1' }, { prot: 80 }, { port: 0, path: '/tmp/s' }, { port: 0, fd: 3 }])(
    'cannot be %o, which has not exactly one of port, path and fd',
    async (where) => {
      await expectRejected(where, {}, 'where', where)
    },
  )

  it.each(noPorts.filter((port) => typeof port === 'number'))('cannot be the number %o', async (port) => {
    await expectRejected(port, {}, 'where.port', port)
  })

  it.each(noPorts)('cannot be the port %o', async (port) => {
    await expectRejected({ port, host: '127.0.0.1' }, {}, 'where.port', port)
  })

  it.each(noStrings)('cannot be the host %o', async (host) => {
    await expectRejected({ port: 0, host }, {}, 'where.host', host)
  })

  it.each(noBooleans)('cannot have ipv6Only or reusePort %o', async (value) => {
    await expectRejected({ port: 0, host: '::1', ipv6Only: value }, {}, 'where.ipv6Only', value)
    await expectRejected({ port: 0, host: '::1', reusePort: value }, {}, 'where.reusePort', value)
  })

  it.each([...noStrings, '\0', 'a\0b', 'a\0', '\0a\0b'])('cannot be the path %o', async (path) => {
    await expectRejected({ path }, {}, 'where.path', path)
  })

  it('cannot be a path of more than 107 bytes, which Node may cut off', async () => {
    const folder = temporaryFolder()
    for (const letter of ['x', 'ü']) {
      const path = `${folder}/${letter}`.padEnd(108, letter)
      await expectRejected({ path }, {}, 'where.path', path)
    }
    expect(readdirSync(folder)).toEqual([])
  })

  it('cannot be a relative path whose absolute form is longer than that', async () => {
    const path = 'x'.repeat(107)
    await expect(Server.createSock({ path }, async () => {})).rejects.toMatchObject({
      name: 'RangeError',
      code: 'ERR_OUT_OF_RANGE',
      message: expect.stringMatching(
        /^where\.path .* 107 bytes long when it is made absolute, but 'x.*' is '\/.*x/,
      ),
    })
    expect(existsSync(path)).toBe(false)
  })

  it.each(noBooleans)('cannot have readableAll or writableAll %o', async (value) => {
    const path = inFolder('s')
    await expectRejected({ path, readableAll: value }, {}, 'where.readableAll', value)
    await expectRejected({ path, writableAll: value }, {}, 'where.writableAll', value)
    expect(existsSync(path)).toBe(false)
  })

  it('cannot have them where there is no file', async () => {
    for (const name of ['readableAll', 'writableAll']) {
      await expectRejected({ path: '\0abstract', [name]: true }, {}, `where.${name}`, true)
      await expectRejected({ port: 0, [name]: true }, {}, `where.${name}`, true)
      await expectRejected({ fd: 3, [name]: true }, {}, `where.${name}`, true)
    }
  })

  it.each([...noStrings, 'a\0', '\0', 'a/b', 'a b', '.', '..', '../..', 'x'.repeat(16), 'ü'.repeat(8)])(
    'cannot be the interface %j',
    async (name) => {
      await expectRejected({ port: 0, interface: name }, {}, 'where.interface', name)
    },
  )

  it('cannot be an interface without a port', async () => {
    await expectRejected({ path: inFolder('s'), interface: 'lo' }, {}, 'where.interface', 'lo')
    await expectRejected({ fd: 3, interface: 'lo' }, {}, 'where.interface', 'lo')
  })

  it.each(noDescriptors)('cannot be the descriptor %o', async (fd) => {
    await expectRejected({ fd }, {}, 'where.fd', fd)
  })

  it.each([
    { where: () => ({ port: 0, hots: '127.0.0.1' }), name: 'where.hots', value: '127.0.0.1' },
    { where: () => ({ path: inFolder('s'), host: '127.0.0.1' }), name: 'where.host', value: '127.0.0.1' },
    { where: () => ({ path: inFolder('s'), mode: 0o700 }), name: 'where.mode', value: 0o700 },
    { where: () => ({ fd: 3, host: 'x' }), name: 'where.host', value: 'x' },
  ])('cannot have an unknown key: $name', async ({ where, name, value }) => {
    await expectRejected(where(), {}, name, value)
  })
})

describe('parseWhere', () => {
  const onlyOwner = { readableAll: false, writableAll: false }
  const port = { kind: 'port', ipv6Only: false, reusePort: false }

  it.each<{ where: WhereToListen; target: object }>([
    { where: 0, target: { ...port, port: 0 } },
    { where: 65_535, target: { ...port, port: 65_535 } },
    { where: { port: 7000 }, target: { ...port, port: 7000 } },
    { where: { port: 7000, host: 'localhost' }, target: { ...port, port: 7000, host: 'localhost' } },
    {
      where: { port: 0, host: '::', ipv6Only: true },
      target: { ...port, port: 0, host: '::', ipv6Only: true },
    },
    { where: { path: '/run/s' }, target: { kind: 'path', path: '/run/s', ...onlyOwner } },
    { where: { path: '\0abstract' }, target: { kind: 'path', path: '\0abstract', ...onlyOwner } },
    {
      where: { path: `/${'x'.repeat(106)}` },
      target: { kind: 'path', path: `/${'x'.repeat(106)}`, ...onlyOwner },
    },
    { where: { path: 's' }, target: { kind: 'path', path: `${process.cwd()}/s`, ...onlyOwner } },
    { where: { path: './a/../s' }, target: { kind: 'path', path: `${process.cwd()}/s`, ...onlyOwner } },
    {
      where: { path: '/run/s', writableAll: true },
      target: { kind: 'path', path: '/run/s', readableAll: false, writableAll: true },
    },
    { where: { port: 7000, interface: 'eth1' }, target: { ...port, port: 7000, interface: 'eth1' } },
    { where: { fd: 0 }, target: { kind: 'fd', fd: 0 } },
  ])('gives $where one form', ({ where, target }) => {
    expect(parseWhere(where)).toEqual(target)
  })

  describe('reusePort', () => {
    const { version, versions, platform } = process
    const as = (changed: { node?: string; platform?: string }) => {
      Object.defineProperty(process, 'versions', { value: { ...versions, node: changed.node ?? '24.0.0' } })
      Object.defineProperty(process, 'platform', { value: changed.platform ?? 'linux' })
    }

    afterEach(() => {
      Object.defineProperty(process, 'versions', { value: versions })
      Object.defineProperty(process, 'platform', { value: platform })
    })

    it.each([
      { node: '20.19.0', platform: 'linux' },
      { node: '22.11.0', platform: 'linux' },
      { node: '24.1.0', platform: 'darwin' },
      { node: '24.1.0', platform: 'win32' },
    ])('is refused on Node $node on $platform', (changed) => {
      as(changed)
      const where = { port: 0, reusePort: true }
      const named = `where.reusePort: true needs Node 22.12 or newer (or 23.1) on a system that shares out clients, but this is Node ${changed.node} on ${changed.platform}`
      const error = { name: 'RangeError', code: 'ERR_OUT_OF_RANGE', message: named }
      expect(() => parseWhere(where)).toThrow(expect.objectContaining(error))
      expect(parseWhere({ port: 0, reusePort: false })).toEqual({ ...port, port: 0 })
    })

    it('is taken where Node and the system know it', () => {
      as({})
      expect(parseWhere({ port: 0, reusePort: true })).toEqual({ ...port, port: 0, reusePort: true })
    })

    it.each(['22.12.0', '22.13.1', '23.1.0', '24.0.0', '30.0.0'])('is known to Node %s', (node) => {
      expect(knowsReusePort(node)).toBe(true)
    })

    it.each(['20.20.2', '21.9.0', '22.11.0', '23.0.0'])('is not known to Node %s', (node) => {
      expect(knowsReusePort(node)).toBe(false)
    })

    it('is refused or does what it says on this Node', async () => {
      const known = knowsReusePort(version.slice(1))
      const where = { port: 0, host: '127.0.0.1', reusePort: true }
      const options = { pauseStrategy: 'rebind' } as const
      const first = Server.createSock(where, async () => {}, options)
      if (!known) return expect(first).rejects.toMatchObject({ code: 'ERR_OUT_OF_RANGE' })
      const { listeningOn } = await first
      const second = await Server.createSock({ ...where, port: listeningOn }, async () => {}, options)
      expect(second.listeningOn).toBe(listeningOn)
      await Promise.all([second.close(), (await first).close()])
    })
  })

  it('takes undefined for what is not there', () => {
    expect(parseWhere({ path: '/run/s', port: undefined } as never)).toEqual({
      kind: 'path',
      path: '/run/s',
      ...onlyOwner,
    })
    expect(parseWhere({ port: 1, host: undefined, path: undefined } as never)).toEqual({ ...port, port: 1 })
  })
})
