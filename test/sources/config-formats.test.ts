import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Root } from '../../src/host/root.ts'
import { configuredFormats, type ParseKind } from '../../src/sources/config-formats.ts'
import { createFilesCollector } from '../../src/sources/files.ts'
import { formatOf } from '../../src/sources/index.ts'
import { observe, observeOne, treeOf } from './observed.ts'

const texts: Record<ParseKind, string> = {
  keyvalue: 'a.b = 1\n',
  ini: '[a]\nb = 1\n',
  json: '{"a": {"b": 1}}',
  yaml: 'a: {b: 1}\n',
  toml: 'a.b = 1\n',
  space: 'a.b 1\n',
  csv: 'a.b,c\n1,\n',
}

for (const [parse, text] of Object.entries(texts) as [ParseKind, string][])
  test(`a configured file is read as ${parse}`, async () => {
    const [format] = await configuredFormats([{ path: '/etc/app', parse, as: 'app' }])
    assert.ok(format)
    assert.ok(format.matches('/etc/app'))
    assert.deepEqual(format.fields(text), { 'config.app.a.b': 1 })
    assert.deepEqual(format.fields(''), parse === 'json' ? { 'config.error': format.fields('')['config.error'] } : {})
  })

test('says in a field why a text is not understood, without quoting it', async () => {
  const kinds: ParseKind[] = ['json', 'toml', 'yaml', 'ini', 'csv']
  const formats = await configuredFormats(kinds.map((parse) => ({ path: `/${parse}`, parse, as: 'app' })))
  const wrong = '"password: [secret\n'
  for (const [index, format] of formats.entries()) {
    const { 'config.error': error, ...others } = format.fields(wrong)
    assert.match(String(error), new RegExp(`read as ${kinds[index]}`))
    assert.deepEqual(others, {})
  }
  assert.match(String(formats[0]?.fields('x'.repeat(1_000_001))['config.error']), /more than 1000000 characters/)
})

test('says in a field which lines of a text of settings set nothing', async () => {
  const [ini, space] = await configuredFormats([
    { path: '/ini', parse: 'ini', as: 'app' },
    { path: '/space', parse: 'space', as: 'app' },
  ])
  const text = '[mysqld]\nport = 3306\nname: db\n\nskip-networking\n!include /etc/other\n'
  const read = { 'config.app.mysqld.port': 3306, 'config.app.mysqld.name': 'db' }
  assert.deepEqual(ini?.fields(text), { ...read, 'config.error': 'line 5 sets nothing' })
  assert.deepEqual(ini?.fields(`${text}\n<secret>\n`), {
    ...read,
    'config.error': '2 lines set nothing, the first is line 5',
  })
  assert.deepEqual(space?.fields('a 1\nb\n'), { 'config.app.a': 1, 'config.error': 'line 2 sets nothing' })
  assert.equal(formatOf('/etc/login.defs')?.fields('UMASK 022\nUMASK\n')['config.error'], 'line 2 sets nothing')
})

test('covers files, globs and folders, before what is known of them', async () => {
  const formats = await configuredFormats([
    { path: '/etc/app/*.json', parse: 'json', as: 'glob', keys: 1 },
    { path: '/etc/app/', parse: 'ini', as: 'folder' },
    { path: '/etc/hosts', parse: 'space', as: 'mine' },
  ])
  const fieldsAt = (path: string, text: string) => formatOf(path, formats)?.fields(text)
  assert.deepEqual(fieldsAt('/etc/app/x.json', '{"a":1,"b":2}'), { 'config.glob.a': 1, 'config.left_out': 1 })
  assert.deepEqual(fieldsAt('/etc/app/deep/y.conf', 'a=1\n'), { 'config.folder.a': 1 })
  assert.deepEqual(fieldsAt('/etc/hosts', 'localhost here\n'), { 'config.mine.localhost': 'here' })
  assert.equal(fieldsAt('/etc/application', 'a=1\n'), undefined)
})

const known: readonly [path: string, text: string, field: string, value: unknown][] = [
  ['/etc/ssh/sshd_config', 'permitrootlogin yes\n', 'config.sshd.PermitRootLogin', 'yes'],
  [
    '/etc/ssh/sshd_config.d/50-cloud-init.conf',
    'PasswordAuthentication no\n',
    'config.sshd.PasswordAuthentication',
    'no',
  ],
  ['/etc/login.defs', 'PASS_MAX_DAYS 90\n', 'config.login_defs.PASS_MAX_DAYS', 90],
  ['/etc/security/limits.conf', '* - nofile 65536\n', 'config.limits.default.hard.nofile', 65536],
  ['/etc/security/limits.d/20-nproc.conf', 'root soft nproc unlimited\n', 'config.limits.root.soft.nproc', 'unlimited'],
  ['/etc/resolv.conf', 'nameserver 10.0.0.2\n', 'config.resolv.nameserver', '10.0.0.2'],
  ['/etc/hosts', '10.0.0.1 web1\n', 'config.hosts.entry', '10.0.0.1 web1'],
  ['/etc/fstab', '/dev/sda1 / ext4 noatime\n', 'config.fstab.option', 'noatime'],
  ['/etc/passwd', 'toor:x:0:0::/:\n', 'config.passwd.uid0', 'toor'],
  ['/etc/group', 'sudo:x:27:ann\n', 'config.group.members.sudo', 'ann'],
  ['/etc/crontab', '@daily root run\n', 'config.cron.command', 'run'],
  ['/etc/cron.d/backup', '@daily root run\n', 'config.cron.user', 'root'],
  ['/etc/default/grub', 'GRUB_TIMEOUT=5\n', 'config.grub.GRUB_TIMEOUT', 5],
  ['/etc/ntp.conf', 'server ntp1 iburst\n', 'config.ntp.server', 'ntp1'],
  ['/etc/chrony.conf', 'pool ntp2\n', 'config.chrony.pool', 'ntp2'],
  ['/etc/chrony/sources.d/x.sources', 'server ntp3\n', 'config.chrony.server', 'ntp3'],
  ['/etc/nsswitch.conf', 'passwd: files sss\ngroup: files\n', 'config.nsswitch.group', 'files'],
  ['/etc/selinux/config', 'SELINUX=enforcing\n', 'config.selinux.SELINUX', 'enforcing'],
  ['/etc/systemd/journald.conf', '[Journal]\nStorage=volatile\n', 'config.journald.Journal.Storage', 'volatile'],
  [
    '/etc/systemd/system.conf',
    '[Manager]\nDefaultLimitNOFILE=1:2\n',
    'config.systemd.Manager.DefaultLimitNOFILE',
    '1:2',
  ],
]

for (const [path, text, field, value] of known)
  test(`${path} is known`, () => {
    assert.deepEqual(formatOf(path)?.fields(text)[field], value)
  })

test('a brace file is text', () => assert.equal(formatOf('/etc/nginx/nginx.conf'), undefined))

test('neither reads shadow nor keeps a hash of passwd', async () => {
  assert.equal(formatOf('/etc/shadow'), undefined)
  const hash = '$6$saltsalt$abcdefghijklmnop'
  const root = new Root(treeOf({ '/etc/passwd': `root:${hash}:0:0:root:/root:/bin/bash\n` }))
  const { collect } = createFilesCollector({
    entries: [{ path: '/etc/passwd', required: true }],
    maxBytes: -1,
    formatOf,
  })
  const observation = await observeOne(collect, root)
  assert.equal(observation.content, 'root:*:0:0:root:/root:/bin/bash\n')
  assert.ok(!JSON.stringify(observation).includes(hash))
})

test('a text that is not understood is stored all the same', async () => {
  const formats = await configuredFormats([{ path: '/app.json', parse: 'json', as: 'app' }])
  const root = new Root(treeOf({ '/app.json': '{"a": ' }))
  const { collect } = createFilesCollector({
    entries: [{ path: '/app.json', required: true }],
    maxBytes: -1,
    formatOf: (path) => formatOf(path, formats),
  })
  const [observation] = await observe(collect, root)
  assert.equal(observation?.content, '{"a": ')
  assert.match(String(observation?.fields['config.error']), /^failed to read as json: /)
  assert.equal(observation?.fields['error.message'], undefined)
})
