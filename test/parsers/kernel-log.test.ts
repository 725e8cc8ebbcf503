import assert from 'node:assert/strict'
import { test } from 'node:test'
import { kindsOf, logLine, parseLogRecord } from '../../src/parsers/kernel-log.ts'
import { survives } from './malformed.ts'

test('a record is read without the keys and values that follow it', () => {
  assert.deepEqual(parseLogRecord('6,388,1120448,-;virtio_net virtio2 eth0: renamed; twice\n SUBSYSTEM=virtio\n'), {
    level: 6,
    microseconds: 1_120_448,
    text: 'virtio_net virtio2 eth0: renamed; twice',
  })
  assert.equal(parseLogRecord('3,1,5,c,caller=T1;x')?.level, 3)
})

test('what programs wrote into the log is not the kernel’s, and what is no record is none', () => {
  for (const text of [
    '30,830,60044801300,-;systemd[1]: failed',
    '11,1,1,-;mine',
    '',
    '3',
    '3,1,1,-',
    'x,1,1,-;a',
    ' KEY=value',
  ])
    assert.equal(parseLogRecord(text), undefined, text)
})

const messages: [level: number, text: string, kinds: string[]][] = [
  [
    6,
    'TCP: request_sock_TCP: Possible SYN flooding on port 8080. Sending cookies.  Check SNMP counters.',
    ['syn_flooding'],
  ],
  [6, 'possible SYN flooding on port 80. Sending cookies.', ['syn_flooding']],
  [4, 'nf_conntrack: nf_conntrack: table full, dropping packet', ['conntrack_full']],
  [6, 'neighbour: arp_cache: neighbor table overflow!', ['neighbour_full']],
  [6, 'Neighbour table overflow.', ['neighbour_full']],
  [3, 'Memory cgroup out of memory: Killed process 812 (api) total-vm:1204480kB', ['errors', 'oom_kills']],
  [3, 'Out of memory: Kill process 4120 (java) score 812 or sacrifice child', ['errors']],
  [3, 'Killed process 4120 (java) total-vm:8120448kB, anon-rss:4120448kB', ['errors', 'oom_kills']],
  [3, 'blk_update_request: I/O error, dev sdb, sector 1204', ['errors', 'io_errors']],
  [2, 'EXT4-fs error (device sda1): ext4_lookup:1855: inode #1204', ['errors', 'filesystem_errors']],
  [1, 'XFS (dm-2): Corruption detected. Unmount and run xfs_repair', ['errors', 'filesystem_errors']],
  [2, 'EXT4-fs (sda1): Remounting filesystem read-only', ['errors', 'filesystem_errors']],
  [3, 'INFO: task jbd2/sda1-8:412 blocked for more than 120 seconds.', ['errors', 'hung_tasks']],
  [0, 'watchdog: BUG: soft lockup - CPU#3 stuck for 22s! [java:812]', ['errors', 'lockups']],
  [3, 'rcu: INFO: rcu_sched self-detected stall on CPU', ['errors', 'lockups']],
  [0, 'mce: [Hardware Error]: Machine check events logged', ['errors', 'hardware_errors']],
  [6, 'api[812]: segfault at 0 ip 00005581 sp 00007ffd error 4 in api[5581+1000]', ['segfaults']],
  [6, 'ixgbe 0000:03:00.0 eth0: NIC Link is Down', ['link_down']],
  [6, 'bond0: (slave eth1): link down', ['link_down']],
  [6, 'EXT4-fs (sda1): mounted filesystem with ordered data mode. Opts: errors=remount-ro', []],
  [6, 'IPv6: ADDRCONF(NETDEV_CHANGE): eth0: link becomes ready', []],
]

for (const [level, text, kinds] of messages)
  test(`level ${level}, “${text.slice(0, 50)}” is ${kinds.join(', ') || 'of no note'}`, () => {
    assert.deepEqual(kindsOf({ level, microseconds: 0, text }), kinds)
  })

test('a line is as dmesg prints it', () => {
  assert.equal(logLine({ level: 3, microseconds: 8_120_448_011, text: 'x' }), '[ 8120.448011] x')
  assert.equal(logLine({ level: 3, microseconds: 5, text: 'x' }), '[    0.000005] x')
})

test('survives malformed text', () => {
  survives(parseLogRecord, ['6,388,1120448,-;eth0: renamed\n SUBSYSTEM=virtio\n'], (found) => {
    if (found) assert.ok(found.text.length <= 300 && found.level < 8)
    if (found) kindsOf(found)
  })
})
