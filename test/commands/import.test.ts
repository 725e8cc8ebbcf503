import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { main } from '../../src/cli.ts'
import { collected } from '../garbage.ts'
import { captured } from './captured-io.ts'
import { createFleet, type Fleet, lines } from './fleet.ts'

let fleet: Fleet
let stores = 0
before(async () => {
  fleet = await createFleet()
})
after(() => fleet.remove())

const fresh = () => join(fleet.folder, `import${stores++}.db`)
const line = (path: string, more: object = {}) =>
  `${JSON.stringify({ '@timestamp': '2026-11-21T10:00:00Z', 'host.name': 'h', 'file.path': path, content: path, ...more })}\n`

test('files, with a byte order mark or compressed, and standard input are read', async () => {
  const store = fresh()
  const plain = join(fleet.folder, 'a.ndjson')
  const packed = join(fleet.folder, 'b.ndjson.gz')
  writeFileSync(plain, `\ufeff${line('/a')}`)
  writeFileSync(packed, gzipSync(line('/b')))
  const { status, stdout } = await fleet.run(['import', plain, packed, '-', '--store', store], {
    stdin: `\n${line('/c')}\n`,
  })
  assert.equal(status, 0)
  assert.match(stdout, /^3 documents stored in /)
  assert.equal((await fleet.run(['search', '*:*', '--store', store])).stdout, 'h:/a\nh:/b\nh:/c\n')
})

test('the same lines again change nothing', async () => {
  const store = fresh()
  await fleet.run(['import', '--store', store], { stdin: lines() })
  const before = (await fleet.run(['export', '--history', '--store', store])).stdout
  const { stdout } = await fleet.run(['import', '--json', '--store', store], { stdin: lines() })
  assert.equal(JSON.parse(stdout).skipped, 0)
  assert.equal((await fleet.run(['export', '--history', '--store', store])).stdout, before)
})

test('the newest by time is the latest state, whatever the order of lines', async () => {
  for (const order of [
    [8, 9, 10],
    [10, 9, 8],
    [9, 10, 8],
  ]) {
    const store = fresh()
    const stdin = order
      .map((hour) =>
        line('/f', { '@timestamp': `2026-11-21T${String(hour).padStart(2, '0')}:00:00Z`, content: `at ${hour}` }),
      )
      .join('')
    await fleet.run(['import', '--store', store], { stdin })
    assert.equal((await fleet.run(['show', 'h', '/f', '--store', store])).stdout, 'at 10', order.join())
  }
})

const broken: [title: string, text: string, reason: RegExp][] = [
  ['broken JSON', '{"host.name":', /not JSON: /],
  ['a line that is no object', '[1]', /not a JSON object/],
  ['a missing field', '{"@timestamp":"2026-11-21","file.path":"/x"}', /host\.name is missing/],
  ['bytes that are not UTF-8', '\xff\xfe', /not UTF-8 text/],
]

for (const [title, text, reason] of broken)
  test(`${title} ends the import with file, line and reason, and stores nothing of its batch`, async () => {
    const store = fresh()
    const file = join(fleet.folder, 'broken.ndjson')
    writeFileSync(
      file,
      Buffer.concat([
        Buffer.from(line('/a') + line('/b')),
        Buffer.from(text, 'latin1'),
        Buffer.from(`\n${line('/c')}`),
      ]),
    )
    const { status, stderr, stdout } = await fleet.run(['import', file, '--store', store])
    assert.equal(status, 2)
    assert.equal(stdout, '')
    assert.match(stderr, reason)
    assert.match(stderr, /^mitra: .*broken\.ndjson:3: .*\n0 documents before it are stored; /)
    assert.equal((await fleet.run(['search', '*:*', '--store', store])).status, 1)
    const skipped = await fleet.run(['import', file, '--skip-errors', '--store', store])
    assert.equal(skipped.status, 0)
    assert.match(skipped.stdout, /^3 documents stored, 1 broken line skipped in /)
    assert.match(skipped.stderr, /broken\.ndjson:3: /)
  })

test('batches before a broken line are stored, and their number is told', async () => {
  const store = fresh()
  const stdin = `${Array.from({ length: 1500 }, (_, index) => line(`/f${index}`)).join('')}{\n`
  const { stderr } = await fleet.run(['import', '--store', store], { stdin })
  assert.match(stderr, /^mitra: \(standard input\):1501: not JSON: .*\n1,000 documents before it are stored; /)
  assert.equal((await fleet.run(['search', '*:*', '--limit', '0', '--store', store])).stdout.split('\n').length, 1001)
})

test('many broken lines are named up to ten and counted', async () => {
  const { stdout, stderr } = await fleet.run(['import', '--skip-errors', '--json', '--store', fresh()], {
    stdin: '{\n'.repeat(25),
  })
  assert.equal(JSON.parse(stdout).skipped, 25)
  assert.equal(stderr.split('\n').length, 12)
  assert.match(stderr, /further broken lines are counted only\n$/)
})

test('a hostile line is told harmless', async () => {
  const { stderr } = await fleet.run(['import', '--store', fresh()], { stdin: '\x1b[2J\u202e\n' })
  assert.doesNotMatch(stderr, /[\x1b\u202e]/)
})

test('a file that cannot be read is told', async () => {
  const missing = await fleet.run(['import', join(fleet.folder, 'none'), '--store', fresh()])
  assert.equal(missing.status, 2)
  assert.match(missing.stderr, /^mitra: failed to read ".*none": no such file\nname an NDJSON file/)
  const notPacked = join(fleet.folder, 'no.gz')
  writeFileSync(notPacked, 'plain')
  assert.match(
    (await fleet.run(['import', notPacked, '--store', fresh()])).stderr,
    /failed to read ".*no\.gz": incorrect header check/,
  )
})

test('a terminal sees progress, and then no more', async () => {
  const stdin = Array.from({ length: 2500 }, (_, index) => line(`/f${index}`)).join('')
  const { stderr } = await fleet.run(['import', '--store', fresh()], { stdin, terminal: true })
  assert.match(stderr, /1,000 documents/)
  assert.ok(stderr.endsWith('\r\x1b[K'))
  assert.equal((await fleet.run(['import', '--quiet', '--store', fresh()], { stdin, terminal: true })).stderr, '')
})

test('what was read is not held until the end', async () => {
  const chunks: WeakRef<Buffer>[] = []
  let mostHeld = 0
  async function* stdin() {
    for (let chunk = 0; chunk < 12; chunk++) {
      const bytes = Buffer.from(`${line(`/f${chunk}`).trimEnd()}${' '.repeat(100_000)}\n`)
      chunks.push(new WeakRef(bytes))
      yield bytes
      await collected()
      mostHeld = chunks.filter((each) => each.deref() !== undefined).length
    }
  }
  const { io, stdout, stderr } = captured({})
  const status = await main(['import', '--store', fresh()], { ...io, stdin: stdin() })
  assert.equal(status, 0, stderr())
  assert.match(stdout(), /^12 documents stored/)
  assert.ok(mostHeld < 6, `${mostHeld} chunks of 12`)
})
