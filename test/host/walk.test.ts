import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { compileGlob } from '../../src/host/glob.ts'
import { Root } from '../../src/host/root.ts'
import { type Finding, type WalkOptions, walkFolder, walkGlob } from '../../src/host/walk.ts'

const base = mkdtempSync(join(tmpdir(), 'mitra-walk-'))
after(() => rmSync(base, { recursive: true, force: true }))
const root = new Root(base)
const options = { signal: new AbortController().signal, maxDepth: 16, maxEntries: 10_000 }

function file(path: string): void {
  mkdirSync(join(base, path, '..'), { recursive: true })
  writeFileSync(join(base, path), '')
}

async function collect(findings: AsyncIterable<Finding>): Promise<string[]> {
  const lines: string[] = []
  for await (const finding of findings)
    lines.push(finding.kind === 'candidate' ? finding.path : `${finding.path}: ${finding.reason}`)
  return lines
}
const folder = (path: string, changes: Partial<WalkOptions> = {}) =>
  collect(walkFolder(root, path, { ...options, ...changes }))
const glob = (pattern: string, changes: Partial<WalkOptions> = {}) =>
  collect(walkGlob(root, pattern, compileGlob(pattern), { ...options, ...changes }))

for (const path of ['/t/a.conf', '/t/.hidden', '/t/d/b.conf', '/t/d/e/c.conf', '/t/.h/d.conf']) file(path)
file('/outside/o.conf')
symlinkSync('/outside', join(base, 't/link'))
symlinkSync('..', join(base, 't/d/loop'))
symlinkSync('/outside/o.conf', join(base, 't/filelink'))
symlinkSync('/nowhere', join(base, 't/dangling'))
symlinkSync('self', join(base, 't/self'))
execFileSync('mkfifo', [join(base, 't/pipe')])

test('finds every regular file below a folder, through links too, each folder once', async () => {
  assert.deepEqual((await folder('/t')).sort(), [
    '/t/.h/d.conf',
    '/t/.hidden',
    '/t/a.conf',
    '/t/d/b.conf',
    '/t/d/e/c.conf',
    '/t/dangling',
    '/t/filelink',
    '/t/link/o.conf',
    '/t/self',
  ])
})

test('names a folder by its own path even when a link to it comes first', async () => {
  file('/alias/z/x')
  symlinkSync('z', join(base, 'alias/a'))
  assert.deepEqual(await folder('/alias'), ['/alias/z/x'])
})

test('stops at the depth limit and says where', async () => {
  assert.deepEqual(
    (await folder('/t/d', { maxDepth: 0 })).filter((line) => line.includes(':')),
    ['/t/d/e: deeper than 0 folders, not read', '/t/d/loop: deeper than 0 folders, not read'],
  )
  assert.ok((await glob('/t/**/c.conf', { maxDepth: 1 })).includes('/t/d/e: deeper than 1 folders, not read'))
})

test('stops at the entry limit and says so once', async () => {
  const lines = await folder('/t', { maxEntries: 3 })
  assert.deepEqual(
    lines.filter((line) => line.includes(': ')),
    ['/t: more than 3 entries, the others are not read'],
  )
  const globbed = await glob('/t/**/*', { maxEntries: 3 })
  assert.ok(globbed.includes('/t/**/*: more than 3 entries, the others are not read'))
})

test('says which folder cannot be listed', async () => {
  const failing = new Root(base)
  failing.calls.readDirectory = async () => {
    throw Object.assign(new Error('EACCES'), { code: 'EACCES', errno: -13 })
  }
  assert.deepEqual(await collect(walkFolder(failing, '/t', options)), ['/t: permission denied'])
})

test('finds nothing in a folder that is none', async () => {
  assert.deepEqual(await folder('/nowhere/at/all'), [])
  assert.deepEqual(await folder('/t/a.conf'), [])
  assert.deepEqual(await glob('/nowhere/*'), [])
})

test('says which name is not UTF-8', async () => {
  mkdirSync(join(base, 'bad'))
  writeFileSync(Buffer.concat([Buffer.from(`${base}/bad/`), Buffer.from([0xff])]), '')
  assert.deepEqual(await folder('/bad'), ['/bad/\ufffd: name is not UTF-8, not read'])
})

test('stops when aborted', async () => {
  await assert.rejects(folder('/t', { signal: AbortSignal.abort() }), { name: 'AbortError' })
  await assert.rejects(glob('/t/*', { signal: AbortSignal.abort() }), { name: 'AbortError' })
})

for (const [pattern, expected] of [
  ['/t/*.conf', ['/t/a.conf']],
  ['/t/*', ['/t/a.conf', '/t/dangling', '/t/filelink', '/t/link', '/t/pipe', '/t/self']],
  ['/t/*/*.conf', ['/t/d/b.conf', '/t/link/o.conf']],
  ['/t/**/*.conf', ['/t/a.conf', '/t/d/b.conf', '/t/d/e/c.conf']],
  ['/t/d/**', ['/t/d/b.conf', '/t/d/e/c.conf', '/t/d/loop']],
  ['/t/.h*/*', ['/t/.h/d.conf']],
  ['/t/{a.conf,d/b.conf}', ['/t/a.conf', '/t/d/b.conf']],
  ['/t/{a,a*}.conf', ['/t/a.conf']],
] as const)
  test(`${pattern} finds what it does in a shell`, async () => {
    const exists = (await glob(pattern)).filter((path) => path !== '/t/a')
    assert.deepEqual(exists.sort(), [...expected].sort())
  })

test('tells of every folder it lists or misses', async () => {
  const folders: string[] = []
  const onFolder: WalkOptions['onFolder'] = (path, { real, stat }) =>
    folders.push(`${path} ${real} ${stat === undefined ? 'missing' : 'there'}`)
  await folder('/alias', { onFolder })
  await glob('/no/such/*', { onFolder })
  assert.deepEqual(folders, [
    '/alias /alias there',
    '/alias/z /alias/z there',
    '/alias/a /alias/z there',
    '/no/such /no missing',
  ])
})
