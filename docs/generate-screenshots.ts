// Takes the screenshots of docs/images: the explorer over the scenario of the tests, in the Chromium of this machine. Run it after
// changing how pages look: `npm run screenshots`.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { openEmbeddedStore } from '../src/store/embedded/driver.ts'
import { findChromium } from '../test/explorer/chromium.ts'
import { served } from '../test/explorer/served.ts'
import { loadScenario } from '../test/scenario/scenario.ts'

interface Shot {
  name: string
  path: string
  scheme: 'light' | 'dark'
  width: number
  height: number
}

const wide = { width: 1280, height: 760 }
const shots: readonly Shot[] = [
  { name: 'search', path: '/search?q=somaxconn', scheme: 'light', ...wide },
  {
    name: 'host',
    path: '/host/web2?from=2026-11-19T09:30&to=2026-11-19T11:30',
    scheme: 'light',
    width: 1280,
    height: 860,
  },
  {
    name: 'compare',
    path: '/compare?host=db1&at=2026-11-17T14:03:00Z+2026-11-17T14:03:10Z+2026-11-17T14:05Z&path=/proc/meminfo&from=2026-11-17T08:00Z&to=2026-11-18',
    scheme: 'dark',
    width: 1280,
    height: 860,
  },
  { name: 'drift', path: '/drift?group=peers', scheme: 'light', width: 1280, height: 640 },
  { name: 'file', path: '/file/web1?path=/etc/hosts&show=changes&form=side', scheme: 'dark', width: 1280, height: 560 },
  { name: 'phone', path: '/log?since=7d', scheme: 'light', width: 390, height: 760 },
]

const images = join(import.meta.dirname, 'images')
const folder = mkdtempSync(join(tmpdir(), 'mitra-screenshots-'))
const found = findChromium()
if (found.skip !== undefined) throw new Error(found.skip)
process.env['TZ'] = 'UTC'
const store = await openEmbeddedStore(join(folder, 'scenario.db'), { mustExist: false })
await loadScenario(store)
const server = await served(store)
const browser = await chromium.launch({ executablePath: found.path, args: ['--no-sandbox', '--disable-dev-shm-usage'] })
try {
  mkdirSync(images, { recursive: true })
  for (const { name, path, scheme, width, height } of shots) {
    const look: BrowserContextOptions = { colorScheme: scheme, viewport: { width, height }, timezoneId: 'UTC' }
    const context = await browser.newContext(look)
    const page = await context.newPage()
    await page.goto(new URL(path, server.url).href)
    await page.waitForFunction(`!document.querySelector('[data-charts]:not([data-drawn])')`)
    await page.waitForTimeout(500)
    const webp = await asWebp(page, await page.screenshot())
    writeFileSync(join(images, `${name}.webp`), webp)
    console.log(`docs/images/${name}.webp  ${webp.length} bytes`)
    await context.close()
  }
} finally {
  await browser.close()
  await server.close()
  await store.close()
  rmSync(folder, { recursive: true })
}

/** A third of the size of a PNG. The browser that took it makes it, on a page without a policy of its own. */
async function asWebp(shown: Page, png: Buffer): Promise<Buffer> {
  const page = await shown.context().newPage()
  const url = `data:image/png;base64,${png.toString('base64')}`
  const data = await page.evaluate<string>(`new Promise((done) => {
    const image = new Image()
    image.onload = () => {
      const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height })
      canvas.getContext('2d').drawImage(image, 0, 0)
      done(canvas.toDataURL('image/webp', 0.8))
    }
    image.src = ${JSON.stringify(url)}
  })`)
  await page.close()
  return Buffer.from(data.split(',')[1] ?? '', 'base64')
}
