import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseListeningUnix } from '../../src/parsers/net-unix.ts'
import { fixtureRoot } from '../sources/observed.ts'
import { malformed } from './malformed.ts'

const table = fixtureRoot('centos6-2.6.32').readKernelText('/proc/net/unix')

test('those that accept connections are found, with the names of no file', () => {
  assert.deepEqual(
    [...parseListeningUnix(table)],
    [
      { inode: 10331, name: '/var/run/dbus/system_bus_socket' },
      { inode: 11650, name: '/var/lib/mysql/mysql.sock' },
      { inode: 7105, name: '@/org/kernel/udev/udevd' },
    ],
  )
})

test('malformed text gives sockets with a name or none', () => {
  fc.assert(
    fc.property(malformed(table), (text) => {
      for (const { inode, name } of parseListeningUnix(text)) assert.ok(Number.isFinite(inode) && name !== '')
    }),
  )
})
