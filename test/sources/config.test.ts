import assert from 'node:assert/strict'
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { NoDataError } from '../../src/errors.ts'
import { Root } from '../../src/host/root.ts'
import { config } from '../../src/sources/config.ts'
import { formatOf } from '../../src/sources/index.ts'
import { observe, putFile, treeOf } from './observed.ts'

function link(base: string, path: string, target: string): void {
  mkdirSync(dirname(join(base, path)), { recursive: true })
  symlinkSync(target, join(base, path))
}

const main = 'Include /etc/ssh/sshd_config.d/*.conf\nPermitRootLogin yes\nMatch User backup\nPermitTTY no\n'

test('reads the settings of sshd with what is included, the first value first', async () => {
  const base = treeOf({
    '/etc/ssh/sshd_config': main,
    '/etc/ssh/sshd_config.d/60-late.conf': 'PermitRootLogin prohibit-password\n',
    '/etc/ssh/sshd_config.d/50-early.conf': 'PermitRootLogin no\nInclude more/*\n',
    '/etc/ssh/sshd_config.d/README': 'PermitRootLogin never\n',
    '/etc/ssh/more/x': 'MaxAuthTries 3\n',
  })
  const [sshd, ...others] = await observe(config.create(), new Root(base))
  assert.deepEqual(others, [])
  assert.equal(sshd?.path, 'sshd')
  assert.equal(sshd.content, 'PermitRootLogin no\nMaxAuthTries 3\nMatch User backup\n    PermitTTY no\n')
  assert.deepEqual(sshd.fields, {
    'config.sshd.PermitRootLogin': 'no',
    'config.sshd.MaxAuthTries': 3,
    'config.sshd.Match': 'User backup',
    'config.sshd.match.PermitTTY': 'no',
  })
  assert.deepEqual(formatOf('sshd')?.fields(sshd.content), sshd.fields)
})

test('notices a change of an included file, and sends nothing of a state that is stored', async () => {
  const base = treeOf({ '/etc/ssh/sshd_config': main, '/etc/ssh/sshd_config.d/a.conf': 'UsePAM no\n' })
  const collect = config.create()
  const [first] = await observe(collect, new Root(base))
  const [again] = await observe(collect, new Root(base), { isStored: (_, mark) => mark === first?.fingerprint })
  assert.equal(again?.content, undefined)
  putFile(base, '/etc/ssh/sshd_config.d/a.conf', 'UsePAM yes\n')
  const [changed] = await observe(collect, new Root(base), { isStored: (_, mark) => mark === first?.fingerprint })
  assert.equal(changed?.fields['config.sshd.UsePAM'], 'yes')
})

test('follows no Include out of the root, and tells of a file that cannot be read', async () => {
  const base = treeOf({ '/etc/ssh/sshd_config': 'Include ../../../../outside.conf d/*\nUsePAM no\n' })
  writeFileSync(join(dirname(base), 'outside.conf'), 'PermitRootLogin yes\n')
  const [inside] = await observe(config.create(), new Root(base))
  rmSync(join(dirname(base), 'outside.conf'))
  assert.deepEqual(inside?.fields, { 'config.sshd.UsePAM': 'no' })
  putFile(base, '/etc/ssh/d/binary', Buffer.from([0, 1, 2, 255, 254]))
  const [failed] = await observe(config.create(), new Root(base))
  assert.match(String(failed?.fields['error.message']), /binary is not text/)
})

test('reads which units are enabled from links alone, and notices another', async () => {
  const base = treeOf({
    '/etc/systemd/system/app.service': '[Service]\n',
    '/etc/systemd/system/x.service.d/a.conf': '',
  })
  link(base, '/etc/systemd/system/multi-user.target.wants/x.service', '/lib/systemd/system/x.service')
  link(base, '/etc/systemd/system/old.service', '/dev/null')
  link(base, '/etc/systemd/system/default.target', '/lib/systemd/system/graphical.target')
  const collect = config.create()
  const [units] = await observe(collect, new Root(base))
  assert.equal(units?.path, 'systemd units')
  assert.deepEqual(units.fields, {
    'config.systemd.default_target': 'graphical.target',
    'config.systemd.changed': 'x.service',
    'config.systemd.enabled': 'x.service',
    'config.systemd.masked': 'old.service',
    'config.systemd.own': 'app.service',
  })
  link(base, '/etc/systemd/system/multi-user.target.wants/y.service', '/lib/systemd/system/y.service')
  const root = new Root(base)
  await observe(collect, root)
  link(base, '/etc/systemd/system/sockets.target.wants/z.socket', '/lib/systemd/system/z.socket')
  const [more] = await observe(collect, root)
  assert.deepEqual(more?.fields['config.systemd.enabled'], ['x.service', 'y.service', 'z.socket'])
})

test('has nothing to say where there is neither sshd nor systemd', async () => {
  await assert.rejects(observe(config.create(), new Root(treeOf())), NoDataError)
})
