import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  parseCommandLine,
  parseControlGroup,
  parseOpenFileLimit,
  parseProcessStat,
  parseProcessStatus,
  residentPages,
} from '../../src/parsers/proc-pid.ts'
import { fixtureRoot } from '../sources/observed.ts'
import { survives } from './malformed.ts'

const read = (host: Parameters<typeof fixtureRoot>[0], file: string) =>
  fixtureRoot(host).readKernelText(`/proc/${file}`)

test('the stat of a process tells who it is, with its heap since Linux 3.5', () => {
  assert.deepEqual(parseProcessStat(read('centos7-3.10', '2417/stat')), {
    name: 'worker',
    parent: 1,
    threads: 9,
    startTicks: 181422,
    startBrk: 0xc36000n,
  })
  assert.deepEqual(parseProcessStat(read('centos6-2.6.32', '1834/stat')), {
    name: 'mysqld',
    parent: 1733,
    threads: 24,
    startTicks: 4211,
  })
})

test('a name may hold parentheses, blanks and line feeds', () => {
  const text = read('debian12-6.1', '811/stat').replace('(memcached)', '(a) S 1 (\n) b)')
  assert.deepEqual([parseProcessStat(text)?.name, parseProcessStat(text)?.startTicks], ['a) S 1 (\n) b', 1422])
})

test('status tells of memory in bytes, of each kernel what it has', () => {
  assert.deepEqual(parseProcessStatus(read('debian12-6.1', '811/status')), {
    uid: 33,
    memory: { virtual: 421273600, peak: 4947968, rss: 4947968, anonymous: 1261568, swap: 0 },
  })
  assert.deepEqual(parseProcessStatus(read('centos6-2.6.32', '1834/status')).memory, {
    virtual: 483827712,
    peak: 193380352,
    rss: 193339392,
    swap: 9478144,
  })
  assert.deepEqual(parseProcessStatus(read('centos7-3.10', '2/status')), { uid: 0, memory: {} })
})

test('a kernel thread has no resident pages', () => {
  assert.equal(residentPages(read('centos7-3.10', '2/statm')), 0)
  assert.equal(residentPages(read('debian12-6.1', '811/statm')), 1208)
})

test('the control group is that of version 2, of systemd or of memory', () => {
  assert.equal(parseControlGroup(read('debian12-6.1', '811/cgroup')), '/system.slice/memcached.service')
  assert.equal(parseControlGroup(read('centos7-3.10', '2417/cgroup')), '/system.slice/worker.service')
  assert.equal(parseControlGroup('4:cpu:/a\n3:blkio,memory:/docker/0a1b\n'), '/docker/0a1b')
  assert.equal(parseControlGroup('1:name=systemd:/user.slice\n0::/\n'), '/user.slice')
  assert.equal(parseControlGroup('0::/\n'), '/')
  assert.equal(parseControlGroup(''), undefined)
})

test('the words of a command line are cut at zeros, the title of a process is one word', () => {
  assert.deepEqual(parseCommandLine('/bin/sh\0-c\0\0x y\0'), ['/bin/sh', '-c', '', 'x y'])
  assert.deepEqual(parseCommandLine('nginx: worker process\0\0\0'), ['nginx: worker process'])
})

test('no text makes them throw or give a number that is none', () => {
  const isNumber = (value: unknown) => value === undefined || Number.isFinite(value)
  survives(parseProcessStat, [read('centos7-3.10', '2417/stat')], (stat) =>
    assert.ok(isNumber(stat?.parent) && isNumber(stat?.threads) && isNumber(stat?.startTicks)),
  )
  survives(parseProcessStatus, [read('debian12-6.1', '811/status')], ({ uid, memory }) =>
    assert.ok([uid, ...Object.values(memory)].every(isNumber)),
  )
  survives(residentPages, ['1 2 3 4 5 6 7\n'], (pages) => assert.ok(Number.isFinite(pages)))
  survives(parseControlGroup, [read('centos7-3.10', '2417/cgroup')], (group) =>
    assert.ok(group === undefined || group.startsWith('/')),
  )
})

test('the soft limit of open files is known, unless there is none', () => {
  assert.equal(parseOpenFileLimit(read('debian12-6.1', '811/limits')), 1024)
  assert.equal(
    parseOpenFileLimit('Max open files            unlimited            unlimited            files     \n'),
    undefined,
  )
  assert.equal(parseOpenFileLimit(''), undefined)
})
