import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { NoDataError } from '../../src/errors.ts'
import { Root } from '../../src/host/root.ts'
import { kmsg } from '../../src/sources/kmsg.ts'
import { fixtureRoot, observe, observeOne, treeOf } from './observed.ts'

test('errors and what is of note are kept and counted, the rest is not', async () => {
  const { path, kind, content = '', fields } = await observeOne(kmsg.create(), fixtureRoot('debian12-6.1'))
  assert.deepEqual([path, kind], ['/dev/kmsg', 'state'])
  assert.equal(fields['kmsg.errors'], 2)
  assert.equal(fields['kmsg.syn_flooding'], 1)
  assert.equal(fields['kmsg.oom_kills'], 1)
  assert.match(content, /^\[41204\.480112\] TCP: request_sock_TCP: Possible SYN flooding on port 8080\./m)
  assert.doesNotMatch(content, /renamed|systemd|Write Protect/)
  assert.deepEqual(kmsg.formats[0]?.fields(content), fields)
})

test('a log in which nothing happened since is no change', async () => {
  const collect = kmsg.create()
  const root = fixtureRoot('debian12-6.1')
  const first = await observeOne(collect, root)
  assert.deepEqual(await observeOne(collect, root), first)
})

test('of a storm of errors the last hundred lines are kept and all are counted', async () => {
  const storm = Array.from(
    { length: 5000 },
    (_, number) => `3,${number},${number}000000,-;${'disk '.repeat(100)}${number}\n`,
  )
  const root = new Root(treeOf({ 'dev/kmsg': storm.join('') }))
  const { content = '', fields } = await observeOne(kmsg.create(), root)
  assert.equal(fields['kmsg.errors'], 5000)
  assert.equal(content.match(/^\[/gm)?.length, 100)
  assert.match(content, /\n\[ 4999\.000000\] disk [^\n]*\n$/)
  assert.ok(content.length < 33_000)
})

test('a host without a log that can be read has nothing to read', async () => {
  await assert.rejects(observe(kmsg.create(), fixtureRoot('centos6-2.6.32')), NoDataError)
  const base = treeOf()
  mkdirSync(join(base, 'dev/kmsg'), { recursive: true })
  await assert.rejects(observe(kmsg.create(), new Root(base)), NoDataError)
})

/** The reader of this machine's log, or why there is none. */
const printed = spawnSync('dmesg', ['--facility', 'kern', '--level', 'emerg,alert,crit,err', '--raw'], {
  encoding: 'utf8',
})
const absent = printed.status !== 0 && 'dmesg is not installed or may not read the log'

test('errors of this machine are as many as dmesg prints, and are read once', { skip: absent }, async () => {
  const lines = () =>
    execFileSync('dmesg', ['--facility', 'kern', '--level', 'emerg,alert,crit,err', '--raw'], { encoding: 'utf8' })
  const count = () => lines().match(/^<\d+>/gm)?.length ?? 0
  const collect = kmsg.create()
  const before = count()
  const first = Number((await observeOne(collect, new Root())).fields['kmsg.errors'])
  const second = Number((await observeOne(collect, new Root())).fields['kmsg.errors'])
  assert.ok(before <= first && first <= second && second <= count(), `${before} ${first} ${second}`)
})
