import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, test } from 'node:test'
import { NoDataError } from '../../src/errors.ts'
import { Root } from '../../src/host/root.ts'
import { SysctlTree } from '../../src/sources/sysctl-tree.ts'
import { putFile, treeOf } from './observed.ts'
import { restoreSystemCalls, watchSystemCalls } from './system-calls.ts'

afterEach(restoreSystemCalls)

const { signal } = new AbortController()

function treeWith(entries: Readonly<Record<string, string | Buffer>>) {
  const base = treeOf()
  for (const [path, text] of Object.entries(entries)) putFile(base, `proc/sys/${path}`, text)
  const tree = new SysctlTree(new Root(base))
  const read = async () => {
    const text = await tree.read(signal)
    return { settings: text?.stable.toString('latin1'), counters: text?.volatile.toString('latin1') }
  }
  return { sys: join(base, 'proc/sys'), read, tree }
}

test('entries are lines sorted by key, a dot inside a name spelt as a slash', async () => {
  const { read } = treeWith({
    'vm/swappiness': '60\n',
    'net/ipv4/conf/eth0.100/forwarding': '1\n',
    'net/ipv4/tcp_rmem': '4096\t131072\t6291456\n',
    'kernel/core_pattern': '|/usr/bin/crash %p = x\n',
    'abi/vsyscall32': '1',
    'fs/aio-nr': '7\n',
  })
  assert.deepEqual(await read(), {
    settings:
      'abi.vsyscall32 = 1\nkernel.core_pattern = |/usr/bin/crash %p = x\nnet.ipv4.conf.eth0/100.forwarding = 1\n' +
      'net.ipv4.tcp_rmem = 4096\t131072\t6291456\nvm.swappiness = 60\n',
    counters: 'fs.aio-nr = 7\n',
  })
})

test('values of several lines repeat their key, and control characters are blanks', async () => {
  const { read } = treeWith({
    'dev/cdrom/info': 'CD-ROM information\n\ndrive name:\t\tsr0\n\n',
    'kernel/domainname': '\n',
    'kernel/hotplug': '',
    'kernel/hostname': 'web\x1b[2J1\0\n',
    'kernel/modprobe': Buffer.from([0x2f, 0xff, 0x0a]),
  })
  assert.equal(
    (await read()).settings,
    'dev.cdrom.info = CD-ROM information\ndev.cdrom.info = \ndev.cdrom.info = drive name:\t\tsr0\n' +
      'kernel.domainname = \nkernel.hostname = web [2J1\nkernel.modprobe = /\xff\n',
  )
})

test('long values are whole up to their limit', async () => {
  const long = 'x'.repeat(5000)
  const { read } = treeWith({ 'net/a': `${long}\n`, 'net/b': '1\n', 'net/c': 'y'.repeat(600_000) })
  const lines = (await read()).settings?.split('\n') ?? []
  assert.equal(lines[0], `net.a = ${long}`)
  assert.equal(lines[1], 'net.b = 1')
  assert.equal(lines[2]?.length, 'net.c = '.length + 512_000)
})

test('keys, random values and entries that a read would trouble are neither opened nor stored', async () => {
  const secret = 'deadbeef-deadbeef-deadbeef-deadbeef\n'
  const { sys, read } = treeWith({
    'net/ipv4/tcp_fastopen_key': secret,
    'net/ipv6/conf/all/stable_secret': secret,
    'net/ipv6/conf/eth0/stable_secret': secret,
    'net/core/netdev_rss_key': secret,
    'kernel/random/uuid': secret,
    'kernel/random/boot_id': 'b00t\n',
    'vm/stat_refresh': '',
    'net/ipv4/neigh/default/base_reachable_time': '30\n',
    'net/ipv4/neigh/default/base_reachable_time_ms': '30000\n',
    'net/ipv4/route/flush': '-1\n',
    'vm/compact_memory': '1\n',
  })
  chmodSync(join(sys, 'net/ipv4/route/flush'), 0o200)
  chmodSync(join(sys, 'vm/compact_memory'), 0o200)
  const seen = watchSystemCalls()
  for (let pass = 0; pass < 12; pass++)
    assert.deepEqual(await read(), {
      settings: 'kernel.random.boot_id = b00t\nnet.ipv4.neigh.default.base_reachable_time_ms = 30000\n',
      counters: '',
    })
  const opened = new Set(seen.opened.map((path) => path.slice(sys.length + 1)))
  assert.deepEqual([...opened].sort(), ['kernel/random/boot_id', 'net/ipv4/neigh/default/base_reachable_time_ms'])
})

test('an entry that fails is left out, and not tried again before the tree is listed again', async () => {
  const { sys, read } = treeWith({ 'kernel/a': '1\n', 'kernel/unset': '2\n', 'kernel/z': '3\n' })
  const unset = join(sys, 'kernel/unset')
  const seen = watchSystemCalls((path) => {
    if (path === unset) throw Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' })
  })
  for (let pass = 0; pass < 10; pass++) assert.equal((await read()).settings, 'kernel.a = 1\nkernel.z = 3\n')
  assert.equal(seen.opened.filter((path) => path === unset).length, 1)
  await read()
  assert.equal(seen.opened.filter((path) => path === unset).length, 2)
})

test('a steady pass lists nothing, and every tenth finds what has come', async () => {
  const { sys, read } = treeWith({ 'vm/swappiness': '60\n', 'net/core/somaxconn': '128\n' })
  const seen = watchSystemCalls()
  await read()
  const listed = seen.listed.length
  assert.equal(listed, 4)
  putFile(sys, 'net/core/new', '1\n')
  for (let pass = 2; pass <= 10; pass++) {
    assert.ok(!(await read()).settings?.includes('net.core.new'))
    assert.equal(seen.listed.length, listed)
  }
  assert.match((await read()).settings ?? '', /^net\.core\.new = 1$/m)
  assert.equal(seen.listed.length, 2 * listed)
})

test('an entry that has gone is missed once, and what came with its going is found on the next pass', async () => {
  const { sys, read } = treeWith({ 'net/ipv4/conf/eth0/forwarding': '1\n', 'vm/swappiness': '60\n' })
  await read()
  rmSync(join(sys, 'net/ipv4/conf/eth0'), { recursive: true })
  putFile(sys, 'net/ipv4/conf/eth1/forwarding', '0\n')
  assert.equal((await read()).settings, 'vm.swappiness = 60\n')
  assert.equal((await read()).settings, 'net.ipv4.conf.eth1.forwarding = 0\nvm.swappiness = 60\n')
})

test('links are not followed', async () => {
  const { sys, read } = treeWith({ 'vm/swappiness': '60\n' })
  symlinkSync('/etc/passwd', join(sys, 'vm/leak'))
  symlinkSync('/', join(sys, 'vm/root'))
  symlinkSync('.', join(sys, 'vm/loop'))
  assert.equal((await read()).settings, 'vm.swappiness = 60\n')
})

test('a folder that cannot be listed is left out', async () => {
  const { sys, read } = treeWith({ 'vm/swappiness': '60\n', 'net/core/somaxconn': '128\n' })
  const locked = join(sys, 'net')
  const { default: nodeFs } = await import('node:fs')
  const { syncBuiltinESMExports } = await import('node:module')
  watchSystemCalls()
  const { readdirSync } = nodeFs
  nodeFs.readdirSync = ((...args: Parameters<typeof readdirSync>) => {
    if (String(args[0]).startsWith(locked)) throw Object.assign(new Error('EACCES'), { code: 'EACCES' })
    return readdirSync(...args)
  }) as typeof readdirSync
  syncBuiltinESMExports()
  assert.equal((await read()).settings, 'vm.swappiness = 60\n')
})

test('a host without the tree has none', async () => {
  await assert.rejects(new SysctlTree(new Root(treeOf())).read(signal), NoDataError)
  const file = new SysctlTree(new Root(treeOf({ 'proc/sys': 'a file' })))
  await assert.rejects(file.read(signal), NoDataError)
  const base = treeOf()
  mkdirSync(join(base, 'proc/sys'), { recursive: true })
  const empty = await new SysctlTree(new Root(base)).read(signal)
  assert.deepEqual([empty?.stable.length, empty?.volatile.length], [0, 0])
})

test('the event loop gets its turn while a slow tree is read', async () => {
  const entries = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`net/e${index}`, '1\n']))
  const { read } = treeWith(entries)
  await read()
  let openedInTurn = 0
  let most = 0
  watchSystemCalls(() => {
    const end = performance.now() + 1
    while (performance.now() < end);
    most = Math.max(most, ++openedInTurn)
  })
  let turning = true
  const turn = () => {
    openedInTurn = 0
    if (turning) setImmediate(turn)
  }
  setImmediate(turn)
  await read()
  turning = false
  assert.ok(most <= 32, `${most} entries of a millisecond each in one turn`)
})

test('a read that is stopped has no text, and the next one is whole', async () => {
  const { sys, tree, read } = treeWith({ 'vm/a': '1\n', 'vm/b': '2\n', 'vm/c': '3\n' })
  await read()
  const controller = new AbortController()
  watchSystemCalls((path) => {
    if (path === join(sys, 'vm/b')) controller.abort()
  })
  assert.equal(await tree.read(controller.signal), undefined)
  assert.equal((await read()).settings, 'vm.a = 1\nvm.b = 2\nvm.c = 3\n')
})
