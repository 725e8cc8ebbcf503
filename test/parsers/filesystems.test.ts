import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseFilesystems } from '../../src/parsers/filesystems.ts'
import { areFieldsOf, survives, withCarriageReturns } from './malformed.ts'

const text = 'nodev\tsysfs\nnodev\tcgroup2\n\text4\n\tfuseblk\n'

test('kinds are told with and without a device', () => {
  assert.deepEqual(parseFilesystems(text), { 'filesystem.type': ['sysfs', 'cgroup2', 'ext4', 'fuseblk'] })
  assert.deepEqual(parseFilesystems(withCarriageReturns(text)), parseFilesystems(text))
  for (const line of ['', 'ext4', 'nodev', '\t', 'nodev ext4', '\ta b'])
    assert.deepEqual(parseFilesystems(line), {}, line)
})

test('survives malformed text', () => survives(parseFilesystems, [text], areFieldsOf('filesystem')))
