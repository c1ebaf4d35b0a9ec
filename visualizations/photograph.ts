// `npm run photograph`: takes visualizations/inspector.png, of the inspector's page in a real
// browser with a server that is busy.
import { writeFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { setTimeout as after } from 'node:timers/promises'
import { chromium } from 'playwright-core'
import { Server } from '../src/index.ts'
import { createInspector } from '../src/inspector/index.ts'
import { echo } from './live/echo.ts'

const FILE = 'visualizations/inspector.png'
const LIMIT = 40
const SECONDS = 45
const TICK = 60

const inspector = await createInspector({ control: true, showPayloads: true })
const server = await Server.createSock({ port: 0, host: '127.0.0.1' }, echo, {
  maxConnections: LIMIT,
  onHandlerError: 'ignore',
  inspect: inspector.inspect,
})
const clients: Socket[] = []

function come(): void {
  const client = connect({ port: server.listeningOn, host: '127.0.0.1' })
  client.on('error', () => {}).resume()
  client.write('x'.repeat(Math.random() * 20_000))
  clients.push(client)
}

function go(): void {
  const [client] = clients.splice(Math.random() * clients.length, 1)
  if (Math.random() < 0.04) client?.end('fail')
  else client?.end()
}

/** More in the middle of a wave than between two. */
function live(tick: number): void {
  const wanted = (LIMIT + 4) * (0.55 + 0.45 * Math.sin((tick * TICK) / 3_000))
  if (clients.length < wanted) come()
  else go()
  if (Math.random() < 0.5) go()
  if (Math.random() < 0.5) come()
}

const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--headless=new', '--no-sandbox', '--disable-gpu'],
})
const page = await browser.newPage({ viewport: { width: 1280, height: 1000 }, colorScheme: 'light' })
await page.goto(inspector.url)
for (let tick = 0; tick * TICK < SECONDS * 1_000; tick++) {
  live(tick)
  server.setDropIncomingConnections(Math.floor((tick * TICK) / 5_000) === 4)
  await after(TICK)
}
while (server.numConnections < LIMIT) {
  come()
  await after(TICK)
}
await after(1_000)
const picture = await page.screenshot({ fullPage: true, animations: 'disabled' })
await writeFile(FILE, picture)
console.log(`${FILE}: ${picture.length} bytes`)
await browser.close()
for (const client of clients) client.destroy()
await server.drain({ timeout: 1_000 })
await inspector.close()
