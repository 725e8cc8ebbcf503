import assert from 'node:assert/strict'
import { hostname } from 'node:os'
import { after, before, test } from 'node:test'
import { createFleet, type Fleet, hostileContent, hostileHost, hostilePath } from './fleet.ts'

let fleet: Fleet
before(async () => {
  fleet = await createFleet()
  const more = [
    { 'host.name': 'web1', 'file.path': '/etc/gone', 'file.exists': false },
    { 'host.name': 'web1', 'file.path': '/etc/shadow', 'error.message': 'permission denied' },
    { 'host.name': 'web1', 'file.path': '/bin/true', 'file.encoding': 'binary' },
    { 'host.name': 'web1', 'file.path': 'pipe' },
    { 'host.name': hostname(), 'file.path': '/etc/motd', content: 'no line end' },
  ]
  const stdin = more.map((each) => `${JSON.stringify({ '@timestamp': '2026-11-21T10:00:00Z', ...each })}\n`).join('')
  await fleet.run(['import'], { stdin })
})
after(() => fleet.remove())

test('a pipe gets the text byte by byte and nothing else', async () => {
  const { status, bytes, stderr } = await fleet.run(['show', hostileHost, hostilePath])
  assert.equal(status, 0)
  assert.deepEqual(bytes, Buffer.from(hostileContent))
  assert.equal(stderr, '')
})

test('a terminal gets a harmless text that ends its last line', async () => {
  const { stdout } = await fleet.run(['show', hostileHost, hostilePath], { terminal: true })
  assert.equal(stdout, 'somaxconn\\x1b[2J\\x9b1m \\u{202e} hidden\\r\n\\x00end\n')
})

test('this host is meant by . and localhost', async () => {
  const env = { HOME: fleet.folder }
  assert.equal((await fleet.run(['show', '.', '/etc/motd'], { env })).stdout, 'no line end')
  assert.equal((await fleet.run(['show', 'localhost', '/etc/motd'], { env })).stdout, 'no line end')
})

test('an earlier state is shown by time, a day by its end', async () => {
  for (const at of ['2026-11-20T08:00:00Z', '2026-11-20', 'yesterday', '2026-11-21T11:57:59Z'])
    assert.match((await fleet.run(['show', 'web1', '/etc/fstab', '--at', at])).stdout, /ext3/, at)
  assert.match((await fleet.run(['show', 'web1', '/etc/fstab'])).stdout, /ext4/)
  const before = await fleet.run(['show', 'web1', '/etc/fstab', '--at', '2026-11-19'])
  assert.equal(before.status, 1)
  assert.match(before.stderr, /^nothing is kept of "\/etc\/fstab" of web1 from /)
})

test('--json gives the whole document', async () => {
  const document = JSON.parse((await fleet.run(['show', 'web1', '/proc/sys', '--json'])).stdout)
  assert.equal(document['sysctl.vm.swappiness'], 60)
})

test('a document without text says why', async () => {
  const why = async (path: string) => {
    const { status, stdout, stderr } = await fleet.run(['show', 'web1', path])
    assert.equal(stdout, '')
    return [status, stderr]
  }
  const [status, removed] = await why('/etc/gone')
  assert.equal(status, 1)
  assert.match(String(removed), /^removed, noticed 2026-/)
  assert.deepEqual(await why('/etc/shadow'), [0, 'could not be read: permission denied\n'])
  assert.deepEqual(await why('/bin/true'), [0, 'binary: its text is not stored, --json shows the rest\n'])
  assert.deepEqual(await why('pipe'), [0, 'no text is stored of it, --json shows the rest\n'])
})

test('what is not known is told with what is', async () => {
  const { status, stderr } = await fleet.run(['show', 'web2', '/opt/fstab'])
  assert.equal(status, 1)
  assert.equal(stderr, 'nothing is known of "/opt/fstab" of web2, but of /etc/fstab\n')
  assert.match((await fleet.run(['show', 'somewhere-else', '/x'])).stderr, /`mitra hosts` lists them all/)
})
