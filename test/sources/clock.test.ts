import assert from 'node:assert/strict'
import { utimesSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { NoDataError } from '../../src/errors.ts'
import { Root } from '../../src/host/root.ts'
import { clock } from '../../src/sources/clock.ts'
import { fixtureRoot, observe, observeOne, treeOf } from './observed.ts'

test('tells the clock source of a host, without asking the kernel of another', async () => {
  const { path, kind, fields } = await observeOne(clock.create(), fixtureRoot('debian12-6.1'))
  assert.deepEqual([path, kind], ['clock', 'metric'])
  assert.deepEqual(fields, { 'clock.source': 'kvm-clock', 'clock.available': ['kvm-clock', 'tsc', 'hpet', 'acpi_pm'] })
})

test('tells which time service was sure last, and when', async () => {
  const files = ['/var/lib/chrony/chrony.drift', '/run/systemd/timesync/synchronized', '/var/lib/ntp/ntp.drift']
  const base = treeOf(Object.fromEntries(files.map((file) => [file, ''])))
  for (const [index, file] of files.entries()) utimesSync(join(base, file), 0, [1000, 1_700_000_000, 2000][index] ?? 0)
  const { fields, content = '' } = await observeOne(clock.create(), new Root(base))
  assert.deepEqual(fields, { 'clock.service': 'timesyncd', 'clock.service_updated': '2023-11-14T22:13:20.000Z' })
  assert.deepEqual(clock.formats[0]?.fields(content), fields)
})

test('its text gives its fields again, true and false too', async () => {
  const { fields, content = '' } = await observeOne(clock.create(), new Root('/'))
  assert.deepEqual(clock.formats[0]?.fields(content), fields)
  assert.equal(clock.formats[0]?.fields('clock.synchronized true\n')['clock.synchronized'], true)
  assert.deepEqual(clock.formats[0]?.fields('clock.synchronized perhaps\n'), {})
})

test('has nothing to read on a host without any of it', async () => {
  await assert.rejects(observe(clock.create(), new Root(treeOf())), NoDataError)
})
