import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createFleet, type Fleet, hostileContent, hostileHost, hostilePath } from './fleet.ts'

let fleet: Fleet
before(async () => {
  fleet = await createFleet()
})
after(() => fleet.remove())

test('a pipe gets each matching line as grep prints it', async () => {
  const { status, stdout, stderr } = await fleet.run(['search', 'ext4'])
  assert.equal(status, 0)
  assert.equal(stderr, '')
  assert.deepEqual(stdout.split('\n'), [
    'web1:/etc/fstab:2: /dev/sda1  /      ext4  defaults  0 1',
    'web2:/etc/fstab:2: /dev/sda1  /      ext4  defaults  0 1',
    '',
  ])
})

test('a pipe gets the fields that are named, and just the source where nothing is to be shown', async () => {
  const fields = await fleet.run(['search', 'sysctl.vm.swappiness:1'])
  assert.equal(fields.stdout, 'db1:/proc/sys:sysctl.vm.swappiness: 1\n')
  const patterns = await fleet.run(['search', 'sysctl.net.*:4096'])
  assert.match(patterns.stdout, /^web1:\/proc\/sys:sysctl\.net\.core\.somaxconn: 4096$/m)
  assert.match(patterns.stdout, /^web1:\/proc\/sys:sysctl\.net\.ipv4\.tcp_rmem: 4096 131072 6291456$/m)
  assert.equal((await fleet.run(['search', 'filename:/etc/hosts'])).stdout, 'web1:/etc/hosts\n')
})

test('a pipe gets the time of states that are not the newest', async () => {
  const { stdout } = await fleet.run(['search', 'ext3', '--day', '2026-11-20'])
  assert.match(stdout, /^web1:\/etc\/fstab@2026-11-20T.*:2: \/dev\/sda1/)
})

test('nothing found is status 1 and an empty stdout', async () => {
  const { status, stdout } = await fleet.run(['search', 'absent'])
  assert.equal(status, 1)
  assert.equal(stdout, '')
})

test('days and history find what the newest state has lost', async () => {
  assert.equal((await fleet.run(['search', 'ext3'])).status, 1)
  assert.equal((await fleet.run(['search', 'ext3', '--day', '2026-11-20'])).status, 0)
  assert.equal((await fleet.run(['search', 'ext3', '--day', 'today'])).status, 1)
  assert.equal((await fleet.run(['search', 'ext3', '--from', '2026-11-19'])).status, 0)
  assert.equal((await fleet.run(['search', 'ext3', '--to', '2026-11-19'])).status, 1)
  assert.equal((await fleet.run(['search', 'ext3', '--history', '--to', '2026-11-20T09:00:00Z'])).status, 0)
  assert.equal((await fleet.run(['search', 'ext3', '--history', '--day', '2026-11-21'])).status, 1)
})

test('--json gives whole documents that read back as they were stored', async () => {
  const { stdout } = await fleet.run(['search', 'hidden', '--json'])
  assert.doesNotMatch(stdout, /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/)
  const document = JSON.parse(stdout)
  assert.equal(document['host.name'], hostileHost)
  assert.equal(document['file.path'], hostilePath)
  assert.equal(document.content, hostileContent)
  assert.equal(document['labels.role'], '\x1b[41mred')
})

test('--fields chooses and orders, aliases and patterns included', async () => {
  const json = await fleet.run([
    'search',
    'filename:/proc/sys AND host.name:web1',
    '--json',
    '--fields',
    'sysctl.vm.*,hostname',
  ])
  assert.equal(json.stdout, '{"sysctl.vm.swappiness":60,"host.name":"web1"}\n')
  const piped = await fleet.run(['search', 'filename:/proc/sys', '--fields', 'host.name,sysctl.net.ipv4.tcp_rmem'])
  assert.match(piped.stdout, /^db1\t4096 131072 6291456\nweb1\t/)
})

test('--csv has a heading and keeps values as they are in a pipe', async () => {
  const { stdout } = await fleet.run(['search', 'hidden', '--csv'])
  assert.equal(
    stdout,
    `@timestamp,host.name,file.path,event.dataset,file.size,error.message,content\r\n2026-11-21T11:59:00.000Z,${hostileHost},${hostilePath},mitra.file,34,,"${hostileContent}"\r\n`,
  )
})

test('--csv at a terminal is harmless', async () => {
  const { stdout } = await fleet.run(['search', 'hidden', '--csv'], { terminal: true })
  assert.doesNotMatch(stdout, /[\x1b\x9b\x00\u202e]/)
})

test('nothing hostile reaches a pipe or a terminal, whatever is asked', async () => {
  for (const options of [{ terminal: true, env: { NO_COLOR: '1' } }, {}])
    for (const words of [
      ['search', 'hidden'],
      ['search', 'labels.role:*'],
      ['search', 'hidden', '--fields', 'host.name,file.owner,labels.role,content'],
      ['hosts'],
      ['values', 'host.name'],
      ['values', 'file.owner'],
      ['search', '\x1b[31m(\u202e'],
      ['search', 'x', '--fields', '\x1b[31m'],
    ]) {
      const { both } = await fleet.run(words, options)
      assert.doesNotMatch(both, /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]/, words.join(' '))
    }
})

test('--limit cuts and says so on stderr, and --quiet says nothing', async () => {
  const limited = await fleet.run(['search', 'ext4', '--limit', '1'])
  assert.equal(limited.stdout.split('\n').length, 2)
  assert.equal(limited.stderr, '1 of 2 shown; --limit 0 for all\n')
  assert.equal((await fleet.run(['search', 'ext4', '--limit', '1', '--quiet'])).stderr, '')
  assert.equal((await fleet.run(['search', 'ext4', '--limit', '2'])).stderr, '')
  assert.equal((await fleet.run(['search', 'ext4', '--limit', '0'])).stdout.split('\n').length, 3)
})

test('--default-operator or finds either word', async () => {
  assert.equal((await fleet.run(['search', 'ext4', 'xfs'])).status, 1)
  const { stdout } = await fleet.run(['search', 'ext4', 'xfs', '--default-operator', 'or'])
  assert.equal(stdout.trimEnd().split('\n').length, 3)
})

test('an unknown field is hinted at, also one of --fields', async () => {
  const { stderr } = await fleet.run(['search', 'fiel.size:1', '--fields', 'hots.name,file.size'])
  assert.equal(
    stderr,
    'hint: no document has a field "fiel.size", did you mean file.size?\nhint: no document has a field "hots.name", did you mean host.name?\n',
  )
  assert.equal((await fleet.run(['search', 'fiel.size:1', '--quiet'])).stderr, '')
  assert.equal((await fleet.run(['search', '_exists_:sysctl'])).stderr, '')
  assert.match((await fleet.run(['search', 'zzz.*:1'])).stderr, /"zzz\.\*"/)
})

test('a pattern that matches no field is a mistake', async () => {
  const { status, stderr } = await fleet.run(['search', 'ext4', '--fields', 'zzz*'])
  assert.equal(status, 2)
  assert.match(stderr, /^mitra: no field matches zzz\*\n/)
})

test('an empty name among --fields is a mistake', async () => {
  const { status, stderr } = await fleet.run(['search', 'ext4', '--fields', 'host.name,'])
  assert.equal(status, 2)
  assert.match(stderr, /has an empty name in it/)
})
