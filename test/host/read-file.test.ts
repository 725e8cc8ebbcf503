import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import nodeFs, {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { FileCalls, type SystemCalls } from '../../src/host/file-calls.ts'
import { type FileRead, readFile } from '../../src/host/read-file.ts'
import { Root } from '../../src/host/root.ts'

const base = mkdtempSync(join(tmpdir(), 'mitra-read-file-'))
after(() => rmSync(base, { recursive: true, force: true }))
const here = (path: string) => join(base, path)
const options = { maxBytes: 10 * 1024 * 1024, signal: new AbortController().signal }
const read = (path: string, changes: object = {}, root = new Root(base)) =>
  readFile(root, path, { ...options, ...changes })

function contentOf(result: FileRead) {
  assert.equal(result.status, 'read')
  return result.content
}
function reasonFor(result: FileRead): string {
  assert.equal(result.status, 'unread')
  return result.reason
}

test('gives text, hash and stat of a file', async () => {
  writeFileSync(here('plain'), 'text\n')
  const result = await read('/plain')
  assert.deepEqual(contentOf(result), {
    text: 'text\n',
    encoding: 'utf-8',
    sha256: createHash('sha256').update('text\n').digest('hex'),
    bytes: 5,
    changedWhileRead: false,
  })
  assert.equal(result.status === 'read' && result.stat.size, 5n)
})

test('gives an empty file as empty text', async () => {
  writeFileSync(here('empty'), '')
  assert.equal(contentOf(await read('/empty')).text, '')
})

for (const size of [1, 1023, 256 * 1024 - 1, 256 * 1024, 256 * 1024 + 1, 5 * 1024 * 1024])
  test(`reads ${size} bytes whole`, async () => {
    const bytes = Buffer.alloc(size, 'é\n')
    writeFileSync(here('sized'), bytes)
    const content = contentOf(await read('/sized'))
    assert.equal(content.sha256, createHash('sha256').update(bytes).digest('hex'))
    assert.equal(content.bytes, size)
  })

for (const [name, bytes, encoding, text] of [
  ['utf-8 with its mark', Buffer.from('\ufeffgrün'), 'utf-8', 'grün'],
  ['one bad line', Buffer.from('grün\nna\xefve\n', 'latin1'), 'mixed', 'grün\nnaïve\n'],
  [
    'good and bad lines',
    Buffer.concat([Buffer.from('grün\n'), Buffer.from('na\xefve', 'latin1')]),
    'mixed',
    'grün\nnaïve',
  ],
  ['utf-16 little endian', Buffer.from('\ufeffgrün', 'utf16le'), 'utf-16', 'grün'],
  ['utf-16 big endian', Buffer.from('\ufeffgrün', 'utf16le').swap16(), 'utf-16', 'grün'],
  ['half a utf-16 character', Buffer.from([0xff, 0xfe, 0x41]), 'binary', undefined],
  ['utf-32', Buffer.from([0xff, 0xfe, 0, 0, 0x41, 0, 0, 0]), 'binary', undefined],
  ['a NUL byte', Buffer.from('abc\0def'), 'binary', undefined],
  ['a NUL byte far behind', Buffer.concat([Buffer.alloc(400_000, 'a'), Buffer.alloc(1)]), 'binary', undefined],
] as const)
  test(`decodes ${name}`, async () => {
    writeFileSync(here('encoded'), bytes)
    const content = contentOf(await read('/encoded'))
    assert.deepEqual([content.encoding, content.text], [encoding, text])
    assert.equal(content.bytes, bytes.length)
  })

test('decodes a long text with one bad line', async () => {
  const good = Buffer.alloc(6 * 1024 * 1024, 'grün gut\n')
  writeFileSync(here('long'), Buffer.concat([good.subarray(0, 9 * 500_000), Buffer.from([0xef, 0x0a])]))
  const content = contentOf(await read('/long'))
  assert.equal(content.encoding, 'mixed')
  assert.ok(content.text?.endsWith('\nï\n'))
})

test('never opens a pipe, a socket, a device or a folder', { timeout: 5000 }, async () => {
  const opened: unknown[] = []
  const calls: SystemCalls = {
    ...nodeFs,
    open: ((...given: Parameters<typeof nodeFs.open>) => {
      opened.push(given[0])
      nodeFs.open(...given)
    }) as typeof nodeFs.open,
  }
  const root = new Root(base, new FileCalls({ calls }))
  execFileSync('mkfifo', [here('pipe')])
  const server = createServer().listen(here('socket'))
  await new Promise((resolve) => server.once('listening', resolve))
  mkdirSync(here('folder'))
  for (const path of ['/pipe', '/socket', '/folder']) assert.equal((await read(path, {}, root)).status, 'not_regular')
  assert.equal((await read('/dev/zero', {}, new Root('/', new FileCalls({ calls })))).status, 'not_regular')
  assert.deepEqual(opened, [])
  server.close()
})

test('does not read a file beyond the limit, however large', async () => {
  writeFileSync(here('sparse'), '')
  truncateSync(here('sparse'), 10 * 1024 ** 3)
  assert.equal(reasonFor(await read('/sparse')), 'larger than maxsize (10 MB): 10737418240 bytes, not stored')
  assert.equal(reasonFor(await read('/sparse', { maxBytes: -1 })), 'larger than 256 MB: 10737418240 bytes, not stored')
  assert.equal(reasonFor(await read('/plain', { maxBytes: 4 })), 'larger than maxsize (0 MB): 5 bytes, not stored')
})

test('takes a file of just the limit', async () => {
  writeFileSync(here('exact'), 'x'.repeat(1000))
  assert.equal(contentOf(await read('/exact', { maxBytes: 1000 })).bytes, 1000)
})

test('reads kernel files to their end, whatever size they claim', async () => {
  const content = contentOf(await read('/proc/version', {}, new Root()))
  assert.match(content.text as string, /^Linux version/)
  assert.equal(content.bytes, (content.text as string).length)
  assert.equal(
    reasonFor(await read('/proc/kallsyms', { maxBytes: 1000 }, new Root())),
    'larger than maxsize (0 MB), not stored',
  )
})

test('is told of links and of what is missing', async () => {
  symlinkSync('/plain', here('link'))
  symlinkSync('/gone', here('dangling'))
  symlinkSync('loop-b', here('loop-a'))
  symlinkSync('loop-a', here('loop-b'))
  const linked = await read('/link')
  assert.equal(contentOf(linked).text, 'text\n')
  assert.deepEqual([linked.resolved.real, linked.resolved.isLink, linked.resolved.links], ['/plain', true, ['/link']])
  const dangling = await read('/dangling')
  assert.deepEqual([dangling.status, dangling.resolved.real, dangling.resolved.isLink], ['missing', '/gone', true])
  await assert.rejects(read('/loop-a'), { code: 'ELOOP' })
  assert.equal((await read('/nowhere/at/all')).status, 'missing')
  assert.equal((await read('/plain/below')).status, 'missing')
})

/** A root whose `open` does something first. */
function rootWith(before: (path: string, times: number) => void): Root {
  let times = 0
  const calls: SystemCalls = {
    ...nodeFs,
    open: ((path: string, flags: number, done: (error: Error | null, descriptor: number) => void) => {
      before(path, ++times)
      nodeFs.open(path, flags, done)
    }) as typeof nodeFs.open,
  }
  return new Root(base, new FileCalls({ calls }))
}

test('sees a file vanish between look and read', async () => {
  writeFileSync(here('vanishing'), 'x')
  const root = rootWith((path) => rmSync(path, { force: true }))
  assert.equal((await read('/vanishing', {}, root)).status, 'missing')
})

test('reads the new file when it is replaced between look and read', async () => {
  writeFileSync(here('replaced'), 'old')
  const root = rootWith((path, times) => {
    if (times > 1) return
    writeFileSync(here('next'), 'new')
    renameSync(here('next'), path)
  })
  assert.equal(contentOf(await read('/replaced', {}, root)).text, 'new')
})

test('does not follow a link put in the place of a file', async () => {
  writeFileSync(here('swapped'), 'x')
  const root = rootWith((path) => {
    rmSync(path)
    symlinkSync('/etc/passwd', path)
  })
  assert.equal((await read('/swapped', {}, root)).status, 'missing')
})

/** A root whose `read` does something afterwards. */
function rootWriting(afterRead: (times: number) => void): Root {
  let times = 0
  const calls: SystemCalls = {
    ...nodeFs,
    read: ((descriptor: number, buffer: Buffer, offset: number, length: number, position: null, done: never) => {
      nodeFs.readSync(descriptor, buffer, 0, 0, null)
      nodeFs.read(descriptor, buffer, offset, length, position, done)
      afterRead(++times)
    }) as unknown as typeof nodeFs.read,
  }
  return new Root(base, new FileCalls({ calls }))
}

test('reads again when a file changes while it is read', async () => {
  writeFileSync(here('growing'), 'one')
  const root = rootWriting((times) => {
    if (times === 1) appendFileSync(here('growing'), ' two')
    utimesSync(here('growing'), 1, 1)
  })
  const content = contentOf(await read('/growing', {}, root))
  assert.deepEqual([content.text, content.changedWhileRead], ['one two', false])
})

test('takes a file as it is when it changes at every try', async () => {
  writeFileSync(here('restless'), 'x')
  const root = rootWriting((times) => utimesSync(here('restless'), times, times))
  const content = contentOf(await read('/restless', {}, root))
  assert.deepEqual([content.text, content.changedWhileRead], ['x', true])
})

test('stops reading a file that grows beyond the limit', async () => {
  writeFileSync(here('swelling'), 'x'.repeat(900))
  const calls: SystemCalls = {
    ...nodeFs,
    fstat: ((descriptor: number, given: never, done: (error: unknown, stat: unknown) => void) =>
      nodeFs.fstat(descriptor, given, (error: unknown, stat: unknown) => {
        appendFileSync(here('swelling'), 'y'.repeat(2000))
        done(error, stat)
      })) as unknown as typeof nodeFs.fstat,
  }
  const result = await read('/swelling', { maxBytes: 1000 }, new Root(base, new FileCalls({ calls })))
  assert.match(reasonFor(result), /larger than maxsize .*, not stored/)
})

test('says why a file cannot be read', async () => {
  const failing = (call: 'open' | 'read', code: string, errno: number) =>
    new Root(
      base,
      new FileCalls({
        calls: {
          ...nodeFs,
          [call]: (...given: unknown[]) =>
            (given.at(-1) as (error: unknown) => void)(Object.assign(new Error(code), { code, errno })),
        },
      }),
    )
  assert.equal(reasonFor(await read('/plain', {}, failing('open', 'EACCES', -13))), 'permission denied')
  assert.equal(reasonFor(await read('/plain', {}, failing('read', 'EIO', -5))), 'input/output error')
  assert.equal((await read('/plain', {}, failing('read', 'ESTALE', -116))).status, 'unread')
})

test('gives up on a file that is slower than its time', async () => {
  assert.equal(reasonFor(await read('/plain', { timeoutMs: -1 })), 'not read to its end in time')
})

test('stops when aborted', async () => {
  await assert.rejects(read('/plain', { signal: AbortSignal.abort() }), { name: 'AbortError' })
  const abort = new AbortController()
  const root = rootWriting(() => abort.abort())
  writeFileSync(here('aborted'), 'x'.repeat(1_000_000))
  await assert.rejects(read('/aborted', { signal: abort.signal }, root), { name: 'AbortError' })
})
