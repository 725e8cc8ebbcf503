// A real Chromium for the tests of the explorer: the one of this machine, driven by playwright-core.
import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'
import { after } from 'node:test'
import axe from 'axe-core'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

/** $MITRA_TEST_CHROMIUM, else one of the PATH; where there is none, why tests are skipped. In CI a missing one is a failure. */
export function findChromium(): { path: string; skip?: undefined } | { skip: string } {
  const given = process.env['MITRA_TEST_CHROMIUM']
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
  const folders = (process.env['PATH'] ?? '').split(':')
  const candidates = given ? [given] : folders.flatMap((folder) => names.map((name) => join(folder, name)))
  const path = candidates.find(isProgram)
  if (path !== undefined) return { path }
  const skip = 'no Chromium: install the package `chromium`, or name one by MITRA_TEST_CHROMIUM'
  if (process.env['CI']) throw new Error(skip)
  return { skip }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

export async function launch(path: string): Promise<Browser> {
  // a container has no sandbox of its own to nest, and a small /dev/shm
  const browser = await chromium.launch({ executablePath: path, args: ['--no-sandbox', '--disable-dev-shm-usage'] })
  after(() => browser.close())
  return browser
}

export interface Visit extends AsyncDisposable {
  page: Page
  /** What went wrong so far: messages of the console, failures, requests to elsewhere. */
  problems: string[]
}

/** A page of its own that notes whatever a page should not do. */
export async function visit(browser: Browser, origin: string, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, baseURL: origin, ...options })
  const page = await context.newPage()
  const problems: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) problems.push(`console: ${message.text()}`)
  })
  page.on('pageerror', (error) => problems.push(`error: ${error.message}`))
  page.on('dialog', (dialog) => {
    problems.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('request', (request) => {
    if (!request.url().startsWith(origin)) problems.push(`asks elsewhere: ${request.url()}`)
  })
  return { page, problems, [Symbol.asyncDispose]: () => context.close() }
}

/** Waits until a page has drawn its charts, where there are some. */
export async function settled(page: Page): Promise<void> {
  await page.locator('[data-charts]:not([data-drawn])').waitFor({ state: 'detached' })
}

/** What axe-core has against a page, a line each. Colours alone where only these can have changed. */
export async function violations(page: Page, what: 'all' | 'colours' = 'all'): Promise<string[]> {
  await page.evaluate(axe.source)
  return page.evaluate(async (only) => {
    const run = (globalThis as unknown as { axe: { run: typeof axe.run } }).axe.run
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
    const runOnly =
      only === 'all' ? { type: 'tag' as const, values: tags } : { type: 'rule' as const, values: ['color-contrast'] }
    const { violations: found } = await run({ runOnly })
    return found.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.html.slice(0, 160)} ${node.any[0]?.message ?? ''}`),
    )
  }, what)
}
