import assert from 'node:assert/strict'
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Root } from '../../src/host/root.ts'
import { type FolderChange, FolderWatcher, type OpenWatch, type WatchOptions } from '../../src/host/watch.ts'

let base = ''
let watcher: FolderWatcher
let changes: FolderChange[][] = []
let notices: string[] = []

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'mitra-watch-'))
  mkdirSync(join(base, 'd'))
  changes = []
  notices = []
})
afterEach(async () => {
  await watcher.close()
  rmSync(base, { recursive: true, force: true })
})

const here = (path: string) => join(base, path)

function start(options: Partial<WatchOptions> = {}, root = new Root(base)): FolderWatcher {
  watcher = new FolderWatcher(root, {
    onChange: async (given) => {
      changes.push(given)
    },
    onNotice: (message) => notices.push(message),
    ...options,
  })
  return watcher
}

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 1000 && !condition(); tries++) await sleep(10)
  assert.ok(condition(), JSON.stringify(changes))
}
const hasChange = (folder: string, name?: string) =>
  changes.flat().some((change) => change.folder === folder && change.name === name)

/** Watches, and waits until the look that comes with it is over. */
async function watching(...folders: string[]): Promise<void> {
  await watcher.set(folders)
  await until(() => folders.every((folder) => hasChange(folder)))
  changes = []
}

test('asks to look at a folder once it is watched', async () => {
  await start().set(['/d'])
  await until(() => hasChange('/d'))
  assert.deepEqual(watcher.polled(), [])
})

for (const [what, change] of [
  ['written', () => writeFileSync(here('d/f'), 'new')],
  ['appended to', () => appendFileSync(here('d/f'), 'more')],
  ['changed in its mode', () => chmodSync(here('d/f'), 0o600)],
  ['removed', () => rmSync(here('d/f'))],
  ['moved away', () => renameSync(here('d/f'), here('elsewhere'))],
  [
    'replaced by rename',
    () => {
      writeFileSync(here('d/.f.swp'), 'new')
      renameSync(here('d/.f.swp'), here('d/f'))
    },
  ],
] as const)
  test(`tells of a file that is ${what}`, async () => {
    writeFileSync(here('d/f'), 'old')
    start()
    await watching('/d')
    change()
    await until(() => hasChange('/d', 'f'))
  })

test('tells of changes that come soon after each other together', async () => {
  start()
  await watching('/d')
  for (let i = 0; i < 50; i++) writeFileSync(here(`d/f${i % 5}`), String(i))
  await until(() => hasChange('/d', 'f4'))
  assert.ok(changes.length <= 3, String(changes.length))
  assert.equal(new Set(changes.flat().map(({ name }) => name)).size, changes[0]?.length)
})

test('forgets names when there are too many of them', async () => {
  let fire: (name: string) => void = () => {}
  const openWatch: OpenWatch = async (_place, { onEvent }) => {
    fire = onEvent
    return { close: async () => {} }
  }
  start({ openWatch })
  await watching('/d')
  for (let i = 0; i < 5000; i++) fire(`name${i}`)
  await until(() => hasChange('/d'))
  assert.equal(changes[0]?.length, 1001)
})

test('spends one inotify watch a folder and does not go below it', async () => {
  mkdirSync(here('d/e'))
  writeFileSync(here('d/e/f'), '')
  start()
  await watching('/d')
  writeFileSync(here('d/e/f'), 'x')
  writeFileSync(here('d/g'), 'x')
  await until(() => hasChange('/d', 'g'))
  assert.equal(hasChange('/d', 'f') || hasChange('/d/e', 'f'), false)
})

test('watches a folder that comes again in the place of another', async () => {
  start()
  await watching('/', '/d')
  rmSync(here('d'), { recursive: true })
  await until(() => hasChange('/', 'd'))
  await watcher.set(['/', '/d'])
  mkdirSync(here('d'))
  await watcher.set(['/', '/d'])
  await until(() => hasChange('/d'))
  changes = []
  writeFileSync(here('d/f'), 'x')
  await until(() => hasChange('/d', 'f'))
})

test('tells when the folder itself is moved', async () => {
  start()
  await watching('/d')
  renameSync(here('d'), here('e'))
  await until(() => hasChange('/d'))
})

test('stops watching what is no longer asked for', async () => {
  mkdirSync(here('e'))
  start()
  await watching('/d', '/e')
  await watcher.set(['/e'])
  writeFileSync(here('d/f'), 'x')
  writeFileSync(here('e/f'), 'x')
  await until(() => hasChange('/e', 'f'))
  assert.equal(hasChange('/d', 'f'), false)
})

test('leaves alone what is no folder', async () => {
  writeFileSync(here('f'), '')
  await start().set(['/f', '/none'])
  assert.deepEqual(watcher.polled(), [])
})

test('tells nothing once it is closed', async () => {
  start()
  await watching('/d')
  writeFileSync(here('d/f'), 'x')
  await watcher.close()
  await sleep(200)
  assert.deepEqual(changes, [])
  await watcher.set(['/d'])
})

const exhausted: OpenWatch = async () => {
  throw Object.assign(new Error('ENOSPC: System limit for number of file watchers reached'), { code: 'ENOSPC' })
}

test('polls when inotify is exhausted, and says so once', async () => {
  mkdirSync(here('e'))
  start({ openWatch: exhausted, pollMs: 10 })
  await watching('/d', '/e')
  await until(() => changes.length > 2)
  assert.deepEqual(changes.at(-1), [{ folder: '/d' }, { folder: '/e' }])
  assert.deepEqual(notices, ['inotify watches are exhausted, polling instead'])
})

test('polls a folder that may not be watched, without a word', async () => {
  const openWatch: OpenWatch = async () => {
    throw Object.assign(new Error('EACCES'), { code: 'EACCES' })
  }
  await start({ openWatch }).set(['/d'])
  assert.deepEqual([watcher.polled(), notices], [['/d'], []])
})

test('polls folders of network file systems, and says once that it polls those beyond the limit', async () => {
  const root = new Root(base)
  root.calls.fileSystemType = async () => 0x6969
  await start({}, root).set(['/d'])
  assert.deepEqual(watcher.polled(), ['/d'])
  await watcher.close()
  assert.deepEqual(notices, [])
  mkdirSync(here('e'))
  await start({ maxWatches: 1 }).set(['/', '/d', '/e'])
  assert.deepEqual(watcher.polled(), ['/d', '/e'])
  assert.deepEqual(notices, ['more folders than are watched, polling the others'])
})

test('waits with the next poll until the look has ended', async () => {
  let running = 0
  let most = 0
  let count = 0
  start({
    openWatch: exhausted,
    pollMs: 1,
    onChange: async () => {
      most = Math.max(most, ++running)
      await sleep(2)
      running--
      count++
    },
  })
  await watcher.set(['/d'])
  await until(() => count > 3)
  assert.ok(most <= 2)
})

test('tells what a busy folder does during one look together, in the next', async () => {
  let running = 0
  let most = 0
  let looks = 0
  start({
    onChange: async (given) => {
      most = Math.max(most, ++running)
      await sleep(150)
      running--
      looks++
      changes.push(given)
    },
  })
  await watching('/d')
  looks = 0
  for (let i = 0; i < 60; i++) {
    writeFileSync(here('d/log'), String(i))
    await sleep(5)
  }
  writeFileSync(here('d/last'), '')
  await until(() => hasChange('/d', 'last'))
  assert.equal(most, 1)
  assert.ok(looks < 10, String(looks))
})

test('goes on after a look that failed, and says so', async () => {
  let fails = true
  start({
    onChange: async (given) => {
      if (fails) throw new Error('odd')
      changes.push(given)
    },
  })
  await watcher.set(['/d'])
  await until(() => notices.length > 0)
  assert.deepEqual(notices, ['failed to look at changes'])
  fails = false
  writeFileSync(here('d/f'), 'x')
  await until(() => hasChange('/d', 'f'))
})

test('watches a folder whatever the links in it lead to', async () => {
  writeFileSync(here('file'), '')
  symlinkSync(here('file/below'), here('d/below'))
  symlinkSync('loop', here('d/loop'))
  symlinkSync('/nowhere', here('d/dangling'))
  start()
  await watching('/d')
  assert.deepEqual(watcher.polled(), [])
  writeFileSync(here('d/f'), 'x')
  await until(() => hasChange('/d', 'f'))
})

test('watches a folder anew that was removed and made again at once', async () => {
  start()
  await watching('/', '/d')
  rmSync(here('d'), { recursive: true })
  mkdirSync(here('d'))
  await until(() => hasChange('/d'))
  await watcher.set(['/', '/d'])
  await until(() => changes.flat().filter(({ folder, name }) => folder === '/d' && name === undefined).length > 1)
  writeFileSync(here('d/f'), 'x')
  await until(() => hasChange('/d', 'f'))
})

test('watches a folder anew after its watch has failed', async () => {
  const opened: string[] = []
  let fail: () => void = () => {}
  const openWatch: OpenWatch = async (place, { onLost }) => {
    opened.push(place)
    fail = onLost
    return { close: async () => {} }
  }
  await start({ openWatch }).set(['/d'])
  await watcher.set(['/d'])
  assert.equal(opened.length, 1)
  fail()
  await watcher.set(['/d'])
  assert.equal(opened.length, 2)
})

test('a chokidar that cannot watch is an error of the folder', async () => {
  const root = new Root(base)
  // The folder goes between the look at it and the watch on it.
  const { fileSystemType } = root.calls
  root.calls.fileSystemType = async (...given) => {
    const type = await fileSystemType.apply(root.calls, given)
    rmSync(here('d'), { recursive: true })
    return type
  }
  await start({}, root).set(['/d'])
  await watcher.set(['/d'])
  assert.deepEqual(watcher.polled(), [])
})
