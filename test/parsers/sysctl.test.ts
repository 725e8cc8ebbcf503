import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  isRandomSysctl,
  isSecretSysctl,
  isVolatileSysctl,
  parseSysctl,
  parseSysctlConf,
  readSettings,
  sysctlKey,
  withoutVolatileSysctls,
} from '../../src/parsers/sysctl.ts'
import { areFieldsOf, malformed, survives, withCarriageReturns } from './malformed.ts'

const effective = `abi.vsyscall32 = 1
dev.cdrom.info = CD-ROM information, Id: cdrom.c 3.20 2003/12/17
dev.cdrom.info = drive name:
fs.dentry-state = 21134\t9842\t45\t0\t3441\t0
fs.file-nr = 896\t0\t9223372036854775807
kernel.domainname = (none)
kernel.hostname = db-07
kernel.core_pattern = |/usr/share/apport/apport %p %s %c %d %P
kernel.sched_domain.cpu0.domain0.flags = 4143
kernel.shmmax = 18446744073692774399
net.core.somaxconn = 128
net.ipv4.conf.all.forwarding = 0
net.ipv4.conf.eth0.forwarding = 1
net.ipv4.neigh.default.gc_thresh1 = 128
net.ipv4.tcp_fastopen_key = 7c1a3b2e-00000000-00000000-00000000
net.ipv4.tcp_rmem = 4096\t131072\t6291456
vm.overcommit_ratio = -0
`
const configured = `# Kernel sysctl configuration file
; another comment
net.ipv4.ip_forward = 0
net/ipv4/conf/eth0.100/rp_filter=1
-vm.swappiness = 10
net.core.somaxconn=1024
net.core.somaxconn = 2048
net.ipv4.conf.*.rp_filter = 2
kernel.sysrq
`

test('reads what is in effect: numbers, several numbers, text', () => {
  assert.deepEqual(parseSysctl(effective), {
    'sysctl.abi.vsyscall32': 1,
    'sysctl.dev.cdrom.info': 'CD-ROM information, Id: cdrom.c 3.20 2003/12/17\ndrive name:',
    'sysctl.fs.dentry-state': [21134, 9842, 45, 0, 3441, 0],
    'sysctl.fs.file-nr': '896\t0\t9223372036854775807',
    'sysctl.kernel.domainname': '(none)',
    'sysctl.kernel.hostname': 'db-07',
    'sysctl.kernel.core_pattern': '|/usr/share/apport/apport %p %s %c %d %P',
    'sysctl.kernel.shmmax': '18446744073692774399',
    'sysctl.net.core.somaxconn': 128,
    'sysctl.net.ipv4.conf.all.forwarding': 0,
    'sysctl.net.ipv4.neigh.default.gc_thresh1': 128,
    'sysctl.net.ipv4.tcp_rmem': [4096, 131072, 6291456],
    'sysctl.vm.overcommit_ratio': 0,
  })
})

test('reads what is configured: the last line of a key, slashes as dots', () => {
  assert.deepEqual(parseSysctlConf(configured), {
    'sysctl.net.ipv4.ip_forward': 0,
    'sysctl.vm.swappiness': 10,
    'sysctl.net.core.somaxconn': 2048,
  })
  const keys = [...readSettings(configured)].map(({ key }) => key)
  assert.ok(keys.includes('net.ipv4.conf.eth0/100.rp_filter'))
  assert.ok(!keys.some((key) => key.includes('*')))
})

test('reads the same with carriage returns', () => {
  assert.deepEqual(parseSysctl(withCarriageReturns(effective)), parseSysctl(effective))
  assert.deepEqual(parseSysctlConf(withCarriageReturns(configured)), parseSysctlConf(configured))
})

test('leaves out lines that set nothing, and files that are about something else', () => {
  for (const line of [
    '',
    '=',
    '= 1',
    'vm',
    'vm.swappiness',
    'vm.swappiness 10',
    '#vm.swappiness=1',
    'vm = 1',
    'user=1',
    'a b.c = 1',
  ])
    assert.deepEqual(parseSysctlConf(line), {}, line)
  assert.deepEqual(parseSysctlConf('log4j.rootLogger = DEBUG\nserver.port = 8080\n'), {})
})

test('keeps keys to no interface but all, default and lo', () => {
  const kept = ['net.ipv4.conf.lo.mtu', 'net.ipv6.neigh.default.a', 'dev.parport.default.b']
  const left = [
    'net.ipv4.conf.eth0/100.a',
    'net.ipv6.neigh.docker0.a',
    'fs.binfmt_misc.jar',
    'dev.parport.parport0.b',
    'net.mpls.conf.eth1.c',
  ]
  const fields = parseSysctl([...kept, ...left].map((key) => `${key} = 1\n`).join(''))
  assert.deepEqual(
    Object.keys(fields),
    kept.map((key) => `sysctl.${key}`),
  )
})

test('has at most 2000 fields, of names up to 128 characters', () => {
  const text = Array.from({ length: 5000 }, (_, index) => `vm.a${index} = 1`).join('\n')
  assert.equal(Object.keys(parseSysctl(text)).length, 2000)
  assert.deepEqual(parseSysctl(`vm.${'a'.repeat(126)} = 1`), {})
})

test('does not lose itself in a key of megabytes', () => {
  for (const part of ['a.', 'a/', 'a'])
    assert.deepEqual(parseSysctlConf(`vm.${part.repeat(8_000_000)}a = 1\nvm.swappiness = 1`), {
      'sysctl.vm.swappiness': 1,
    })
})

test('spells keys as sysctl does, there and back', () => {
  assert.equal(sysctlKey('net/ipv4/conf/eth0.100/forwarding'), 'net.ipv4.conf.eth0/100.forwarding')
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (path) => sysctlKey(sysctlKey(path)) === path))
})

test('knows keys, which are secret, and what changes by itself', () => {
  for (const key of ['net.ipv4.tcp_fastopen_key', 'net.ipv6.conf.eth0.stable_secret', 'net.core.netdev_rss_key'])
    assert.ok(isSecretSysctl(key), key)
  for (const key of [
    'fs.dentry-state',
    'fs.file-nr',
    'net.netfilter.nf_conntrack_count',
    'kernel.pty.nr',
    'kernel.random.entropy_avail',
  ])
    assert.ok(isVolatileSysctl(key), key)
  assert.ok(isRandomSysctl('kernel.random.uuid'))
  for (const key of ['kernel.random.boot_id', 'net.core.somaxconn', 'fs.file-max', 'kernel.pty.max', 'fs.aio-max-nr'])
    assert.ok(!isSecretSysctl(key) && !isVolatileSysctl(key) && !isRandomSysctl(key), key)
})

test('never gives a secret as a field', () => {
  assert.deepEqual(parseSysctl('net.ipv4.tcp_fastopen_key = 1\nnet.ipv6.conf.all.stable_secret = 1\n'), {})
})

test('takes what changes by itself out of a text, and nothing else', () => {
  const lasting = effective.split('\n').filter((line) => !/^fs\.(dentry-state|file-nr)/.test(line))
  assert.equal(withoutVolatileSysctls(`kernel.random.uuid = 9a3f\n${effective}`), lasting.join('\n'))
  fc.assert(
    fc.property(malformed(effective), (text) => {
      const once = withoutVolatileSysctls(text)
      assert.equal(withoutVolatileSysctls(once), once)
    }),
  )
})

test('survives malformed text', () => {
  survives(parseSysctl, [effective], areFieldsOf('sysctl'))
  survives(parseSysctlConf, [configured], areFieldsOf('sysctl'))
})
