import { once } from 'node:events'
import { createServer } from 'node:http'
import {
  type AddressInfo,
  connect,
  createServer as createTcpServer,
  type Socket,
  type Server as TcpServer,
} from 'node:net'
import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type * as Library from '../../../src/index.ts'
import type * as Inspecting from '../../../src/inspector/index.ts'
import type { InspectorOptions } from '../../../src/inspector/index.ts'
import { softDescriptorLimit } from '../../../src/os/descriptor-limit.ts'
import { BrowserPage, isBrowserMissing } from '../../support/browser.ts'
import { connected, connectTo } from '../../support/client.ts'
import { Fixture, packageEntry } from '../../support/package.ts'
import { ManualHandler } from '../../support/serve.ts'

// The page's modules are those of the package: a browser takes no TypeScript.
const entry = isBrowserMissing ? '' : packageEntry()
/** Ten thousand sockets, and some for everything else. In CI this has to be so. */
const isLimitLow = softDescriptorLimit() < 12_000 && !process.env['CI']
if (isLimitLow)
  process.stderr.write('ulimit -n is below 12,000: the test with 10,000 connections is skipped\n')
let library: typeof Library
let inspecting: typeof Inspecting
beforeAll(async () => {
  if (isBrowserMissing) return
  library = await import(pathToFileURL(entry).href)
  inspecting = await import(pathToFileURL(`${dirname(entry)}/inspector/index.js`).href)
})

const endings: (() => Promise<unknown>)[] = []
afterEach(async () => {
  await Promise.all(endings.splice(0).map((end) => end()))
})

async function start(options: InspectorOptions & { maxConnections?: number } = {}) {
  const { maxConnections = 50_000, ...inspectorOptions } = options
  const inspector = await inspecting.createInspector(inspectorOptions)
  const handler = new ManualHandler()
  const server = await library.Server.createSock({ port: 0, host: '127.0.0.1' }, handler.handle, {
    maxConnections,
    inspect: inspector.inspect,
    onHandlerError: 'ignore',
  })
  endings.push(async () => {
    handler.settleAll()
    await server.drain({ timeout: 0 })
    await inspector.close()
  })
  return { inspector, handler, server: server as never as Library.Server<{ port: number }> }
}

async function look(url: string, options = {}) {
  const made = await BrowserPage.open(url, options)
  const { page } = made
  await page.waitForSelector('#stream[data-status=live]')
  const rows = page.locator('#connections .row:visible')
  const lit = () =>
    page.evaluate(() =>
      Array.from(
        document.querySelectorAll<SVGElement>('#listener-chart .is-active'),
        (group) => group.dataset['state'],
      ),
    )
  const isLit = (state: string) =>
    page.waitForFunction(
      (state) =>
        Array.from(document.querySelectorAll<SVGElement>('#listener-chart .is-active')).some(
          (group) => group.dataset['state'] === state || state.startsWith(`${group.dataset['state']}.`),
        ) && document.getElementById('state')?.textContent === state,
      state,
    )
  return { ...made, page, rows, lit, isLit }
}

/** What lies between a browser and an inspector, and can be cut. */
class Line {
  readonly #server: TcpServer
  readonly #sockets = new Set<Socket>()
  #isCut = false

  static async to(port: number): Promise<Line> {
    const line = new Line(port)
    await once(line.#server.listen(0, '127.0.0.1'), 'listening')
    return line
  }

  private constructor(port: number) {
    this.#server = createTcpServer((socket) => {
      if (this.#isCut) return void socket.destroy()
      this.#sockets.add(socket)
      const there = connect({ port, host: '127.0.0.1' })
      for (const end of [socket, there]) end.on('error', () => {}).on('close', () => socket.destroy())
      socket.on('close', () => there.destroy())
      socket.pipe(there).pipe(socket)
    })
    onTestFinished(() => {
      this.isCut = true
      this.#server.close()
    })
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  set isCut(isCut: boolean) {
    this.#isCut = isCut
    if (isCut) for (const socket of this.#sockets) socket.destroy()
  }
}

describe.skipIf(isBrowserMissing)('in a browser, the page', () => {
  test('shows a client within a second, and its end', async () => {
    const { inspector, server, handler } = await start()
    const { page, complaints } = await look(inspector.url)
    await page.getByText('Nobody is connected.').waitFor()
    const client = await connectTo(server).connected
    const address = `127.0.0.1:${client.localPort}`
    await page.getByText(address).waitFor({ timeout: 1_000 })
    await page.waitForFunction(() => document.querySelector('#numbers .value')?.textContent === '1 / 50,000')
    client.destroy()
    await handler.run(0)
    handler.settleAll()
    await page.getByText(address).waitFor({ state: 'hidden' })
    expect(complaints).toEqual([])
  })

  test('shows how many clients wait, in the colour of a busy server', async () => {
    const { inspector, server } = await start()
    const { page, complaints } = await look(inspector.url)
    const shown = page.locator('#numbers .wide .rate')
    await page.getByText('0 waiting', { exact: true }).waitFor()
    expect(await shown.getAttribute('data-tone')).toBe('calm')
    server.pause()
    await connected(3, server.listeningOnAddress)
    await page.getByText('3 waiting', { exact: true }).waitFor()
    expect(await shown.getAttribute('data-tone')).toBe('busy')
    void server.resume()
    await page.getByText('0 waiting', { exact: true }).waitFor()
    expect(complaints).toEqual([])
  })

  test('lights the state up on pause, drop and close', async () => {
    const { inspector, server } = await start()
    const { isLit, lit, complaints } = await look(inspector.url)
    await isLit('listening')
    server.pause()
    await isLit('accept-paused.waiting')
    server.setDropIncomingConnections(true)
    await isLit('dropping.open')
    server.setDropIncomingConnections(false)
    await isLit('accept-paused.waiting')
    void server.resume()
    await isLit('listening')
    await server.close()
    await isLit('closed.drained')
    expect((await lit()).length).toBe(1)
    expect(complaints).toEqual([])
  })

  test('marks the transition that was taken last, also one that followed without an event', async () => {
    const { inspector, server } = await start()
    const { page } = await BrowserPage.open()
    await page.goto(inspector.url)
    const isMarked = (source: string, target: string, event: string) =>
      page.waitForFunction(
        ([source, target, event]) => {
          const marked = [...document.querySelectorAll<SVGGElement>('#listener-chart .is-last')]
          // A line, a label and a line, all of one edge.
          return (
            marked.length === 3 &&
            new Set(marked.map(({ dataset }) => dataset['edge'])).size === 1 &&
            marked[0]?.dataset['source'] === source &&
            marked[0]?.dataset['target'] === target &&
            marked[0]?.dataset['events']?.split(' ').includes(event ?? '')
          )
        },
        [source, target, event],
      )
    await page.waitForSelector('#stream[data-status=live]')
    server.setDropIncomingConnections(true)
    await isMarked('listening', 'dropping.open', 'drop.start')
    await page.getByText('drop.start listening → dropping.open').waitFor()
    server.setDropIncomingConnections(false)
    await isMarked('dropping.open', 'listening', 'drop.stop')
    server.pause()
    await isMarked('listening', 'accept-paused', 'always')
  })

  test('has no buttons that command without control', async () => {
    const { inspector, server } = await start()
    const { page, rows } = await look(inspector.url)
    await connectTo(server).connected
    await rows.first().click()
    await page.locator('#opened[open]').waitFor()
    for (const name of ['Pause', 'Resume', 'Drop', 'Set', 'Drain', 'Close', 'Destroy this connection']) {
      const buttons = page.getByRole('button', { name, exact: true })
      expect(await buttons.count(), name).toBe(0)
    }
  })

  test('commands with control', async () => {
    const { inspector, server, handler } = await start({ control: true, maxConnections: 5 })
    const { page, rows, isLit, complaints } = await look(inspector.url)
    const click = (name: string) =>
      page.locator('#controls').getByRole('button', { name, exact: true }).click()
    await click('Pause')
    await isLit('accept-paused.waiting')
    await click('Resume')
    await isLit('listening')
    await click('Drop')
    await isLit('dropping.open')
    await click('Drop')
    await isLit('listening')

    const limit = page.getByLabel('Maximum number of connections')
    const trouble = page.locator('#trouble')
    const before = server.maxConnections
    for (const wrong of ['0', '']) {
      await limit.fill(wrong)
      await click('Set')
      expect(await limit.evaluate((input: HTMLInputElement) => input.validity.valid)).toBe(false)
    }
    expect(server.maxConnections).toBe(before)
    await limit.fill('9007199254740992')
    await click('Set')
    await trouble.getByText('maxConnections must be an integer').waitFor()
    await limit.fill('7')
    await click('Set')
    await page.waitForFunction(() => document.querySelector('#numbers .value')?.textContent === '0 / 7')
    expect(server.maxConnections).toBe(7)
    await trouble.waitFor({ state: 'hidden' })

    const client = await connectTo(server).connected
    await handler.run(0)
    await rows.first().click()
    await page.getByRole('button', { name: 'Destroy this connection' }).click()
    await client.closed
    await page.locator('#opened-state', { hasText: 'abandoned' }).waitFor()
    await page.keyboard.press('Escape')

    await click('Close')
    await page.locator('#confirm').getByRole('button', { name: 'Cancel' }).click()
    expect(server.state).toBe('listening')
    await click('Close')
    await page.locator('#confirm').getByRole('button', { name: 'Close' }).click()
    await isLit('closed.settling')
    await click('Drain')
    await page.locator('#confirm').getByRole('button', { name: 'Drain' }).click()
    handler.settleAll()
    await isLit('closed.drained')
    // The browser itself tells of the one that was refused.
    expect(complaints).toEqual([expect.stringContaining('400 (Bad Request)')])
  })

  test('opens one connection with its own chart and events, and shows its end', async () => {
    const { inspector, server, handler } = await start({ showPayloads: true })
    const { page, rows } = await look(inspector.url)
    await connectTo(server).connected
    const { fail } = await handler.run(0)
    await rows.first().click()
    await page.locator('#opened-title', { hasText: 'Connection #1' }).waitFor()
    await page.locator('#connection-chart .is-active[data-state="serving.open"]').waitFor()
    fail(new RangeError('it failed'))
    await page.locator('#opened-state', { hasText: 'closed' }).waitFor()
    await page.locator('#connection-chart .is-active[data-state=closed]').waitFor()
    const events = await page.locator('#opened-history li').allInnerTexts()
    expect(events[0]).toContain('→ closed')
    expect(events.at(-1)).toContain('xstate.init')
    expect(events.filter((text) => text.includes('RangeError: it failed')).length).toBe(1)
  })

  test('can be used by keyboard alone', async () => {
    const { inspector, server } = await start()
    const { page, rows } = await look(inspector.url)
    await connected(3, server.listeningOnAddress)
    await rows.nth(2).waitFor()
    await page.locator('#connections .scroller').focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.locator('#opened-title', { hasText: 'Connection #2' }).waitFor()
    await page.keyboard.press('Escape')
    await page.locator('#opened').waitFor({ state: 'hidden' })
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('scroller')
  })

  test('shows hostile text as text', async () => {
    const { inspector, server, handler } = await start({ showPayloads: true })
    const { page, rows, complaints } = await look(inspector.url)
    const hostile = `</script><img src=x onerror="document.title='taken'"><b>bold</b>\u2028\n\ndata: {}`
    await connectTo(server).connected
    const run = await handler.run(0)
    await rows.first().click()
    await page.locator('#opened[open]').waitFor()
    run.fail(Object.assign(new Error(hostile), { name: '<i>hostile</i>' }))
    await page.locator('#opened-history').getByText('<i>hostile</i>').first().waitFor()
    await page.locator('#log').getByText('onerror=').first().waitFor()
    expect(await page.locator('#log img, #log b, #log i, #opened img, #opened b, #opened i').count()).toBe(0)
    expect(await page.title()).not.toBe('taken')
    expect(complaints).toEqual([])
  })

  test('keeps a stream of events readable: it is paused, and filtered', async () => {
    const { inspector, server } = await start()
    const { page } = await look(inspector.url)
    const lines = page.locator('#log .row:visible')
    await lines.first().waitFor()
    await page.locator('#log-pause').click()
    const before = await lines.count()
    server.maxConnections = 7
    server.pause()
    await page.getByText('frozen, 2 new').waitFor()
    expect(await lines.count()).toBe(before)
    await page.locator('#log-pause').click()
    await page.locator('#log').getByText('maxConnections: 7').waitFor()
    await page.getByLabel('Filter events').fill('PAUSE waiting')
    await page.waitForFunction(() => document.querySelectorAll('#log .row:not([hidden])').length === 1)
    expect(await lines.first().textContent()).toContain('→ accept-paused.waiting')
    await page.getByLabel('Filter events').fill('nothing like it')
    await page.getByText('No event is like that.').waitFor()
  })

  test('shows several servers, one at a time', async () => {
    const { inspector, server } = await start()
    const other = await library.Server.create({ port: 0, host: '127.0.0.1' }, async () => {}, {
      inspect: inspector.inspect,
    })
    endings.push(() => other.drain())
    other.pause()
    const { page, isLit } = await look(inspector.url)
    await isLit('listening')
    await page.getByRole('button', { name: `127.0.0.1:${other.listeningOn}` }).click()
    await isLit('accept-paused.waiting')
    await page.getByRole('button', { name: `127.0.0.1:${server.listeningOn}` }).click()
    await isLit('listening')
  })

  test('says when its stream is broken, and finds its way back', async () => {
    const { inspector, server } = await start()
    const line = await Line.to(Number(new URL(inspector.url).port))
    const url = new URL(inspector.url)
    url.port = String(line.port)
    const { page, isLit } = await look(url.href)
    await isLit('listening')
    line.isCut = true
    await page.waitForSelector('#stream[data-status=connecting]')
    server.pause()
    line.isCut = false
    await page.waitForSelector('#stream[data-status=live]')
    await isLit('accept-paused.waiting')
    await inspector.close()
    await page.waitForSelector('#stream:not([data-status=live])')
  })

  test.skipIf(isLimitLow)('stays usable with 10,000 connections', { timeout: 120_000 }, async () => {
    const { inspector, server, handler } = await start()
    const { page, rows, isLit, complaints } = await look(inspector.url)
    const clients = new Fixture(entry, 'clients.mjs', [String(server.listeningOn), '10000'])
    expect(await clients.next()).toBe('connected')
    await handler.run(9_999)
    await page.waitForFunction(() => document.getElementById('connections-count')?.textContent === '10,000')
    // What is not in sight is not drawn.
    expect(await rows.count()).toBeLessThan(60)
    const { connection } = await handler.run(7_777)
    const { address, port } = connection.address as { address: string; port: number }
    await page.getByLabel('Search connections').fill(`${address}:${port}`)
    await page.getByText('1 of 10,000').waitFor({ timeout: 1_000 })
    await rows.first().click()
    await page
      .locator('#opened-title', { hasText: `Connection #${connection.id}` })
      .waitFor({ timeout: 1_000 })
    await page.keyboard.press('Escape')
    await page.getByLabel('Search connections').fill('')
    await page.locator('#connections .scroller').focus()
    await page.keyboard.press('End')
    await page.locator('#connections .row', { hasText: '#10000' }).waitFor({ timeout: 1_000 })
    await page.locator('#connections').getByRole('button', { name: 'age' }).click()
    server.pause()
    await isLit('accept-paused.waiting')
    // How long the page takes for a frame while all of them send.
    for (const { socket } of handler.runs) socket.resume()
    const slowest = await page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          let slowest = 0
          let last = performance.now()
          let left = 60
          const frame = () => {
            const now = performance.now()
            slowest = Math.max(slowest, now - last)
            last = now
            if (--left > 0) requestAnimationFrame(frame)
            else resolve(slowest)
          }
          requestAnimationFrame(frame)
        }),
    )
    expect(slowest).toBeLessThan(1_000)
    expect(complaints).toEqual([])
  })

  test('asks nobody but the inspector, and needs no network', async () => {
    const { inspector, server } = await start({ control: true })
    const made = await BrowserPage.open()
    const { page, requests, complaints } = made
    const outside: string[] = []
    await page.context().route(
      (url) => url.host !== new URL(inspector.url).host,
      (route) => {
        outside.push(route.request().url())
        return route.abort('internetdisconnected')
      },
    )
    await page.goto(inspector.url)
    await page.waitForSelector('#stream[data-status=live]')
    await connectTo(server).connected
    await page.locator('#connections .row:visible').first().click()
    await page.locator('#opened[open]').waitFor()
    expect(outside).toEqual([])
    const others = requests.filter((url) => !url.startsWith(inspector.url) && !url.startsWith('data:'))
    expect(others).toEqual([])
    expect(requests.length).toBeGreaterThan(15)
    expect(complaints).toEqual([])
  })

  test('is refused with a wrong token, and under a foreign name', async () => {
    const { inspector } = await start()
    const { page } = await BrowserPage.open()
    const wrong = inspector.url.replace(/\/[\w-]{32}\//, `/${'x'.repeat(32)}/`)
    expect((await page.goto(wrong))?.status()).toBe(403)
    const { port, pathname } = new URL(inspector.url)
    expect((await page.goto(`http://localhost:${port}${pathname}`))?.status()).toBe(200)
    // Chromium resolves all of .localhost to loopback, as a rebinding name server would resolve its
    // names.
    expect((await page.goto(`http://evil.localhost:${port}${pathname}`))?.status()).toBe(403)
  })

  test('of another origin can neither read nor command, though it has the URL', async () => {
    const { inspector, server } = await start({ control: true })
    const foreign = createServer((_request, response) => response.end('<title>foreign</title>'))
    foreign.listen(0, '127.0.0.1')
    await once(foreign, 'listening')
    onTestFinished(() => {
      foreign.closeAllConnections()
      foreign.close()
    })
    const { page } = await BrowserPage.open(`http://127.0.0.1:${(foreign.address() as AddressInfo).port}/`)
    const seen = await page.evaluate(async (url) => {
      const attempt = async (ask: () => Promise<unknown>) => {
        try {
          return await ask()
        } catch {
          return 'refused'
        }
      }
      const body = JSON.stringify({ server: 1, command: 'pause' })
      return {
        read: await attempt(async () => (await fetch(`${url}events`)).status),
        json: await attempt(async () =>
          fetch(`${url}control`, { method: 'POST', body, headers: { 'content-type': 'application/json' } }),
        ),
        opaque: await attempt(
          async () => (await fetch(`${url}control`, { method: 'POST', body, mode: 'no-cors' })).type,
        ),
        stream: await attempt(
          () =>
            new Promise((resolve, reject) => {
              const source = new EventSource(`${url}events`)
              source.addEventListener('hello', () => resolve('heard'))
              source.addEventListener('error', reject)
            }),
        ),
        socket: await attempt(
          () =>
            new Promise((resolve, reject) => {
              const socket = new WebSocket(`${url.replace('http', 'ws')}stately`)
              socket.addEventListener('open', () => resolve('open'))
              socket.addEventListener('error', reject)
            }),
        ),
        frame: await attempt(
          () =>
            new Promise((resolve) => {
              const frame = document.createElement('iframe')
              frame.src = url
              frame.addEventListener('load', () =>
                resolve(frame.contentDocument === null ? 'refused' : 'read'),
              )
              document.body.append(frame)
            }),
        ),
      }
    }, inspector.url)
    expect(seen).toEqual({
      read: 'refused',
      json: 'refused',
      opaque: 'refused',
      stream: 'refused',
      socket: 'refused',
      frame: 'refused',
    })
    expect(server.state).toBe('listening')
  })

  test.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 400],
    ['dark', 400],
  ] as const)('fits: %s, %i pixels', async (colorScheme, width) => {
    const { inspector, server } = await start({ control: true, maxConnections: 20 })
    const { page, rows } = await look(inspector.url, { colorScheme, viewport: { width, height: 800 } })
    await connected(20, server.listeningOnAddress)
    await page.getByText('20 / 20').waitFor()
    const overflow = () =>
      page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    expect(await overflow()).toBe(0)
    await rows.first().click()
    await page.locator('#opened[open]').waitFor()
    expect(await overflow()).toBe(0)
    expect(await page.locator('#opened').evaluate((dialog) => dialog.scrollWidth - dialog.clientWidth)).toBe(
      0,
    )
    const [background = 0] = await page.evaluate(() =>
      (getComputedStyle(document.documentElement).backgroundColor.match(/[\d.]+/g) ?? []).map(Number),
    )
    expect(background > 128).toBe(colorScheme === 'light')
  })

  test('shows the part of the chart where the server is, however narrow it is', async () => {
    const { inspector, server } = await start()
    server.setDropIncomingConnections(true)
    const { page } = await look(inspector.url, { viewport: { width: 400, height: 800 } })
    const active = page.locator('#listener-chart .is-active')
    await active.waitFor()
    const chart = await page.locator('#listener-chart').boundingBox()
    const state = await active.boundingBox()
    if (!chart || !state) throw new Error('The chart is not there.')
    expect(await page.locator('#listener-chart').evaluate((place) => place.scrollLeft)).toBeGreaterThan(0)
    expect(state.x).toBeGreaterThanOrEqual(chart.x)
    expect(state.x + state.width).toBeLessThanOrEqual(chart.x + chart.width)
  })
})
