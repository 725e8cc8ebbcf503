import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NoDataError } from '../../src/errors.ts'
import { Root } from '../../src/host/root.ts'
import { sysctl } from '../../src/sources/sysctl.ts'
import { fixtureRoot, observe, putFile, treeOf } from './observed.ts'

async function observeBoth(host: Parameters<typeof fixtureRoot>[0]) {
  const [settings, counters] = await observe(sysctl.create(), fixtureRoot(host))
  assert.ok(settings && counters)
  return { settings, counters }
}

for (const [host, somaxconn, rmem] of [
  ['centos6-2.6.32', 128, [4096, 87380, 4194304]],
  ['centos7-3.10', 128, [4096, 87380, 16777216]],
  ['ubuntu1604-4.4', 16384, [8192, 873800, 8388608]],
  ['numa8-4.15', 128, [4096, 87380, 6291456]],
  ['debian12-6.1', 4096, [4096, 131072, 33554432]],
] as const)
  test(`${host} has its settings in effect, as sysctl -a prints them`, async () => {
    const { settings } = await observeBoth(host)
    const { content = '', fields, fingerprint, ...about } = settings
    assert.deepEqual(about, { path: '/proc/sys', dataset: 'mitra.sysctl', kind: 'state', at: 1000 })
    assert.match(String(fingerprint), /^[0-9a-f]{64}$/)
    assert.match(content, new RegExp(`^net\\.core\\.somaxconn = ${somaxconn}$`, 'm'))
    assert.match(content, new RegExp(`^net\\.ipv4\\.tcp_rmem = ${rmem.join('\t')}$`, 'm'))
    assert.equal(fields['sysctl.net.core.somaxconn'], somaxconn)
    assert.deepEqual(fields['sysctl.net.ipv4.tcp_rmem'], rmem)
    const keys = content
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.slice(0, line.indexOf(' =')))
    assert.deepEqual(keys, [...keys].sort())
  })

test('what counts or measures is a metric document of its own', async () => {
  for (const host of ['centos6-2.6.32', 'ubuntu1604-4.4', 'debian12-6.1'] as const) {
    const { settings, counters } = await observeBoth(host)
    const { content = '', fields, ...about } = counters
    assert.deepEqual(about, { path: '/proc/sys counters', dataset: 'mitra.sysctl', kind: 'metric', at: 1000 })
    const named = content
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.slice(0, line.indexOf(' =')))
    assert.ok(named.includes('fs.file-nr') && named.includes('fs.dentry-state'))
    for (const key of named) {
      // One for each processor is found in the text only.
      if (!key.startsWith('kernel.sched_domain.')) assert.notEqual(fields[`sysctl.${key}`], undefined, key)
      assert.equal(settings.fields[`sysctl.${key}`], undefined)
      assert.ok(!settings.content?.includes(`${key} =`), key)
    }
  }
})

test('an interface is found in the text and is no field, but for all, default and lo', async () => {
  const { settings } = await observeBoth('ubuntu1604-4.4')
  assert.match(settings.content ?? '', /^net\.ipv4\.conf\.eth0\/100\.\w+ = /m)
  const perInterface = Object.keys(settings.fields).filter((name) => /\.(?:conf|neigh)\./.test(name))
  assert.ok(perInterface.length > 0)
  for (const name of perInterface) assert.match(name, /\.(?:conf|neigh)\.(?:all|default|lo)\./)
})

test('a counter that moves leaves the fingerprint, a setting that is changed does not', async () => {
  const base = treeOf({ 'proc/sys/vm/swappiness': '60\n', 'proc/sys/fs/file-nr': '100\t0\t9000\n' })
  const collect = sysctl.create()
  const root = new Root(base)
  const [first, counted] = await observe(collect, root)
  assert.deepEqual(counted?.fields, { 'sysctl.fs.file-nr': [100, 0, 9000] })
  putFile(base, 'proc/sys/fs/file-nr', '120\t0\t9000\n')
  const [second, recounted] = await observe(collect, root)
  assert.equal(second?.fingerprint, first?.fingerprint)
  assert.equal(recounted?.content, 'fs.file-nr = 120\t0\t9000\n')
  putFile(base, 'proc/sys/vm/swappiness', '10\n')
  const [third] = await observe(collect, root)
  assert.notEqual(third?.fingerprint, first?.fingerprint)
  assert.deepEqual([third?.content, third?.fields], ['vm.swappiness = 10\n', { 'sysctl.vm.swappiness': 10 }])
})

test('settings that are stored already come without text and fields, and counters always with theirs', async () => {
  const root = new Root(treeOf({ 'proc/sys/vm/swappiness': '60\n', 'proc/sys/fs/aio-nr': '0\n' }))
  const asked: unknown[] = []
  const isStored = (...about: unknown[]) => asked.push(about) > 0
  const [settings, counters] = await observe(sysctl.create(), root, { isStored })
  assert.deepEqual(asked, [['/proc/sys', settings?.fingerprint, 1000]])
  assert.deepEqual([settings?.content, settings?.fields], [undefined, {}])
  assert.equal(counters?.content, 'fs.aio-nr = 0\n')
})

test('a tree without counters is one document', async () => {
  const observations = await observe(sysctl.create(), new Root(treeOf({ 'proc/sys/vm/swappiness': '60\n' })))
  assert.deepEqual(
    observations.map(({ path }) => path),
    ['/proc/sys'],
  )
})

test('a reader that is given another root reads that', async () => {
  const collect = sysctl.create()
  const swappiness = async (root: Root) => (await observe(collect, root))[0]?.fields['sysctl.vm.swappiness']
  assert.equal(await swappiness(new Root(treeOf({ 'proc/sys/vm/swappiness': '1\n' }))), 1)
  assert.equal(await swappiness(new Root(treeOf({ 'proc/sys/vm/swappiness': '2\n' }))), 2)
})

test('a host without the tree has nothing to read', async () => {
  await assert.rejects(observe(sysctl.create(), new Root(treeOf())), NoDataError)
})

test('a pass that was told to stop yields nothing', async () => {
  assert.deepEqual(await observe(sysctl.create(), fixtureRoot('debian12-6.1'), { signal: AbortSignal.abort() }), [])
})

test('files of sysctl.d are understood by the same names', () => {
  const configured = (path: string) => sysctl.formats.find((format) => format.matches(path))
  for (const path of ['/etc/sysctl.conf', '/etc/sysctl.d/90-x.conf', '/usr/lib/sysctl.d/50-default.conf'])
    assert.deepEqual(configured(path)?.fields('net/core/somaxconn=1024\n'), { 'sysctl.net.core.somaxconn': 1024 }, path)
  for (const path of ['/etc/sysctl.d/README', '/etc/sysctl.conf.bak', '/root/sysctl.conf'])
    assert.equal(configured(path), undefined, path)
})

test('CRLF and bytes that are not UTF-8 in a configuration spoil their own lines only', () => {
  const text = fixtureRoot('broken').readKernelText('/etc/sysctl.conf')
  assert.match(text, /\r\n/)
  const fields = sysctl.formats.find((format) => format.matches('/etc/sysctl.conf'))?.fields(text) ?? {}
  assert.equal(fields['sysctl.net.core.somaxconn'], 512)
  assert.equal(fields['sysctl.net.ipv4.tcp_fin_timeout'], 15)
  assert.equal(fields['sysctl.vm.overcommit_memory'], 1)
  assert.deepEqual(fields['sysctl.net.ipv4.tcp_rmem'], [4096, 87380, 6291456])
})

test('the text of sysctl -a from elsewhere is stable without its counters', () => {
  const format = sysctl.formats.find((each) => each.matches('/proc/sys'))
  const text = 'fs.file-nr = 1\t0\t9\nkernel.random.uuid = 0d\nvm.swappiness = 60\n'
  assert.equal(format?.stable?.(text), 'vm.swappiness = 60\n')
  const counters = sysctl.formats.find((each) => each.matches('/proc/sys counters'))
  assert.deepEqual([counters?.kind, counters?.fields('fs.aio-nr = 3\n')], ['metric', { 'sysctl.fs.aio-nr': 3 }])
  assert.deepEqual(sysctl.paths, ['/proc/sys', '/proc/sys counters'])
})
