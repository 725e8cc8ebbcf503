// The settings of this very machine, against sysctl(8).
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { Root } from '../../src/host/root.ts'
import { isRandomSysctl, isSecretSysctl, isVolatileSysctl } from '../../src/parsers/sysctl.ts'
import { sysctl } from '../../src/sources/sysctl.ts'
import { observe } from './observed.ts'

const version = spawnSync('sysctl', ['-V'], { encoding: 'utf8' }).stdout
const isAbsent = !version?.includes('procps') && 'sysctl of procps is not installed'

test('settings and counters together are what sysctl -a prints', { skip: isAbsent }, async () => {
  const read = () => spawnSync('sysctl', ['-a'], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }).stdout.split('\n')
  const before = read()
  const observations = await observe(sysctl.create(), new Root())
  const after = new Set(read())
  const ours = new Set(observations.flatMap(({ content = '' }) => content.split('\n')))
  const keyOf = (line: string) => line.slice(0, line.indexOf(' ='))
  const ownKeys = new Set([...ours].map(keyOf))
  // A setting that was the same before and after was the same in between; a level may have gone up and come down again.
  const missing = before.filter((line) => {
    const key = keyOf(line)
    // binfmt_misc is a mount in the tree, no part of it.
    if (isSecretSysctl(key) || isRandomSysctl(key) || key.startsWith('fs.binfmt_misc.')) return false
    return isVolatileSysctl(key) ? !ownKeys.has(key) : after.has(line) && !ours.has(line)
  })
  assert.deepEqual(missing, [])
  const theirs = new Set([...before, ...after].map(keyOf))
  assert.deepEqual(
    [...ours].filter((line) => !theirs.has(keyOf(line))),
    [],
  )
  assert.ok(ours.size > 300)
})
