import assert from 'node:assert/strict'
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { type Outbox, openOutbox } from '../../src/delivery/outbox.ts'
import type { QueuedParcel } from '../../src/delivery/outbox-read.ts'
import { ActionableError } from '../../src/errors.ts'
import { newFolder, snapshot, start } from './open.ts'

const hour = 3600
const day = 24 * hour
const all = { maxBytes: 1e9, maxParcels: 1e5, busy: new Set<number>() }

let said: string[] = []

async function open(path: string, { maxBytes = 1e8, seconds = 0 } = {}): Promise<Outbox> {
  const say = (message: string, fields?: Record<string, unknown>) =>
    void said.push(fields?.['saved'] === undefined ? message : `${message}, ${fields['saved']} saved`)
  return openOutbox({
    path,
    maxBytes,
    log: { info: say, warn: say, error: say },
    now: () => start + seconds * 1000,
  })
}

async function fresh(options: { maxBytes?: number } = {}): Promise<{ outbox: Outbox; path: string }> {
  said = []
  const path = join(newFolder(), 'outbox.db')
  return { path, outbox: await open(path, options) }
}

const shown = (parcels: readonly QueuedParcel[]) =>
  parcels.map(
    ({ document, unchanged }) => `${document['file.path']} ${document.content}${unchanged ? ' unchanged' : ''}`,
  )
const queued = (outbox: Outbox) => shown(outbox.read(outbox.oldest(all)))

/** Delivers everything, an unchanged parcel in a later bulk than what it follows. */
function deliverAll(outbox: Outbox): QueuedParcel[] {
  const delivered: QueuedParcel[] = []
  for (let bulk = outbox.read(outbox.oldest(all)); bulk.length > 0; bulk = outbox.read(outbox.oldest(all))) {
    delivered.push(...bulk)
    outbox.settle(bulk, [])
  }
  return delivered
}

const write = (outbox: Outbox, ...documents: ReturnType<typeof snapshot>[]) =>
  outbox.write(documents).map(({ status }) => status)

test('a state that is the last one is not queued again on its day, and is marked on another', async () => {
  const { outbox, path } = await fresh()
  assert.deepEqual(write(outbox, snapshot('/a', 'x', 0)), ['stored'])
  assert.deepEqual(write(outbox, snapshot('/a', 'x', 60)), ['unchanged'])
  outbox.close()
  const again = await open(path)
  assert.deepEqual(write(again, snapshot('/a', 'x', 120)), ['unchanged'], 'a restart forgets nothing')
  assert.deepEqual(write(again, snapshot('/a', 'x', day)), ['unchanged'])
  assert.deepEqual(write(again, snapshot('/a', 'y', day + 1)), ['stored'])
  assert.deepEqual(shown(deliverAll(again)), ['/a x', '/a x unchanged', '/a y'])
  again.close()
})

test('fields in another order are the same state, another field is not', async () => {
  const { outbox } = await fresh()
  const document = snapshot('/a', 'x', 0)
  write(outbox, { ...document, 'file.mode': '0644' })
  assert.deepEqual(write(outbox, { 'file.mode': '0644', ...document }), ['unchanged'])
  assert.deepEqual(write(outbox, { ...document, 'file.mode': '0600' }), ['stored'])
  outbox.close()
})

test('every sample is queued', async () => {
  const { outbox } = await fresh()
  const sample = snapshot('/proc/loadavg', '0', 0, 'metric')
  assert.deepEqual(write(outbox, sample, sample), ['stored', 'stored'])
  const versions = outbox.read(outbox.oldest(all)).map(({ version }) => version)
  assert.deepEqual(versions, [start, start + 1])
  outbox.close()
})

test('versions grow when the clock steps back, over a restart too', async () => {
  const { outbox, path } = await fresh()
  write(outbox, snapshot('/a', 'one', 0))
  write(outbox, snapshot('/a', 'two', -hour))
  deliverAll(outbox)
  outbox.close()
  const again = await open(path, { seconds: -hour })
  write(again, snapshot('/a', 'three', -hour + 5))
  write(again, snapshot('/a', 'four', 60))
  assert.deepEqual(
    again.read(again.oldest(all)).map(({ version }) => version),
    [start + 2, start + 60_000],
  )
  assert.equal(again.figures().oldest_ms, 0)
  again.close()
})

test('a parcel chosen for a store that is replaced before it is read has no mark', async () => {
  const { outbox } = await fresh()
  outbox.meet('one')
  write(outbox, snapshot('/a', 'x', 0))
  deliverAll(outbox)
  write(outbox, snapshot('/a', 'x', day))
  const chosen = outbox.oldest(all)
  assert.deepEqual(
    chosen.map(({ unchanged }) => unchanged),
    [true],
  )
  outbox.meet('other')
  assert.deepEqual(shown(outbox.read(chosen)), ['/a x'])
  outbox.close()
})

test('an unchanged parcel waits until the one before it has been answered for', async () => {
  const { outbox } = await fresh()
  write(outbox, snapshot('/a', 'x', 0), snapshot('/b', 'x', 0), snapshot('/a', 'x', day), snapshot('/b', 'y', day))
  const first = outbox.read(outbox.oldest(all))
  assert.deepEqual(shown(first), ['/a x', '/b x'])
  outbox.settle([first[1] as QueuedParcel], [first[0] as QueuedParcel])
  assert.deepEqual(queued(outbox), ['/a x', '/b y'], 'its change was rejected, so it brings the change')
  outbox.close()
})

test('a state that was rejected is brought as a change on the next day, not on the same', async () => {
  const { outbox } = await fresh()
  write(outbox, snapshot('/a', 'x', 0))
  outbox.settle([], outbox.read(outbox.oldest(all)))
  assert.deepEqual(write(outbox, snapshot('/a', 'x', 60)), ['unchanged'])
  assert.deepEqual(write(outbox, snapshot('/a', 'x', day)), ['stored'])
  assert.deepEqual(queued(outbox), ['/a x'])
  outbox.close()
})

test('knows the paths that exist, whatever was delivered', async () => {
  const { outbox, path } = await fresh()
  write(outbox, snapshot('/a', 'x', 0), snapshot('/b', 'x', 0), snapshot('/c', 'x', 0))
  write(outbox, { ...snapshot('/c', '', 1), 'file.exists': false })
  write(outbox, { ...snapshot('/d', '', 1), 'event.dataset': 'mitra.sysctl' })
  deliverAll(outbox)
  outbox.close()
  const again = await open(path)
  assert.deepEqual(again.paths('h', 'mitra.file'), ['/a', '/b'])
  assert.deepEqual(again.paths('h', 'mitra.sysctl'), ['/d'])
  assert.deepEqual(again.paths('other', 'mitra.file'), [])
  again.close()
})

test('forgets a path whose file is long gone', async () => {
  const { outbox, path } = await fresh()
  write(outbox, { ...snapshot('/gone', '', 0), 'file.exists': false }, snapshot('/there', 'x', 0))
  deliverAll(outbox)
  outbox.close()
  const later = await open(path, { seconds: 40 * day })
  write(later, snapshot('/there', 'x', 40 * day))
  later.close()
  const database = new DatabaseSync(path)
  assert.deepEqual(
    database
      .prepare('SELECT path FROM path')
      .all()
      .map((row) => row['path']),
    ['/there'],
  )
  database.close()
})

test('a full outbox drops the oldest samples, then superseded states, never the newest of a path', async () => {
  const { outbox } = await fresh({ maxBytes: 30_000 })
  const noise = () => Array.from({ length: 120 }, () => Math.random()).join()
  const states = [noise(), noise(), noise()]
  for (const [index, text] of states.entries()) write(outbox, snapshot('/state', text, index))
  for (let sample = 0; sample < 40; sample++) write(outbox, snapshot('/proc/vmstat', noise(), sample, 'metric'))
  const contents = outbox.read(outbox.oldest(all)).map(({ document }) => document.content ?? '')
  assert.deepEqual(contents.slice(0, 3), states, 'no state goes while there is an old sample')
  assert.ok(outbox.figures().dropped_total > 10)
  for (let index = 0; index < 200; index++) write(outbox, snapshot(`/many/${index}`, noise(), 100))
  const left = outbox.read(outbox.oldest(all))
  assert.equal(left.filter(({ document }) => document['file.path'].startsWith('/many/')).length, 200)
  assert.deepEqual(
    left.filter(({ document }) => !document['file.path'].startsWith('/many/')).map(({ document }) => document.content),
    [states[2], contents.at(-1)],
    'what is left is the newest of each path',
  )
  const { queued_documents, dropped_total } = outbox.figures()
  assert.equal(queued_documents + dropped_total, 243)
  outbox.close()
})

test('the loss of a dropped change is handed on', async () => {
  const { outbox } = await fresh({ maxBytes: 4000 })
  const text = Array.from({ length: 90 }, () => Math.random()).join()
  write(outbox, snapshot('/a', text, 0))
  write(outbox, snapshot('/a', text, day))
  write(outbox, snapshot('/a', text, 2 * day))
  write(outbox, snapshot('/b', Array.from({ length: 150 }, () => Math.random()).join(), 2 * day))
  const left = deliverAll(outbox).filter(({ document }) => document['file.path'] === '/a')
  assert.ok(left.length < 3, 'something was dropped')
  assert.deepEqual(
    left.map(({ unchanged }) => unchanged),
    left.map((_parcel, index) => index > 0),
  )
  assert.equal(left.at(-1)?.document['@timestamp'], snapshot('/a', '', 2 * day)['@timestamp'])
  outbox.close()
})

test('the file keeps to its limit and shrinks when all is delivered', async () => {
  const maxBytes = 3_000_000
  const { outbox, path } = await fresh({ maxBytes })
  const noise = (length: number) => Array.from({ length }, () => Math.random()).join()
  for (let round = 0; round < 150; round++) {
    write(
      outbox,
      snapshot('/large', noise(4000), round),
      ...Array.from({ length: 10 }, (_, index) => snapshot(`/${index}`, noise(30), round, 'metric')),
    )
  }
  assert.ok(outbox.figures().dropped_total > 50)
  const other = new DatabaseSync(path)
  const pages = Number(other.prepare('PRAGMA page_count').get()?.['page_count'])
  other.close()
  assert.ok(pages * 4096 < maxBytes * 1.1, `${pages * 4096} bytes at most`)
  deliverAll(outbox)
  write(outbox, snapshot('/after', 'x', 200))
  deliverAll(outbox)
  outbox.close()
  const { size } = statSync(path)
  assert.ok(size < maxBytes / 2, `${size} bytes`)
})

test('a copy put back makes every state count as changed, and its versions go on', async () => {
  const { outbox, path } = await fresh()
  write(outbox, snapshot('/a', 'old', 0), snapshot('/queued', 'x', 0))
  outbox.settle(outbox.read(outbox.oldest(all)).slice(0, 1), [])
  outbox.close()
  cpSync(path, `${path}.backup`)
  const between = await open(path)
  write(between, snapshot('/a', 'new', 60))
  const [, newer] = deliverAll(between)
  between.close()
  rmSync(path)
  cpSync(`${path}.backup`, path)
  const restored = await open(path)
  assert.deepEqual(said, ['outbox is a copy put back, every state is sent again'])
  assert.deepEqual(write(restored, snapshot('/a', 'old', 120)), ['stored'])
  const sent = deliverAll(restored)
  assert.deepEqual(shown(sent), ['/queued x', '/a old'])
  assert.ok((sent[1]?.version ?? 0) > (newer?.version ?? 0), 'the store takes it for the newest')
  restored.close()
  await (await open(path)).close()
  assert.equal(said.length, 1, 'told once')
})

async function filled(): Promise<string> {
  const { outbox, path } = await fresh()
  for (let index = 0; index < 300; index++)
    write(outbox, snapshot(`/f${index}`, Array.from({ length: 100 }, () => Math.random()).join(), index))
  outbox.close()
  return path
}

/** Writes to what is damaged and says how much was saved. */
async function worksAfter(path: string): Promise<number> {
  const outbox = await open(path)
  const before = queued(outbox).length
  assert.deepEqual(write(outbox, snapshot('/after', 'x', 1000)), ['stored'])
  assert.equal(outbox.figures().queued_documents, before + 1)
  assert.equal(deliverAll(outbox).length, before + 1)
  outbox.close()
  const aside = readdirSync(join(path, '..')).filter((name) => /^outbox\.db\.damaged-20261118T10\d{4}Z$/.test(name))
  assert.equal(aside.length, 1, `set aside: ${aside}`)
  assert.equal(said.length, 1)
  assert.match(said[0] ?? '', /^outbox was damaged, a new one is made, \d+ saved$/)
  return before
}

test('sets a file without its start aside', async () => {
  const path = await filled()
  const bytes = readFileSync(path)
  bytes.fill(0, 0, 4096)
  writeFileSync(path, bytes)
  assert.equal(await worksAfter(path), 0)
})

test('saves what can be read of a file that was torn', async () => {
  const path = await filled()
  writeFileSync(path, readFileSync(path).subarray(0, 200_000))
  const saved = await worksAfter(path)
  assert.ok(saved > 50 && saved < 300, `${saved} saved`)
})

test('saves what lies around a damaged page', async () => {
  const path = await filled()
  const bytes = readFileSync(path)
  const middle = Math.floor(bytes.length / 2 / 4096) * 4096
  bytes.fill(0xff, middle, middle + 3 * 4096)
  writeFileSync(path, bytes)
  const saved = await worksAfter(path)
  assert.ok(saved > 250 && saved < 300, `${saved} saved`)
})

test('finds damage that comes while it runs', async () => {
  const path = await filled()
  const outbox = await open(path)
  const other = new DatabaseSync(path)
  other.exec(`UPDATE parcel SET data = x'00' WHERE id = 100`)
  other.close()
  assert.equal(queued(outbox).length, 299)
  assert.equal(outbox.figures().dropped_total, 1)
  assert.deepEqual(said, ['outbox was damaged, a new one is made, 299 saved'])
  assert.deepEqual(write(outbox, snapshot('/f5', 'other', 500)), ['stored'])
  assert.equal(deliverAll(outbox).length, 300)
  outbox.close()
})

test('after damage no state counts as told, and versions go on from those that were saved', async () => {
  const { outbox, path } = await fresh()
  write(outbox, snapshot('/a', 'x', 3600), snapshot('/b', 'x', 0))
  outbox.close()
  const other = new DatabaseSync(path)
  other.exec(`UPDATE parcel SET data = x'00' WHERE id = 2`)
  other.close()
  const again = await open(path)
  assert.deepEqual(queued(again), ['/a x'])
  assert.deepEqual(write(again, snapshot('/a', 'x', 60), snapshot('/b', 'x', 60)), ['stored', 'stored'])
  assert.deepEqual(
    again.read(again.oldest(all)).map(({ version }) => version),
    [start + 3_600_000, start + 3_600_001, start + 60_000],
  )
  assert.deepEqual(again.paths('h', 'mitra.file'), ['/a', '/b'])
  again.close()
})

async function openingSays(path: string, expected: RegExp): Promise<void> {
  await assert.rejects(open(path), (error) => {
    assert.ok(error instanceof ActionableError, String(error))
    assert.match(error.message, expected)
    assert.ok(error.next)
    return true
  })
}

test('refuses a file that is none of its own, and leaves it where it is', async () => {
  const path = join(newFolder(), 'notes.txt')
  writeFileSync(path, 'these are the notes of somebody else, at a path given by mistake'.repeat(100))
  await openingSays(path, /is not an outbox of mitra/)
  assert.match(readFileSync(path, 'utf8'), /^these are the notes/)
})

test('refuses the database of another program', async () => {
  const path = join(newFolder(), 'songs.db')
  const other = new DatabaseSync(path)
  other.exec('CREATE TABLE songs (title TEXT)')
  other.close()
  await openingSays(path, /is a database, but not an outbox of mitra/)
})

test('refuses the outbox of a newer mitra', async () => {
  const path = await filled()
  const database = new DatabaseSync(path)
  database.exec('PRAGMA user_version = 999')
  database.close()
  await openingSays(path, /newer mitra \(layout 999/)
})

test('refuses a folder in its place', async () => {
  const path = join(newFolder(), 'folder')
  mkdirSync(path)
  await openingSays(path, /^failed to open the outbox ".*": it is a directory$/)
})
