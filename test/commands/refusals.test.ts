// What a command would not heed, or could not use, it refuses in a line, with status 2.
import assert from 'node:assert/strict'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { mitra, storeOf, temporaryFolder } from './mitra.ts'
import { sampleHosts } from './sample-hosts.ts'

const store = await storeOf(sampleHosts)
const folder = temporaryFolder()
const absent = join(folder, 'absent.db')
const config = join(folder, 'mitra.yml')
writeFileSync(config, '{}\n')

const refused: readonly [line: string, reason: RegExp][] = [
  ['drift --effective --of packages', /--of is for a comparison of everything, not with --effective/],
  ['drift sysctl.vm.swappiness --of sysctls', /--of is for a comparison of everything, not with WHAT/],
  ['log --since 7d --from now-1d', /--since and --from exclude each other/],
  ['grow --window 0d', /--window must be longer than nothing/],
  ['values sysctl.*', /"sysctl.\*" stands for several fields\nname one of them: `mitra fields 'sysctl.\*'`/],
  ['grow meminfo.*', /stands for several fields/],
  ['history web1 /proc/meminfo --field meminfo.*', /stands for several fields/],
  ['drift --group-by labels.*', /stands for several fields/],
  ['history web1 /proc/meminfo --field x -p', /--patch and --field exclude each other/],
  ['explore --port 99999', /--port must be 0 to 65535, got 99999\n0 takes any free one/],
  ['sockets --watch --interval 1ms', /--interval must be 100ms or longer, got 1ms/],
  ['sockets --host web1 --by proc', /--by is for what is read now/],
  [`sockets --by inherited --config ${config}`, /sockets cannot be read by inherited here: none was inherited/],
  [`import ${folder}`, /failed to read ".*": illegal operation on a directory\n/],
  [`import ${absent}`, /failed to read ".*": no such file\n/],
]

for (const [line, reason] of refused)
  test(line.replaceAll(folder, 'FOLDER'), async () => {
    const { status, stdout, stderr } = await mitra([...line.split(' '), '--store', store])
    assert.deepEqual([status, stdout], [2, ''])
    assert.match(stderr, reason)
    assert.ok(stderr.split('\n').length <= 3, stderr)
  })

test('prune makes no store', async () => {
  const { status, stderr } = await mitra(['prune', '--store', absent])
  assert.equal(status, 2)
  assert.match(stderr, /there is no store at/)
  assert.ok(!existsSync(absent))
})
