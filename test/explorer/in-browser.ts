// What every page has to do in a real Chromium, over the fleet of fleet.ts in any store.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { settled, violations, visit } from './chromium.ts'

/** Of every kind one, and more where forms differ. */
export const pages = [
  '/',
  '/search?q=somaxconn',
  '/search?q=a+AND',
  '/search?q=nothing+says+this',
  '/hosts',
  '/host/web2?from=2026-11-15&to=2026-11-21',
  '/file/web1?path=/etc/hosts',
  '/file/web1?path=/etc/hosts&show=changes',
  '/file/web1?path=/etc/hosts&show=changes&form=side',
  '/file/web3?path=/proc/sys&show=changes&form=keys',
  '/diff?host=web1&host2=web2&path=/etc/sysctl.d/60-network.conf',
  '/log?since=7d',
  '/log?from=yesterday&to=yesterday',
  '/values?field=sysctl.vm.swappiness',
  '/drift',
  '/drift?what=/etc/resolv.conf',
  '/drift?of=effective',
  '/compare',
  '/compare?host=db1&at=2026-11-17T14:03:00Z+2026-11-17T14:03:10Z&path=/proc/meminfo&from=2026-11-17&to=2026-11-18',
]

export interface Shown {
  browser: Browser
  /** Of the explorer, without a slash at the end. */
  origin: string
}

/** Declares the tests of all pages. */
export function pagesInBrowser(shown: Shown): void {
  everyPage(shown)
  firstPage(shown)
  forms(shown)
  charts(shown)
}

function everyPage({ browser, origin }: Shown): void {
  describe('every page', () => {
    for (const address of pages)
      test(`${address} is accessible, in the dark and on a phone too, and does nothing wrong`, async () => {
        await using visited = await visit(browser, origin)
        const { page, problems } = visited
        await page.goto(address, { waitUntil: 'load' })
        await settled(page)
        assert.deepEqual(await violations(page), [])
        await page.emulateMedia({ colorScheme: 'dark' })
        assert.deepEqual(await violations(page, 'colours'), [])
        assert.notEqual(
          await page.evaluate('getComputedStyle(document.documentElement).backgroundColor'),
          'rgb(247, 247, 244)',
        )
        await page.setViewportSize({ width: 360, height: 740 })
        await page.waitForTimeout(200)
        assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 360)
        const beyond = `(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.querySelector('.bar nav'))`
        assert.equal(await page.evaluate(beyond), 0, 'all pages are within reach')
        const isQueryProblem = address.includes('a+AND')
        assert.deepEqual(
          problems.filter((problem) => !(isQueryProblem && /400/.test(problem))),
          [],
        )
      })
  })
}

function firstPage({ browser, origin }: Shown): void {
  describe('the first page', () => {
    test('weighs less than 100 kB with all it loads', async () => {
      await using visited = await visit(browser, origin)
      const bodies: Promise<Buffer>[] = []
      visited.page.on('response', (response) => {
        bodies.push(response.body())
      })
      await visited.page.goto('/', { waitUntil: 'networkidle' })
      const bytes = (await Promise.all(bodies)).reduce((sum, body) => sum + body.length, 0)
      assert.ok(bytes > 10_000 && bytes < 100_000, String(bytes))
    })
    test('leads to the answers to "which hosts have somaxconn 128" and "what changed yesterday"', async () => {
      await using visited = await visit(browser, origin)
      const { page } = visited
      await page.goto('/')
      await page.getByRole('link', { name: 'Which hosts have somaxconn 128?' }).click()
      assert.deepEqual(await page.locator('tbody .host').allTextContents(), ['web2', 'web4'])
      await page.goto('/')
      await page.getByRole('link', { name: 'What changed yesterday?' }).click()
      assert.match(await page.locator('.tally').innerText(), /Nothing changed from 2026-11-20 \d\d:00:00/)
    })
  })
}

function forms({ browser, origin }: Shown): void {
  describe('forms', () => {
    test('completion offers fields, then their values, and takes them by keys', async () => {
      await using visited = await visit(browser, origin)
      const { page, problems } = visited
      await page.goto('/search')
      const box = page.getByRole('combobox', { name: 'Query' })
      await box.pressSequentially('labels.ro', { delay: 20 })
      await page.getByRole('option').first().waitFor()
      assert.deepEqual(await violations(page), [])
      await box.press('ArrowDown')
      await box.press('Enter')
      assert.equal(await box.inputValue(), 'labels.role:')
      await page.getByRole('option', { name: /labels\.role:db/ }).click()
      assert.equal(await box.inputValue(), 'labels.role:db')
      await box.press('Enter')
      await page.waitForURL(/q=labels\.role%3Adb/)
      assert.match(await page.locator('.tally').innerText(), /document/)
      assert.deepEqual(problems, [])
    })
    test('a host is named by a part of its name', async () => {
      await using visited = await visit(browser, origin)
      const { page, problems } = visited
      await page.goto('/compare')
      await page.getByRole('combobox', { name: 'host' }).pressSequentially('b2', { delay: 20 })
      await page.getByRole('option', { name: /^web2/ }).click()
      await page.getByRole('button', { name: 'Compare' }).click()
      await page.waitForURL(/host=web2/)
      await settled(page)
      assert.deepEqual(problems, [])
    })
    test('a day asks the state at its end', async () => {
      await using visited = await visit(browser, origin)
      const { page } = visited
      await page.goto('/search?q=sysctl.net.core.somaxconn:128+filename:/proc/sys')
      assert.deepEqual(await page.locator('.found .host').allTextContents(), ['web2', 'web4'])
      assert.equal(await page.locator('.of-day').isVisible(), false)
      await page.getByLabel('When').selectOption('day')
      await page.locator('.of-day').fill('2026-11-15')
      await page.getByRole('button', { name: 'Search' }).click()
      assert.deepEqual(await page.locator('.found .host').allTextContents(), ['web2', 'web3', 'web4'])
    })
    test('keys reach the box, the list and what it leads to', async () => {
      await using visited = await visit(browser, origin)
      const { page } = visited
      await page.goto('/search?q=somaxconn')
      await page.keyboard.press('/')
      assert.equal(await page.evaluate('document.activeElement.name'), 'q')
      await page.keyboard.press('Escape')
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('Enter')
      await page.waitForURL(/\/file\/cache4\?path=%2Fproc%2Fsys/)
    })
    test('the command is copied as it stands', async () => {
      await using visited = await visit(browser, origin, { permissions: ['clipboard-read', 'clipboard-write'] })
      const { page } = visited
      await page.goto('/search?q=%22somaxconn+128%22')
      await page.getByRole('button', { name: 'Copy' }).click()
      assert.equal(await page.evaluate('navigator.clipboard.readText()'), `mitra search '"somaxconn 128"'`)
    })
    test('all of it works without scripts, but for charts and completion', async () => {
      await using visited = await visit(browser, origin, { javaScriptEnabled: false })
      const { page } = visited
      await page.goto('/')
      await page.getByLabel('Query').fill('sysctl.net.core.somaxconn:128')
      await page.getByRole('button', { name: 'Search' }).click()
      await page.locator('.found .path').first().click()
      assert.match(await page.locator('h1').innerText(), /web2/)
      await page.goto('/host/web2')
      assert.match(await page.locator('[data-charts]').innerText(), /Charts need scripts/)
    })
  })
}

function charts({ browser, origin }: Shown): void {
  describe('charts', () => {
    /** How many colours each canvas of a chart has. */
    const painted = `[...document.querySelectorAll('.chart canvas')].map((canvas) => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
    const colours = new Set()
    for (let at = 0; at < data.length; at += 4) if (data[at + 3] > 200) colours.add(data[at] + ',' + data[at + 1] + ',' + data[at + 2])
    return colours.size
  })`
    test('are drawn, in lines of several colours, with a mark at the reboot', async () => {
      await using visited = await visit(browser, origin)
      const { page } = visited
      await page.goto('/host/web2?from=2026-11-15&to=2026-11-21')
      await page.waitForSelector('[data-drawn]')
      const counts = await page.evaluate<number[]>(painted)
      assert.ok(counts.length >= 8, String(counts.length))
      for (const count of counts) assert.ok(count > 5, `a canvas of ${count} colours`)
      assert.match(
        (await page.locator('#chart-memory .plot').getAttribute('aria-label')) ?? '',
        /^Memory\. Newest: available \d/,
      )
      assert.match(await page.locator('#chart-memory .u-legend').innerText(), /total\s*25\.3 GB/)
      const over = page.locator('#chart-memory .u-over')
      const { width = 0, height = 0 } = (await over.boundingBox()) ?? {}
      for (let x = 2; x < width; x += 4) {
        await over.hover({ position: { x, y: height / 2 } })
        if (/booted/.test(await page.locator('#chart-memory .marks').innerText())) return
      }
      assert.fail('no mark tells of the reboot')
    })
    test('a stretch that is chosen on one is shown by all', async () => {
      await using visited = await visit(browser, origin)
      const { page } = visited
      await page.goto('/host/web2?from=2026-11-15&to=2026-11-21')
      await page.waitForSelector('[data-drawn]')
      const { x = 0, y = 0, width = 0 } = (await page.locator('#chart-memory .u-over').boundingBox()) ?? {}
      await page.mouse.move(x + width / 4, y + 40)
      await page.mouse.down()
      await page.mouse.move(x + width / 2, y + 40, { steps: 5 })
      await page.mouse.up()
      await page.waitForURL(/from=2026-11-16T.*to=2026-11-1[78]T/)
    })
    test('moments are chosen by clicks, and compared', async () => {
      await using visited = await visit(browser, origin)
      const { page, problems } = visited
      await page.goto('/compare?host=db1&from=2026-11-17T12:00Z&to=2026-11-17T20:00Z')
      await page.waitForSelector('[data-drawn]')
      const over = page.locator('#chart-memory .u-over')
      const { width = 0 } = (await over.boundingBox()) ?? {}
      await over.click({ position: { x: width * 0.1, y: 30 } })
      await over.click({ position: { x: width * 0.6, y: 30 } })
      await page.waitForURL(/at=2026-11-17T.*2026-11-17T/)
      assert.equal(await page.locator('.scroll tbody th').first().innerText(), 'meminfo.Cached')
      assert.deepEqual(problems, [])
    })
  })
}
