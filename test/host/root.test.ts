import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { NoDataError } from '../../src/errors.ts'
import { Root } from '../../src/host/root.ts'

const top = mkdtempSync(join(tmpdir(), 'mitra-root-'))
after(() => rmSync(top, { recursive: true, force: true }))
const base = join(top, 'host')
mkdirSync(join(base, 'etc/sub'), { recursive: true })
mkdirSync(join(base, 'proc'))
writeFileSync(join(top, 'secret'), 'outside')
writeFileSync(join(base, 'etc/file'), 'inside')
const links: [string, string][] = [
  ['/etc/file', 'etc/absolute'],
  ['../../../../secret', 'etc/escape'],
  [join(top, 'secret'), 'etc/outside'],
  ['/etc', 'config'],
  ['a', 'b'],
  ['b', 'a'],
  ['file', 'etc/link0'],
]
for (const [target, path] of links) symlinkSync(target, join(base, path))
for (let i = 1; i <= 41; i++) symlinkSync(`link${i - 1}`, join(base, `etc/link${i}`))
const root = new Root(base)

for (const [path, real] of [
  ['/etc/file', '/etc/file'],
  ['//etc/./sub/../file', '/etc/file'],
  ['/etc/absolute', '/etc/file'],
  ['/config/absolute', '/etc/file'],
  ['/../../etc/file', '/etc/file'],
  ['/etc/escape', '/secret'],
  ['/config/..', '/'],
  ['/', '/'],
  ['/etc/link39', '/etc/file'],
] as const)
  test(`${path} leads to ${real} inside the root`, async () => {
    assert.equal((await root.resolve(path)).real, real)
  })

test('a path does not lead out of the root', async () => {
  for (const path of ['/etc/escape', '/etc/outside', '/../secret'])
    assert.equal((await root.resolve(path)).stat, undefined, path)
  assert.equal(root.locate('/../secret'), join(base, 'secret'))
  assert.throws(() => root.readKernelText('/etc/escape'), NoDataError)
  assert.throws(() => root.readKernelText('/proc/../../secret'), NoDataError)
})

test('a path of more than 40 links is an error', async () => {
  await assert.rejects(root.resolve('/etc/link40'), { code: 'ELOOP' })
  await assert.rejects(root.resolve('/a'), { code: 'ELOOP' })
  assert.throws(() => root.readKernelText('/a'), { code: 'ELOOP' })
})

test('reads a text at once, through links inside the root', () => {
  assert.equal(root.readKernelText('/config/absolute'), 'inside')
  assert.equal(new Root().readKernelText(join(base, 'etc/file')), 'inside')
})

test('reads a text larger than its buffer', () => {
  writeFileSync(join(base, 'proc/large'), 'x'.repeat(300_000))
  assert.equal(root.readKernelText('/proc/large').length, 300_000)
})

test('trusts the kernel to resolve its own trees below another root', () => {
  const machine = new Root('//')
  assert.match(machine.readKernelText('/proc/version'), /^Linux/)
  assert.match(machine.readKernelText('/proc/self/status'), /^Name:/)
  assert.ok(machine.list('/proc/net').length > 0)
})

test('has no data where nothing is', () => {
  for (const path of ['/none', '/etc/file/below']) {
    assert.throws(() => root.readKernelText(path), NoDataError)
    assert.throws(() => root.list(path), NoDataError)
    assert.throws(() => new Root().readKernelText(join(base, path)), NoDataError)
  }
})

test('does not open what is no file in another root', () => {
  execFileSync('mkfifo', [join(base, 'proc/pipe')])
  assert.throws(() => root.readKernelText('/proc/pipe'), /not a regular file/)
  assert.throws(() => root.readKernelText('/etc'), /not a regular file/)
  assert.throws(() => new Root().readKernelText('/etc'), { code: 'EISDIR' })
})

test('lists a folder with a slash on folders', () => {
  assert.deepEqual(
    root
      .list('/config')
      .filter((name) => !name.startsWith('link'))
      .sort(),
    ['absolute', 'escape', 'file', 'outside', 'sub/'],
  )
  assert.throws(() => new Root().list(join(base, 'etc/file')), NoDataError)
})
