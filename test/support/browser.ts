// A real browser, for tests of the page. Without one, tests are skipped, and say so; in CI they
// fail.
import { existsSync } from 'node:fs'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach } from 'vitest'

const PATH = process.env['CHROMIUM'] ?? '/usr/bin/chromium'

/** What Chromium does besides what it is asked to would be traffic. */
const ARGUMENTS = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/**
 * Why tests that need a browser are skipped, if they are. In CI they are not: there they fail
 * without one.
 */
export const isBrowserMissing = !existsSync(PATH) && !process.env['CI']
if (isBrowserMissing) {
  process.stderr.write(
    `${PATH} is not there: the tests that need a browser are skipped (apt-get install chromium)\n`,
  )
}

let browser: Browser | undefined
const pages = new Set<Page>()

afterEach(async () => {
  await Promise.all(Array.from(pages, (page) => page.context().close()))
  pages.clear()
})

afterAll(() => browser?.close())

/**
 * A page, on which nothing has gone wrong so far and nothing may: what it logs and asks for is
 * kept.
 */
export class BrowserPage {
  readonly page: Page
  /** What it logged, and exceptions. */
  readonly complaints: string[] = []
  /** The addresses of all that it asked for. */
  readonly requests: string[] = []

  private constructor(page: Page) {
    this.page = page
    page.on('console', (message) => this.complaints.push(message.text()))
    page.on('pageerror', (error) => this.complaints.push(String(error)))
    page.on('request', (request) => this.requests.push(request.url()))
    page.on('websocket', (socket) => this.requests.push(socket.url()))
  }

  static async open(url?: string, options: BrowserContextOptions = {}): Promise<BrowserPage> {
    browser ??= await chromium.launch({ executablePath: PATH, args: ARGUMENTS })
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
    const page = await context.newPage()
    page.setDefaultTimeout(15_000)
    pages.add(page)
    const made = new BrowserPage(page)
    if (url !== undefined) await page.goto(url)
    return made
  }
}
