// What /sys says of disks and interfaces.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NoDataError } from '../../src/errors.ts'
import { Root } from '../../src/host/root.ts'
import { block } from '../../src/sources/block.ts'
import { interfaces } from '../../src/sources/interfaces.ts'
import { fixtureRoot, observe, observeOne, treeOf } from './observed.ts'

test('disks are told with the scheduler in use', async () => {
  for (const [host, disk, scheduler] of [
    ['centos6-2.6.32', 'sda', 'cfq'],
    ['centos6-2.6.32', 'dm-0', 'none'],
    ['centos7-3.10', 'sda', 'deadline'],
    ['numa8-4.15', 'nvme0n1', 'none'],
    ['alpine316-5.15', 'vda', 'mq-deadline'],
  ] as const) {
    const { path, kind, fields } = await observeOne(block.create(), fixtureRoot(host))
    assert.deepEqual([path, kind], ['/sys/block', 'state'])
    assert.equal(fields[`block.${disk}.scheduler`], scheduler, `${host} ${disk}`)
  }
})

test('size is in bytes, truths are truths, and loop devices and drives for discs are none', async () => {
  const { content = '', fields } = await observeOne(block.create(), fixtureRoot('centos6-2.6.32'))
  assert.deepEqual(
    [fields['block.sda.size'], fields['block.sda.rotational'], fields['block.sda.model']],
    [300_000_000_000, true, 'LOGICAL VOLUME'],
  )
  assert.doesNotMatch(content, /loop|sr0/)
  assert.deepEqual(block.formats[0]?.fields(content), fields)
})

test('of very many disks the first 16 are told', async () => {
  const { fields } = await observeOne(block.create(), fixtureRoot('numa8-4.15'))
  assert.equal(new Set(Object.keys(fields).map((name) => name.split('.')[1])).size, 16)
})

test('interfaces are told with driver and queues, those of containers are not', async () => {
  const { path, kind, content = '', fields } = await observeOne(interfaces.create(), fixtureRoot('numa8-4.15'))
  assert.deepEqual([path, kind], ['/sys/class/net', 'state'])
  const {
    'interface.enp3s0f0.speed': speed,
    'interface.enp3s0f0.driver': driver,
    'interface.enp3s0f0.rx_queues': queues,
  } = fields
  assert.deepEqual([speed, driver, queues], [25_000, 'mlx5_core', 32])
  assert.equal(fields['interface.enp3s0f1.speed'], undefined)
  assert.doesNotMatch(content, /veth/)
  assert.deepEqual(interfaces.formats[0]?.fields(content), fields)
})

test('a host without the folders has nothing to read', async () => {
  for (const source of [block, interfaces])
    await assert.rejects(observe(source.create(), new Root(treeOf())), NoDataError)
})
