import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NoDataError } from '../../src/errors.ts'
import { Root } from '../../src/host/root.ts'
import { cgroup } from '../../src/sources/cgroup.ts'
import { fixtureRoot, observe, observeOne, treeOf } from './observed.ts'

test('top groups are told, and the service in which processes were killed', async () => {
  const { path, content = '', fields } = await observeOne(cgroup.create(), fixtureRoot('debian12-6.1'))
  assert.equal(path, '/sys/fs/cgroup')
  assert.equal(fields['cgroup.system.memory.events.oom_kill'], 4)
  assert.equal(fields['cgroup.system.io.pressure.full_avg60'], 0.7)
  assert.equal(fields['cgroup.init.pids.current'], 1)
  assert.equal(fields['cgroup.oom_kill'], 4)
  assert.deepEqual(fields['cgroup.oom_killed'], ['/system.slice/api.service'])
  assert.deepEqual(cgroup.formats[0]?.fields(content), fields)
})

const events = (kills: number) => `low 0\nhigh 0\nmax 0\noom ${kills}\noom_kill ${kills}\n`
const top = 'sys/fs/cgroup'

test('groups of other names have no fields, and no look inside without kills', async () => {
  const root = new Root(
    treeOf({
      [`${top}/cgroup.controllers`]: 'memory',
      [`${top}/made-by-someone/memory.events`]: events(9),
      [`${top}/kubepods.slice/memory.events`]: events(0),
      [`${top}/kubepods.slice/pod1/memory.events`]: events(3),
    }),
  )
  const { fields } = await observeOne(cgroup.create(), root)
  assert.deepEqual([fields['cgroup.oom_kill'], fields['cgroup.oom_killed']], [0, undefined])
  assert.deepEqual(new Set(Object.keys(fields).map((name) => name.split('.')[1])), new Set(['kubepods', 'oom_kill']))
})

test('a fleet of killed containers is told up to 32 of them', async () => {
  const pods = Array.from({ length: 100 }, (_, index) => [`${top}/docker/c${index}/memory.events`, events(1)])
  const files = {
    [`${top}/cgroup.controllers`]: '',
    [`${top}/docker/memory.events`]: events(100),
    ...Object.fromEntries(pods),
  }
  const { fields } = await observeOne(cgroup.create(), new Root(treeOf(files)))
  assert.equal((fields['cgroup.oom_killed'] as string[]).length, 32)
})

test('the second version beside the first is found', async () => {
  const files = { [`${top}/unified/cgroup.controllers`]: '', [`${top}/unified/system.slice/pids.current`]: '7\n' }
  assert.equal((await observeOne(cgroup.create(), new Root(treeOf(files)))).fields['cgroup.system.pids.current'], 7)
})

test('a host of the first version only has nothing to read', async () => {
  const root = new Root(treeOf({ [`${top}/memory/memory.usage_in_bytes`]: '1\n' }))
  await assert.rejects(observe(cgroup.create(), root), NoDataError)
})
