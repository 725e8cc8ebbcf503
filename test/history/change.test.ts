import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type ChangeOptions, changeBetween } from '../../src/history/change.ts'
import { identityOf, summaryOf } from '../../src/history/change-summary.ts'
import type { Document, Fields } from '../../src/snapshot/document.ts'

function state(path: string, fields: Fields & { content?: string }): Document {
  return {
    '@timestamp': '2026-11-20T08:00:00.000Z',
    'host.name': 'web1',
    'file.path': path,
    'event.dataset': 'mitra.file',
    'event.kind': 'state',
    ...fields,
  }
}

const file = (content: string, fields: Fields = {}) => state('/etc/motd', { content, ...fields })
const removed = state('/etc/motd', { 'file.exists': false })
const unreadable = state('/etc/motd', { 'error.message': 'permission denied' })
const meminfo = (fields: Fields) =>
  state('/proc/meminfo', { 'event.dataset': 'mitra.meminfo', 'event.kind': 'metric', ...fields })
const packages = (content: string) => state('packages', { 'event.dataset': 'mitra.packages', content })
const tree = (content: string) => state('/proc/sys', { 'event.dataset': 'mitra.sysctl', content })
const sysctlConf = (content: string) => state('/etc/sysctl.conf', { content, 'sysctl.vm.swappiness': 1 })

const summaries: readonly [
  title: string,
  before: Document | undefined,
  after: Document,
  summary: string,
  options?: ChangeOptions,
][] = [
  ['a new source', undefined, file('a\n', { 'file.size': 2 }), 'appeared, 2 bytes'],
  ['a source first seen missing', undefined, removed, 'not there'],
  ['a tombstone', file('a\n'), removed, 'removed'],
  [
    'a second tombstone',
    removed,
    state('/etc/motd', { 'file.exists': false, 'error.message': 'x' }),
    'nothing changed',
  ],
  ['a file made again', removed, file('a\n'), 'came back'],
  ['a file made again otherwise', removed, file('b\n'), 'came back; +1 -1 lines', { known: file('a\n') }],
  ['a file that cannot be read', file('a\n'), unreadable, 'could not be read: permission denied'],
  ['a file that still cannot be read', unreadable, { ...unreadable }, 'nothing changed'],
  ['a file readable again', unreadable, file('a\n'), 'readable again'],
  ['a file changed meanwhile', unreadable, file('b\na\n'), 'readable again; +1 -0 lines', { known: file('a\n') }],
  ['a removed file in an unreadable folder', removed, unreadable, 'could not be read: permission denied'],
  ['an unreadable file that is removed', unreadable, removed, 'removed'],
  ['what is read while it changes', file('a\n'), file('b\n', { 'error.message': 'changed while read' }), '+1 -1 lines'],
  ['the same text', file('a\n'), file('a\n'), 'nothing changed'],
  [
    'a rewrite with the same text',
    file('a\n', { 'file.mtime': '2026-01-01T00:00:00.000Z', 'file.inode': 1 }),
    file('a\n', { 'file.mtime': '2026-01-02T00:00:00.000Z', 'file.inode': 2 }),
    'only inode, mtime changed',
  ],
  [
    'metadata',
    file('a\n', { 'file.mode': '0644', 'file.owner': 'root', 'file.uid': 0, 'file.ctime': 'x' }),
    file('a\n', { 'file.mode': '0600', 'file.owner': 'www', 'file.uid': 33, 'file.ctime': 'y' }),
    'mode 0644 -> 0600, owner root -> www',
  ],
  [
    'a link that leads elsewhere',
    file('a\n', { 'file.type': 'symlink', 'file.target_path': '/a' }),
    file('b\n', { 'file.type': 'symlink', 'file.target_path': '/b' }),
    '+1 -1 lines; target_path /a -> /b',
  ],
  [
    'a file closed to the agent',
    file('a\n', { 'file.mode': '0644', 'file.size': 2, 'file.owner': 'root' }),
    { ...unreadable, 'file.mode': '0000' },
    'could not be read: permission denied; mode 0644 -> 0000',
  ],
  [
    'lines',
    file('Welcome to this host.\nBehave, please, as you would at home.\n'),
    file('Welcome to that host.\nBehave, please, as you would at home.\nThank you all.\n'),
    '+2 -1 lines',
  ],
  [
    'binary content',
    state('/bin/x', { 'file.encoding': 'binary', 'file.size': 10, 'file.hash.sha256': 'a' }),
    state('/bin/x', { 'file.encoding': 'binary', 'file.size': 12, 'file.hash.sha256': 'b' }),
    'binary, 10 -> 12 bytes',
  ],
  [
    'a text that becomes binary',
    file('a\n', { 'file.hash.sha256': 'a' }),
    state('/etc/motd', { 'file.encoding': 'binary', 'file.hash.sha256': 'b' }),
    'text became binary',
  ],
  [
    'settings of a file',
    sysctlConf('vm.swappiness = 60\n'),
    sysctlConf('# tuned\nvm/swappiness=1\nnet.core.somaxconn=16384\n'),
    '2 keys: +net.core.somaxconn 16384, vm.swappiness 60 -> 1',
  ],
  [
    'a setting given three times, of which the last counts',
    sysctlConf('vm.swappiness=60\nvm.swappiness=10\nvm.swappiness=5\n'),
    sysctlConf('vm.swappiness=60\nvm.swappiness=30\nvm.swappiness=1\n'),
    '1 key: vm.swappiness 5 -> 1',
  ],
  [
    'an earlier one of them',
    sysctlConf('vm.swappiness=60\nvm.swappiness=1\n'),
    sysctlConf('vm.swappiness=1\n'),
    '+0 -1 lines',
  ],
  [
    'a setting in another spelling',
    sysctlConf('net.ipv4.conf.all.rp_filter = 1\n'),
    sysctlConf('net/ipv4/conf/all/rp_filter = 1\n'),
    '+1 -1 lines',
  ],
  [
    'a pattern beside settings that stay',
    sysctlConf('vm.swappiness = 1\nnet.ipv4.conf.*.rp_filter = 1\n'),
    sysctlConf('vm.swappiness = 1\nnet.ipv4.conf.*.rp_filter = 2\n'),
    '+1 -1 lines',
  ],
  [
    'several numbers, whatever separates them',
    tree('net.ipv4.tcp_rmem = 4096\t131072\t6291456\nvm.swappiness = 60\n'),
    tree('net.ipv4.tcp_rmem = 4096 131072 6291456\nvm.swappiness = 1\n'),
    '1 key: vm.swappiness 60 -> 1',
  ],
  [
    'kernels with different keys',
    tree('kernel.ostype = Linux\nnet.ipv4.tcp_tw_recycle = 0\n'),
    tree('kernel.ostype = Linux\nnet.ipv4.tcp_tw_reuse_delay = 1000\n'),
    '2 keys: -net.ipv4.tcp_tw_recycle 0, +net.ipv4.tcp_tw_reuse_delay 1000',
  ],
  [
    'packages',
    packages('openssl 3.0.2 amd64\nvim 8.2 amd64\nzlib 1 amd64\n'),
    packages('openssl 3.0.3 amd64\nzlib 1 amd64\nzsh 5.8 amd64\n'),
    '3 packages: openssl 3.0.2 -> 3.0.3, -vim 8.2, +zsh 5.8',
  ],
  [
    'a package of two architectures',
    packages('libc6 2.1 amd64\nlibc6 2.1 i386\n'),
    packages('libc6 2.2 amd64\nlibc6 2.2 i386\n'),
    '2 packages: libc6:amd64 2.1 -> 2.2, libc6:i386 2.1 -> 2.2',
  ],
  [
    'a second kernel',
    packages('kernel 5.1 x86_64\n'),
    packages('kernel 5.1 x86_64\nkernel 5.2 x86_64\n'),
    '1 package: kernel 5.1 -> 5.1, 5.2',
  ],
  [
    'figures, the widest relative move first',
    meminfo({ 'meminfo.Cached': 13_400, 'meminfo.MemFree': 1000, 'meminfo.MemTotal': 16_000 }),
    meminfo({ 'meminfo.Cached': 200, 'meminfo.MemFree': 14_000, 'meminfo.MemTotal': 16_000 }),
    '2 keys: MemFree 1000 -> 14000, Cached 13400 -> 200',
  ],
  [
    'figures without what measures',
    meminfo({ 'meminfo.MemFree': 1000, 'meminfo.MemTotal': 16_000 }),
    meminfo({ 'meminfo.MemFree': 14_000, 'meminfo.MemTotal': 8000 }),
    '1 key: MemTotal 16000 -> 8000',
    { ignoreVolatile: true },
  ],
  [
    'settings that count',
    tree('fs.file-nr = 1 0 9\nvm.swappiness = 1\n'),
    tree('fs.file-nr = 2 0 9\nvm.swappiness = 1\n'),
    'nothing changed',
    { ignoreVolatile: true },
  ],
]

describe('a change is told in one line:', () => {
  for (const [title, before, after, summary, options] of summaries)
    test(title, () => assert.equal(summaryOf(changeBetween(before, after, options)), summary))

  test('of many keys some, and how many more', () => {
    const keys = (value: number) =>
      Array.from({ length: 30 }, (_, index) => `vm.setting_${index} = ${value}\n`).join('')
    const summary = summaryOf(changeBetween(tree(keys(0)), tree(keys(1))))
    assert.match(summary, /^30 keys: vm\.setting_0 0 -> 1, .* and 26 more$/)
  })

  test('of a long value its beginning', () => {
    const summary = summaryOf(changeBetween(tree('vm.x = 1\n'), tree(`vm.x = ${'a\u{1f600}'.repeat(99)}\n`)))
    assert.ok(summary.length < 70 && summary.isWellFormed(), summary)
  })
})

test('a number that changed has its difference, and its share where it was not 0', () => {
  const { content } = changeBetween(
    tree('vm.a = 60\nvm.b = 0\nvm.c = x\n'),
    tree('vm.a = 15\nvm.b = 5\nvm.c = y\n'),
  ) as {
    content: unknown
  } & ReturnType<typeof changeBetween>
  assert.deepEqual(content, {
    kind: 'keys',
    of: 'setting',
    changes: [
      { status: 'changed', key: 'vm.a', before: 60, after: 15, move: { difference: -45, share: -0.75 } },
      { status: 'changed', key: 'vm.b', before: 0, after: 5, move: { difference: 5 } },
      { status: 'changed', key: 'vm.c', before: 'x', after: 'y' },
    ],
  })
})

describe('the identity of a change', () => {
  const identity = (before: Document, after: Document) => identityOf(changeBetween(before, after))

  test('is that of the lines, wherever in the file they stand', () => {
    const one = identity(file('a b, and so on, c d\nx\n'), file('a b, and so on, c d\ny\n'))
    assert.equal(identity(file('other\nlines\nx\nend\n'), file('other\nlines\ny\nend\n')), one)
    assert.notEqual(identity(file('x\n'), file('z\n')), one)
    assert.match(one, /^[0-9a-f]{16}$/)
  })

  test('is that of the keys, whatever the others are', () => {
    const one = identity(tree('vm.a = 1\nvm.b = 7\n'), tree('vm.a = 2\nvm.b = 7\n'))
    assert.equal(identity(tree('vm.a = 1\n'), tree('vm.a = 2\n')), one)
    assert.notEqual(identity(tree('vm.a = 3\n'), tree('vm.a = 2\n')), one)
  })
})
