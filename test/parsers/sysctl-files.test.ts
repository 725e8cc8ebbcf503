import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  inSysctlOrder,
  isSameSetting,
  isSysctlFile,
  readSysctlFiles,
  settingsAskedFor,
} from '../../src/parsers/sysctl-files.ts'

const paths = [
  '/etc/sysctl.conf',
  '/usr/lib/sysctl.d/50-default.conf',
  '/lib/sysctl.d/50-default.conf',
  '/etc/sysctl.d/99-local.conf',
  '/run/sysctl.d/60-run.conf',
  '/usr/local/lib/sysctl.d/60-run.conf',
  '/etc/sysctl.d/50-default.conf',
  '/usr/lib/sysctl.d/10-first.conf',
]

test('orders files by name whatever their directories, a name only in its first directory, sysctl.conf last', () => {
  const order = [
    '/usr/lib/sysctl.d/10-first.conf',
    '/etc/sysctl.d/50-default.conf',
    '/run/sysctl.d/60-run.conf',
    '/etc/sysctl.d/99-local.conf',
    '/etc/sysctl.conf',
  ]
  assert.deepEqual(inSysctlOrder(paths), order)
  fc.assert(
    fc.property(fc.shuffledSubarray(paths, { minLength: paths.length }), (shuffled) => {
      assert.deepEqual(inSysctlOrder(shuffled), order)
    }),
  )
})

test('knows the files that are read, and no others', () => {
  for (const path of paths) assert.ok(isSysctlFile(path), path)
  for (const path of [
    '/etc/sysctl.d/README',
    '/etc/sysctl.d/a/b.conf',
    '/opt/sysctl.d/a.conf',
    '/etc/sysctl.d/.conf',
    'x',
  ])
    assert.ok(!isSysctlFile(path), path)
})

/** Settings of a kernel with these keys, for files by their paths. */
function asked(files: Record<string, string>, keys: readonly string[] = []): Record<string, string> {
  const configured = readSysctlFiles(new Map(Object.entries(files)))
  return Object.fromEntries(
    Array.from(
      settingsAskedFor(configured, () => keys),
      ([key, { value }]) => [key, value],
    ),
  )
}

const one = (text: string, keys?: readonly string[]) => asked({ '/etc/sysctl.conf': text }, keys)
const interfaces = ['all', 'default', 'eth0', 'eth0/100', 'hub0'].map((name) => `net.ipv4.conf.${name}.rp_filter`)

const texts: [title: string, text: string, settings: Record<string, string>][] = [
  [
    'the last of three lines',
    'vm.swappiness=1\nvm.swappiness = 60\n  vm.swappiness\t=\t10  \n',
    { 'vm.swappiness': '10' },
  ],
  ['slashes as dots', 'vm/swappiness=1\nvm.swappiness=2\nvm/swappiness=3', { 'vm.swappiness': '3' }],
  [
    'a dot in a part, either way',
    'net/ipv4/conf/eth0.100/forwarding=1\nnet.ipv4.conf.eth0/200.forwarding=0',
    { 'net.ipv4.conf.eth0/100.forwarding': '1', 'net.ipv4.conf.eth0/200.forwarding': '0' },
  ],
  ['the value after the first =', 'kernel.core_pattern=|/bin/x a=b', { 'kernel.core_pattern': '|/bin/x a=b' }],
  [
    'a hyphen before a key',
    '- vm.swappiness = 1\n-vm.overcommit_memory=1',
    { 'vm.swappiness': '1', 'vm.overcommit_memory': '1' },
  ],
  ['neither comments nor words', '# vm.swappiness=1\n; vm.swappiness=2\nvm.swappiness 3\n=4\nvm=5\n', {}],
]
for (const [title, text, settings] of texts)
  test(`reads ${title}`, () => {
    assert.deepEqual(one(text), settings)
    assert.deepEqual(one(text.replaceAll('\n', '\r\n')), settings)
  })

test('lets later files win, a file hide its namesakes, and an empty one take their place', () => {
  const files = {
    '/usr/lib/sysctl.d/50-default.conf': 'vm.swappiness=50\nkernel.sysrq=16',
    '/etc/sysctl.d/60-local.conf': 'vm.swappiness=60',
    '/etc/sysctl.d/10-early.conf': 'vm.swappiness=10',
  }
  assert.deepEqual(asked(files), { 'vm.swappiness': '60', 'kernel.sysrq': '16' })
  assert.deepEqual(asked({ ...files, '/etc/sysctl.conf': 'vm/swappiness=1' }), {
    'vm.swappiness': '1',
    'kernel.sysrq': '16',
  })
  assert.deepEqual(asked({ ...files, '/etc/sysctl.d/50-default.conf': '' }), { 'vm.swappiness': '60' })
})

test('takes a pattern for the keys it matches, but for those named by themselves', () => {
  const text =
    'net.ipv4.conf.hub0.rp_filter = 1\nnet.ipv4.conf.*.rp_filter = 2\n-net.ipv4.conf.all.rp_filter\nnet.ipv4.conf.default.rp_filter = 0\n'
  assert.deepEqual(one(text, interfaces), {
    'net.ipv4.conf.hub0.rp_filter': '1',
    'net.ipv4.conf.default.rp_filter': '0',
    'net.ipv4.conf.eth0.rp_filter': '2',
    'net.ipv4.conf.eth0/100.rp_filter': '2',
  })
})

const patterns: [pattern: string, matched: readonly string[]][] = [
  ['net/ipv4/conf/*/rp_filter', ['all', 'default', 'eth0', 'eth0/100', 'hub0']],
  ['net.ipv4.conf.eth*.rp_filter', ['eth0', 'eth0/100']],
  ['net.ipv4.conf.???0.rp_filter', ['eth0', 'hub0']],
  ['net.ipv4.conf.[a-e]*.rp_filter', ['all', 'default', 'eth0', 'eth0/100']],
  ['net.ipv4.conf.[!a-e]*.rp_filter', ['hub0']],
  ['net.ipv4.*.rp_filter', []],
  ['net.*.conf.*.rp_filter', ['all', 'default', 'eth0', 'eth0/100', 'hub0']],
]
for (const [pattern, matched] of patterns)
  test(`${pattern} means ${matched.join(', ') || 'nothing'}`, () => {
    const found = Object.keys(one(`${pattern} = 1`, interfaces))
    assert.deepEqual(
      found,
      matched.map((name) => `net.ipv4.conf.${name}.rp_filter`),
    )
  })

test('lets the later of two patterns win, also when it was there before', () => {
  const text = 'net.ipv4.conf.*.x = 1\nnet.ipv4.*.eth0.x = 2\n'
  assert.deepEqual(one(text, ['net.ipv4.conf.eth0.x']), { 'net.ipv4.conf.eth0.x': '2' })
  assert.deepEqual(one(`${text}net.ipv4.conf.*.x = 3`, ['net.ipv4.conf.eth0.x']), { 'net.ipv4.conf.eth0.x': '3' })
})

test('does not lose itself in a pattern of many stars', () => {
  const name = 'a'.repeat(60)
  const started = performance.now()
  assert.deepEqual(
    one(
      `net.${'*a'.repeat(30)}*b = 1`,
      Array.from({ length: 1000 }, (_, index) => `net.${name}${index}`),
    ),
    {},
  )
  assert.ok(performance.now() - started < 2000)
})

test('compares values as the kernel prints them', () => {
  for (const [written, printed] of [
    ['4096 131072  6291456', '4096\t131072\t6291456'],
    ['0x10', '16'],
    ['010', '8'],
    ['0', '0'],
    ['-1', '-1'],
    ['|/bin/false %P', '|/bin/false %P'],
    ['18446744073692774399', '18446744073692774399'],
  ] as const)
    assert.ok(isSameSetting(written, printed), written)
  for (const [written, printed] of [
    ['1', '10'],
    ['4096 131072', '4096\t131072\t6291456'],
    ['1 # comment', '1'],
    ['-1', '1'],
    ['18446744073692774398', '18446744073692774399'],
    ['', '0'],
  ] as const)
    assert.ok(!isSameSetting(written, printed), written)
})
