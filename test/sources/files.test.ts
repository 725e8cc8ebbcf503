import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import nodeFs, {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  type StatSyncOptions,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, beforeEach, test } from 'node:test'
import { FileCalls, type SystemCalls } from '../../src/host/file-calls.ts'
import { Root } from '../../src/host/root.ts'
import type { Observation } from '../../src/snapshot/observation.ts'
import { createFilesCollector, type FilesSettings } from '../../src/sources/files.ts'
import type { Format, Pass } from '../../src/sources/source.ts'

const top = mkdtempSync(join(tmpdir(), 'mitra-files-'))
after(() => rmSync(top, { recursive: true, force: true }))
let base = ''
let count = 0
beforeEach(() => {
  base = join(top, String(++count))
  mkdirSync(base)
})

const here = (path: string) => join(base, path)
function write(path: string, text: string | Buffer = path): void {
  mkdirSync(dirname(here(path)), { recursive: true })
  writeFileSync(here(path), text)
}
/** Long enough ago that a look now can trust the stat. */
function settle(path: string): void {
  utimesSync(here(path), 1, 1)
}

/** Counts what is read of the file system, and fails calls on request. */
function watchedRoot(failing: (call: string, path: string) => string | undefined = () => undefined) {
  const opened: string[] = []
  const wrap = (call: 'open' | 'lstat' | 'opendir') =>
    ((path: string, ...rest: unknown[]) => {
      if (call === 'open') opened.push(path.slice(base.length))
      const code = failing(call, path.slice(base.length))
      const done = rest.at(-1) as (error: unknown) => void
      if (code !== undefined) return done(Object.assign(new Error(code), { code, errno: code === 'EIO' ? -5 : -13 }))
      return (nodeFs[call] as (...args: unknown[]) => void)(path, ...rest)
    }) as never
  const lstatSync = ((path: string, options: StatSyncOptions & { bigint: true }) => {
    const code = failing('lstat', path.slice(base.length))
    if (code !== undefined) throw Object.assign(new Error(code), { code, errno: code === 'EIO' ? -5 : -13 })
    return nodeFs.lstatSync(path, options)
  }) as SystemCalls['lstatSync']
  const calls = { ...nodeFs, open: wrap('open'), lstat: wrap('lstat'), lstatSync, opendir: wrap('opendir') }
  return { root: new Root(base, new FileCalls({ calls })), opened }
}

const plain = (path: string, required = false) => ({ path, required })
const later = () => Date.now() + 3_600_000

/** A collector, its passes an hour from now, and a store that takes all it yields. */
function collector(paths: FilesSettings['entries'], changes: Partial<FilesSettings> = {}, root = new Root(base)) {
  const files = createFilesCollector({ entries: paths, maxBytes: 10_000_000, formatOf: () => undefined, ...changes })
  const stored = new Map<string, string | undefined>()
  const pass: Pass = {
    root,
    now: later,
    signal: new AbortController().signal,
    isStored: (path, fingerprint) => stored.get(path) === fingerprint,
  }
  async function take(observations: AsyncIterable<Observation>): Promise<Record<string, Observation>> {
    const taken = await Array.fromAsync(observations)
    for (const { path, fingerprint } of taken) stored.set(path, fingerprint)
    assert.equal(new Set(taken.map(({ path }) => path)).size, taken.length, 'a path is yielded once')
    return Object.fromEntries(taken.map((each) => [each.path, each]))
  }
  return {
    files,
    pass,
    stored,
    collect: () => take(files.collect(pass)),
    look: (folder: string, name?: string) => take(files.look([{ folder, name }], pass)),
  }
}

const error = (observation: Observation | undefined) => observation?.fields['error.message']

test('a file has its text and every field of its name, stat and content', async () => {
  write('/etc/passwd', 'root:x:0:0:root:/root:/bin/sh\nsomeone:x:4321:7:::\n')
  write('/etc/group', 'root:x:0:\nsome:x:7:\n')
  write('/etc/app.conf', 'a = 1\n')
  chmodSync(here('/etc/app.conf'), 0o640)
  utimesSync(here('/etc/app.conf'), 1, 1.5)
  const { collect } = collector([plain('/etc/app.conf')])
  const { uid, gid, ino, ctimeMs } = nodeFs.lstatSync(here('/etc/app.conf'))
  const { at, fingerprint, ...observed } = (await collect())['/etc/app.conf'] as Observation
  assert.ok(at > 0 && fingerprint !== undefined)
  assert.deepEqual(observed, {
    path: '/etc/app.conf',
    dataset: 'mitra.file',
    kind: 'state',
    content: 'a = 1\n',
    fields: {
      'file.name': 'app.conf',
      'file.directory': '/etc',
      'file.extension': 'conf',
      'file.exists': true,
      'file.type': 'file',
      'file.mode': '0640',
      'file.uid': uid,
      'file.gid': gid,
      ...(uid === 0 ? { 'file.owner': 'root' } : {}),
      ...(gid === 0 ? { 'file.group': 'root' } : {}),
      'file.size': 6,
      'file.inode': ino,
      'file.mtime': '1970-01-01T00:00:01.500Z',
      'file.ctime': new Date(Math.floor(ctimeMs)).toISOString(),
      'file.encoding': 'utf-8',
      'file.hash.sha256': createHash('sha256').update('a = 1\n').digest('hex'),
    },
  })
})

test('an unchanged file is reported without being read again', async () => {
  write('/f', 'x')
  settle('/f')
  const { root, opened } = watchedRoot()
  const { collect, stored } = collector([plain('/f')], {}, root)
  const first = (await collect())['/f']
  const second = (await collect())['/f']
  assert.deepEqual([opened.filter((path) => path === '/f').length, second?.content], [1, undefined])
  assert.equal(second?.fingerprint, first?.fingerprint)
  stored.clear()
  assert.equal((await collect())['/f']?.content, 'x', 'the store has not got it')
  write('/f', 'y')
  utimesSync(here('/f'), 1, 1)
  assert.equal((await collect())['/f']?.content, 'y', 'the change time tells')
})

test('a file too young to trust its stat is read again', async () => {
  write('/f', 'x')
  const { root, opened } = watchedRoot()
  const { collect, pass } = collector([plain('/f')], {}, root)
  pass.now = Date.now
  await collect()
  await collect()
  assert.equal(opened.filter((path) => path === '/f').length, 2)
})

test('a file on a network file system is read again', async () => {
  write('/f', 'x')
  const { root, opened } = watchedRoot()
  root.calls.fileSystemType = async () => 0x6969
  const { collect } = collector([plain('/f')], {}, root)
  await collect()
  await collect()
  assert.equal(opened.length, 2)
})

test('an owner who gets a name is noticed without reading the file', async () => {
  write('/f', 'x')
  settle('/f')
  const { collect } = collector([plain('/f')])
  assert.equal((await collect())['/f']?.fields['file.owner'], undefined)
  write('/etc/passwd', `me:x:${nodeFs.lstatSync(here('/f')).uid}:0:::\n`)
  assert.equal((await collect())['/f']?.fields['file.owner'], 'me')
})

test('a removed file becomes a tombstone until the store has it', async () => {
  write('/f')
  const { collect, stored } = collector([plain('/f')])
  await collect()
  rmSync(here('/f'))
  const gone = (await collect())['/f']
  assert.deepEqual(gone?.fields, { 'file.name': 'f', 'file.directory': '/', 'file.exists': false })
  assert.equal(gone?.content, undefined)
  stored.delete('/f')
  assert.equal((await collect())['/f']?.fields['file.exists'], false, 'once more: the store lost it')
  await collect()
  assert.deepEqual(await collect(), {})
  write('/f')
  assert.equal((await collect())['/f']?.fields['file.exists'], true)
})

test('a file the store knows and the host has no longer becomes a tombstone, if an entry covers it', async () => {
  mkdirSync(here('/d'))
  const known = new Set(['/f', '/d/x', '/d/deep/y', '/g/a.conf', '/elsewhere', '/g/a.txt', 'packages'])
  const { collect } = collector([plain('/f'), plain('/d'), plain('/g/*.conf')], { known })
  assert.deepEqual(Object.keys(await collect()).sort(), ['/d/deep/y', '/d/x', '/f', '/g/a.conf'])
})

test('what was never there is nothing, or an error when it is required', async () => {
  const { collect } = collector([plain('/a'), plain('/b', true), plain('/c/*')])
  const found = await collect()
  assert.deepEqual(Object.keys(found), ['/b'])
  assert.equal(found['/b']?.fields['file.exists'], false)
  assert.equal(error(found['/b']), 'no such file')
  assert.equal(Object.keys(await collect()).length, 1, 'it is still missing')
  mkdirSync(here('/b'))
  assert.equal((await collect())['/b']?.fields['file.type'], 'dir')
  assert.deepEqual((await collect())['/b']?.fields['error.message'], undefined)
})

test('a file that cannot be read is a document and no tombstone', async () => {
  write('/denied')
  write('/broken')
  write('/unseen/f')
  write('/fine')
  const failing = (call: string, path: string) =>
    call === 'open' && path === '/denied'
      ? 'EACCES'
      : call === 'open' && path === '/broken'
        ? 'EIO'
        : path === '/unseen/f'
          ? 'EACCES'
          : undefined
  const { collect } = collector(
    ['/denied', '/broken', '/unseen/f', '/fine'].map((path) => plain(path)),
    { known: new Set(['/unseen/f']) },
    watchedRoot(failing).root,
  )
  const found = await collect()
  assert.deepEqual(
    Object.values(found).map((each) => [each.path, each.fields['file.exists'], error(each)]),
    [
      ['/denied', true, 'permission denied'],
      ['/broken', true, 'input/output error'],
      ['/unseen/f', undefined, 'permission denied'],
      ['/fine', true, undefined],
    ],
  )
  assert.equal(found['/denied']?.fields['file.size'], 7)
})

test('a problem of what could not be looked at ends with a tombstone when it is gone', async () => {
  write('/d/f')
  let isBroken = true
  const { root } = watchedRoot((call, path) => (isBroken && call === 'lstat' && path === '/d/f' ? 'EIO' : undefined))
  const { collect } = collector([plain('/d/f')], {}, root)
  assert.equal(error((await collect())['/d/f']), 'input/output error')
  isBroken = false
  rmSync(here('/d/f'))
  const gone = (await collect())['/d/f']
  assert.deepEqual([gone?.fields['file.exists'], error(gone)], [false, undefined])
  await collect()
  assert.deepEqual(await collect(), {}, 'the store has it')
})

test('a file of mode 0000 is a document for a user who may not read it', async () => {
  write('/secret', 'x')
  chmodSync(here('/secret'), 0)
  chmodSync(top, 0o755)
  const isSuperuser = process.geteuid?.() === 0
  if (isSuperuser) process.seteuid?.(65534)
  try {
    const found = (await collector([plain('/secret')]).collect())['/secret']
    assert.deepEqual([found?.fields['file.mode'], error(found)], ['0000', 'permission denied'])
  } finally {
    if (isSuperuser) process.seteuid?.(0)
  }
})

test('a file the kernel fails to read is a document', async () => {
  const found = (await collector([plain('/proc/self/mem')], {}, new Root()).collect())['/proc/self/mem']
  assert.deepEqual([found?.fields['file.exists'], error(found)], [true, 'input/output error'])
})

test('owners have numbers alone while their names cannot be read', async () => {
  write('/f', 'x')
  write('/etc/passwd', `me:x:${nodeFs.lstatSync(here('/f')).uid}:0:::\n`)
  let code: string | undefined = 'EIO'
  const { root } = watchedRoot((_call, path) => (path === '/etc/passwd' ? code : undefined))
  const { collect } = collector([plain('/f')], {}, root)
  assert.equal((await collect())['/f']?.fields['file.owner'], undefined)
  code = undefined
  assert.equal((await collect())['/f']?.fields['file.owner'], 'me')
})

test('pipes, devices and sockets are described and not opened', { timeout: 5000 }, async () => {
  execFileSync('mkfifo', [here('/pipe')])
  const { root, opened } = watchedRoot()
  const found = await collector([plain('/pipe'), plain('/p*')], {}, root).collect()
  assert.equal(found['/pipe']?.fields['file.type'], 'fifo')
  assert.equal(found['/pipe']?.content, undefined)
  assert.deepEqual(opened, [])
  const devices = await collector([plain('/dev/null')], {}, new Root()).collect()
  assert.equal(devices['/dev/null']?.fields['file.type'], 'char_device')
})

test('a file beyond the limit is described and not stored', async () => {
  write('/big')
  truncateSync(here('/big'), 10 * 1024 ** 3)
  const found = (await collector([plain('/big')]).collect())['/big']
  assert.equal(found?.fields['file.size'], 10 * 1024 ** 3)
  assert.equal(error(found), 'larger than maxsize (9.54 MB): 10737418240 bytes, not stored')
})

test('binary content is hashed and not stored', async () => {
  write('/bin', Buffer.from([1, 0, 2]))
  const found = (await collector([plain('/bin')]).collect())['/bin']
  assert.equal(found?.content, undefined)
  assert.equal(found?.fields['file.encoding'], 'binary')
  assert.equal(
    found?.fields['file.hash.sha256'],
    createHash('sha256')
      .update(Buffer.from([1, 0, 2]))
      .digest('hex'),
  )
})

test('links are followed inside the root and recorded', async () => {
  write('/real/f', 'text')
  symlinkSync('/real/f', here('/link'))
  symlinkSync('/gone', here('/dangling'))
  symlinkSync('loop', here('/loop'))
  symlinkSync('/etc/../../../../../../etc/hostname', here('/escape'))
  const found = await collector(['/link', '/dangling', '/loop', '/escape'].map((path) => plain(path, true))).collect()
  const facts = (path: string) => {
    const fields = found[path]?.fields ?? {}
    return [fields['file.exists'], fields['file.type'], fields['file.target_path'], fields['error.message']]
  }
  assert.equal(found['/link']?.content, 'text')
  assert.deepEqual(facts('/link'), [true, 'symlink', '/real/f', undefined])
  assert.deepEqual(facts('/dangling'), [true, 'symlink', '/gone', 'no such file: /gone'])
  assert.deepEqual(facts('/loop'), [true, undefined, undefined, 'too many symbolic links encountered'])
  assert.deepEqual(facts('/escape'), [true, 'symlink', '/etc', 'no such file: /etc'])
})

test('kernel files have neither size nor times of their stat', async () => {
  const found = await collector(
    [plain('/proc/version'), plain('/proc/self/mounts'), plain('/proc/mounts')],
    {},
    new Root(),
  ).collect()
  const { fields, content } = found['/proc/version'] as Observation
  assert.match(content as string, /^Linux version/)
  assert.equal(fields['file.size'], content?.length)
  assert.deepEqual([fields['file.mtime'], fields['file.inode'], fields['file.owner']], [undefined, undefined, 'root'])
  assert.equal(found['/proc/mounts']?.fields['file.target_path'], '/proc/self/mounts')
})

test('a folder gives every regular file below it, through loops too', async () => {
  write('/d/a')
  write('/d/e/b')
  symlinkSync('..', here('/d/e/up'))
  execFileSync('mkfifo', [here('/d/pipe')])
  const { collect } = collector([plain('/d/')])
  assert.deepEqual(Object.keys(await collect()), ['/d/a', '/d/e/b'])
  rmSync(here('/d/e'), { recursive: true })
  const after = await collect()
  assert.deepEqual(
    Object.values(after).map((each) => [each.path, each.fields['file.exists']]),
    [
      ['/d/a', undefined],
      ['/d/e/b', false],
    ],
  )
})

test('a folder that cannot be listed is a document until it can', async () => {
  write('/d/secret/f')
  let code: string | undefined = 'EACCES'
  const { root } = watchedRoot((call, path) => (call === 'opendir' && path === '/d/secret' ? code : undefined))
  const { collect } = collector([plain('/d')], {}, root)
  assert.equal(error((await collect())['/d/secret']), 'permission denied')
  code = undefined
  const found = await collect()
  assert.deepEqual(Object.keys(found), ['/d/secret/f', '/d/secret'])
  assert.deepEqual(found['/d/secret']?.fields['file.type'], 'dir')
  await collect()
  assert.deepEqual(Object.keys(await collect()), ['/d/secret/f'])
})

test('an entry of too many files says that it is cut', async () => {
  for (const name of ['a', 'b', 'c', 'd']) write(`/d/${name}`)
  const found = await collector([plain('/d'), plain('/d/*')], { maxEntries: 3 }).collect()
  assert.equal(error(found['/d']), 'more than 3 entries, the others are not read')
  assert.equal(error(found['/d/*']), 'more than 3 entries, the others are not read')
})

test('a name with a bracket may just be a name', async () => {
  write('/a[1].conf', 'x')
  assert.equal((await collector([plain('/a[1].conf')]).collect())['/a[1].conf']?.content, 'x')
})

test('a path of several entries is read once', async () => {
  write('/d/f.conf')
  const found = await collector([plain('/d'), plain('/d/f.conf'), plain('/d/*.conf'), plain('/d/**')]).collect()
  assert.deepEqual(Object.keys(found), ['/d/f.conf'])
})

const format: Format = {
  dataset: 'mitra.test',
  kind: 'state',
  matches: () => true,
  fields: (content) => ({ 'test.value': Number(/\d+/.exec(content)?.[0]) }),
  stable: (content) => content.replace(/volatile .*/, ''),
}

test('a format gives typed fields, dataset and what lasts', async () => {
  write('/f', '12 volatile a')
  const { collect } = collector([plain('/f')], { formatOf: () => format })
  const one = (await collect())['/f']
  write('/f', '12 volatile bcd')
  const two = (await collect())['/f']
  write('/f', '13 volatile bcd')
  const three = (await collect())['/f']
  assert.deepEqual([one?.dataset, one?.fields['test.value']], ['mitra.test', 12])
  assert.equal(one?.fingerprint, two?.fingerprint)
  assert.notEqual(two?.fingerprint, three?.fingerprint)
})

test('a metric has no fingerprint and is no part of a look at a change', async () => {
  write('/f', '1')
  const { collect, look } = collector([plain('/f')], { formatOf: () => ({ ...format, kind: 'metric' }) })
  const found = (await collect())['/f']
  assert.deepEqual([found?.kind, found?.fingerprint], ['metric', undefined])
  assert.deepEqual(await look('/', 'f'), {})
})

test('a format that fails is an error of its document alone', async () => {
  write('/f', 'x')
  const fields = () => {
    throw new Error('odd')
  }
  const found = (await collector([plain('/f')], { formatOf: () => ({ ...format, fields }) }).collect())['/f']
  assert.equal(error(found), 'failed to understand the content: odd')
  assert.equal(found?.content, 'x')
})

test('stops when aborted', async () => {
  write('/d/f')
  const { files, pass } = collector([plain('/d')])
  await assert.rejects(Array.fromAsync(files.collect({ ...pass, signal: AbortSignal.abort() })), { name: 'AbortError' })
})

test('wants to hear of the folders where its files and links are, or would be', async () => {
  write('/etc/f')
  write('/data/v1/f')
  symlinkSync('v1', here('/data/current'))
  symlinkSync('/data/current/f', here('/etc/link'))
  write('/d/e/x')
  mkdirSync(here('/g'))
  const { collect, files } = collector(
    ['/etc/f', '/etc/link', '/no/such/file', '/d', '/g/*.conf', '/proc/version'].map((path) => plain(path)),
  )
  await collect()
  assert.deepEqual([...files.folders()].sort(), ['/', '/d', '/d/e', '/data', '/data/v1', '/etc', '/g'])
})

test('leaves alone what another source reads, though an entry covers it', async () => {
  write('/d/own')
  write('/d/other')
  const excluded = new Set(['/d/other', '/d/pseudo'])
  const { collect, look } = collector([plain('/d')], { excluded, known: new Set(['/d/pseudo']) })
  assert.deepEqual(Object.keys(await collect()), ['/d/own'])
  assert.deepEqual(await look('/d', 'other'), {})
})

test('a look reads just what a change concerns', async () => {
  write('/etc/f', '1')
  write('/etc/other', '1')
  write('/d/x', '1')
  write('/d/e/y', '1')
  write('/g/a.conf', '1')
  mkdirSync(here('/v1'))
  write('/v1/f', 'one')
  write('/v2/f', 'two')
  symlinkSync('v1', here('/current'))
  const { collect, look, files } = collector(
    ['/etc/f', '/etc/other', '/d', '/g/*.conf', '/current/f', '/new/f'].map((path) => plain(path)),
  )
  await collect()
  const contents = async (folder: string, name?: string) =>
    Object.values(await look(folder, name)).map((each) => `${each.path}=${each.content ?? each.fields['file.exists']}`)

  write('/etc/f', '2')
  assert.deepEqual(await contents('/etc', 'f'), ['/etc/f=2'])
  assert.deepEqual(await contents('/etc', 'unconfigured'), [])
  write('/d/z', '2')
  assert.deepEqual(await contents('/d', 'z'), ['/d/z=2'])
  execFileSync('mkfifo', [here('/d/pipe')])
  assert.deepEqual(await contents('/d', 'pipe'), [])
  rmSync(here('/d/z'))
  assert.deepEqual(await contents('/d', 'z'), ['/d/z=false'])
  write('/g/b.conf', '2')
  write('/g/b.txt', '2')
  assert.deepEqual([...(await contents('/g', 'b.conf')), ...(await contents('/g', 'b.txt'))], ['/g/b.conf=2'])
  renameSync(here('/d/e'), here('/d/moved'))
  assert.deepEqual((await contents('/d', 'e')).sort(), ['/d/e/y=false', '/d/moved/y=1', '/d/x=undefined', '/d/z=false'])
  assert.ok(files.folders().has('/d/moved'))
  write('/d/sub/deep/n', 'n')
  assert.ok((await contents('/d', 'sub')).includes('/d/sub/deep/n=n'))
  rmSync(here('/current'))
  symlinkSync('v2', here('/current'))
  assert.deepEqual(await contents('/', 'current'), ['/current/f=two'])
  write('/new/f', 'new')
  assert.deepEqual(await contents('/', 'new'), ['/new/f=new'])
  assert.ok(files.folders().has('/new'))
  write('/etc/f', '3')
  assert.deepEqual((await contents('/etc')).sort(), ['/etc/f=3', '/etc/other=undefined'])
  symlinkSync('/v1/f', here('/d/linked'))
  assert.deepEqual(await contents('/d', 'linked'), ['/d/linked=one'])
  write('/v1/f', 'changed')
  assert.deepEqual(await contents('/v1', 'f'), ['/d/linked=changed'])
})

test('a file below a folder that is replaced by a pipe is told of as a pipe', async () => {
  write('/d/f', 'text')
  const { collect, look } = collector([plain('/d')])
  await collect()
  rmSync(here('/d/f'))
  execFileSync('mkfifo', [here('/d/f')])
  for (const found of [await look('/d', 'f'), await collect()]) {
    assert.equal(found['/d/f']?.fields['file.type'], 'fifo')
    assert.equal(found['/d/f']?.content, undefined)
  }
})

test('a file of a glob that becomes a link to a folder is told of as a folder', async () => {
  write('/s/a.c', 'text')
  write('/other/x', '')
  const { collect } = collector([plain('/s/*.c')])
  await collect()
  rmSync(here('/s/a.c'))
  symlinkSync('/other', here('/s/a.c'))
  assert.equal((await collect())['/s/a.c']?.fields['file.type'], 'dir')
  await collect()
  assert.deepEqual(await collect(), {})
})

test('a required glob that nothing matches is told of until something does', async () => {
  write('/g/other', '')
  const { collect } = collector([{ path: '/g/*.conf', required: true }, plain('/g/*.if_present')])
  const found = await collect()
  assert.deepEqual(Object.keys(found), ['/g/*.conf'])
  assert.equal(found['/g/*.conf']?.fields['error.message'], 'no file matches')
  write('/g/a.conf', 'text')
  const later = await collect()
  assert.equal(later['/g/a.conf']?.content, 'text')
  assert.equal(later['/g/*.conf']?.fields['error.message'], undefined)
  assert.equal(later['/g/*.conf']?.fields['file.exists'], false)
})

test('a change in a folder that is come to by two names concerns the first', async () => {
  write('/d/e/f', '1')
  symlinkSync('e', here('/d/link'))
  const { collect, look } = collector([plain('/d')])
  assert.deepEqual(Object.keys(await collect()), ['/d/e/f'])
  write('/d/e/f', '2')
  assert.deepEqual(Object.keys(await look('/d/e', 'f')), ['/d/e/f'])
})

test('a file is heard of when its folder takes the place of a file', async () => {
  write('/v/current', 'a file')
  const { collect, look, files } = collector([plain('/v/current/f')])
  await collect()
  assert.ok(files.folders().has('/v'))
  rmSync(here('/v/current'))
  write('/v/current/f', 'x')
  assert.equal((await look('/v', 'current'))['/v/current/f']?.content, 'x')
})

test('a link that led to itself is heard of when it leads elsewhere', async () => {
  symlinkSync('f', here('/f'))
  const { collect, look, files } = collector([plain('/f')])
  await collect()
  assert.ok(files.folders().has('/'))
  rmSync(here('/f'))
  write('/f', 'x')
  assert.equal((await look('/', 'f'))['/f']?.content, 'x')
})
