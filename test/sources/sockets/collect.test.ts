import assert from 'node:assert/strict'
import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Observation } from '../../../src/snapshot/observation.ts'
import { collectSockets } from '../../../src/sources/sockets/collect.ts'
import { listenerFields, listenerText } from '../../../src/sources/sockets/socket-text.ts'
import { sockets } from '../../../src/sources/sockets.ts'
import { observe, putFile } from '../observed.ts'
import { ProcessTree } from './process-tree.ts'

const heading = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n'
const hex = (number: number, digits: number) => number.toString(16).toUpperCase().padStart(digits, '0')
const tcpLine = (port: number, queue: number, inode: number) =>
  `   0: 00000000:${hex(port, 4)} 00000000:0000 0A 00000000:${hex(queue, 8)} 00:00000000 00000000    33        0 ${inode} 1 0 100 0 0 10 0\n`
const udpLine = (port: number, received: number, inode: number, drops: number) =>
  `  1: 00000000:${hex(port, 4)} 00000000:0000 07 00000000:${hex(received, 8)} 00:00000000 00000000     0        0 ${inode} 2 0 ${drops}\n`

/** A host whose tables a test writes. */
function host() {
  const tree = new ProcessTree()
  tree.start(1, 'init')
  const put = (table: string, ...lines: string[]) => putFile(tree.base, `proc/1/net/${table}`, heading + lines.join(''))
  put('tcp')
  put('udp')
  return { tree, put }
}

/** A reader by a clock that stands during a pass and goes on by minutes between two. */
function patient(options: Parameters<typeof collectSockets>[0] = {}) {
  let seconds = 0
  const collect = collectSockets({ seconds: () => seconds, ...options })
  return (...pass: Parameters<typeof collect>) => {
    seconds += 60
    return collect(...pass)
  }
}

const at = (observations: Observation[], path: string) => observations.find((each) => each.path === path)
const paths = (observations: Observation[]) => observations.map(({ path }) => path)

test('port, process and fill of a listener are in one document', async () => {
  const { tree, put } = host()
  put('tcp', tcpLine(80, 7, 500))
  tree.start(30, 'nginx')
  tree.open(30, 6, 500)
  const found = await observe(collectSockets(), tree.root)
  const document = at(found, 'sockets/tcp/0.0.0.0:80')
  assert.equal(document?.kind, 'state')
  const { fields } = document
  assert.deepEqual(
    ['port', 'process', 'pid', 'queue', 'uid', 'ip'].map((name) => fields[`socket.listen.${name}`]),
    [80, 'nginx', 30, 7, 33, '0.0.0.0'],
  )
  assert.equal(at(found, 'sockets')?.fields['socket.source'], 'proc')
  assert.match(String(at(found, 'sockets')?.fields['socket.source_reason']), /no.*running kernel/)
})

test('a listener that has gone is a tombstone until the store has it', async () => {
  const { tree, put } = host()
  put('tcp', tcpLine(80, 0, 500))
  const collect = patient({ known: ['sockets/tcp/0.0.0.0:443'] })
  assert.equal(at(await observe(collect, tree.root), 'sockets/tcp/0.0.0.0:443')?.fields['file.exists'], false)
  put('tcp')
  const gone = await observe(collect, tree.root, { isStored: () => false })
  assert.equal(at(gone, 'sockets/tcp/0.0.0.0:80')?.fields['file.exists'], false)
  const again = await observe(collect, tree.root, { isStored: () => true })
  assert.ok(at(again, 'sockets/tcp/0.0.0.0:80'))
  assert.deepEqual(paths(await observe(collect, tree.root, { isStored: () => true })), ['sockets'])
})

test('a socket of UDP at a port of the kernel’s choice is a document once it stays', async () => {
  const { tree, put } = host()
  put('udp', udpLine(53, 0, 600, 0), udpLine(40_000, 0, 601, 0))
  tree.start(30, 'resolver')
  tree.open(30, 3, 600)
  tree.open(30, 4, 601)
  const collect = patient()
  assert.deepEqual(paths(await observe(collect, tree.root)), ['sockets', 'sockets/udp/0.0.0.0:53'])
  const second = await observe(collect, tree.root)
  const stays = at(second, 'sockets/udp/0.0.0.0:40000')
  assert.equal(stays?.fields['socket.listen.process'], 'resolver')
})

test('what a socket drops in a second is of the same socket since the pass before', async () => {
  const { tree, put } = host()
  let seconds = 0
  const collect = collectSockets({ seconds: () => seconds })
  const rate = async (inode: number, drops: number) => {
    put('udp', udpLine(53, 0, inode, drops))
    seconds += 2
    const found = await observe(collect, tree.root)
    return at(found, 'sockets/udp/0.0.0.0:53')?.fields['socket.listen.drops_per_s']
  }
  assert.equal(await rate(600, 10), undefined)
  assert.equal(await rate(600, 25), 7.5)
  assert.equal(await rate(600, 25), 0)
  assert.equal(await rate(700, 40), undefined)
  assert.equal(await rate(700, 5), undefined)
})

test('without netlink a reading is paid for by two hundred times as long without one', async () => {
  const { tree, put } = host()
  put('tcp', tcpLine(80, 0, 500))
  let ms = 0
  // the clock goes on when the table is looked at
  const locate = tree.root.locate.bind(tree.root)
  tree.root.locate = (path: string) => {
    if (path === '/proc/1/net/udp') ms += 10
    return locate(path)
  }
  const collect = collectSockets({ seconds: () => ms / 1000 })
  assert.equal((await observe(collect, tree.root)).length, 2)
  const cost = ms
  assert.ok(cost > 0)
  ms += cost * 200 - 1
  assert.deepEqual(await observe(collect, tree.root), [])
  ms += 2
  assert.equal((await observe(collect, tree.root)).length, 2)
})

test('sockets of a container stand below its name', async () => {
  const { tree, put } = host()
  const id = `0123456789ab${'c'.repeat(52)}`
  mkdirSync(join(tree.base, 'proc/1/ns'))
  symlinkSync('net:[100]', join(tree.base, 'proc/1/ns/net'))
  tree.start(40, 'app', { net: 200, cgroup: `/docker/${id}` })
  tree.start(50, 'lone', { net: 300 })
  tree.open(40, 3, 900)
  put('tcp', tcpLine(80, 0, 500))
  putFile(tree.base, 'proc/40/net/tcp', heading + tcpLine(80, 2, 900))
  putFile(tree.base, 'proc/50/net/tcp', heading + tcpLine(80, 1, 901))
  const found = await observe(collectSockets(), tree.root)
  assert.deepEqual(paths(found).sort(), [
    'sockets',
    'sockets/0123456789ab/tcp/0.0.0.0:80',
    'sockets/net:300/tcp/0.0.0.0:80',
    'sockets/tcp/0.0.0.0:80',
  ])
  assert.equal(at(found, 'sockets')?.fields['socket.namespaces'], 2)
})

test('a host without socket tables has nothing to read', async () => {
  const { root } = new ProcessTree()
  await assert.rejects(observe(collectSockets(), root), { name: 'NoDataError' })
})

test('whatever a socket is called, its text keeps a fact a line', () => {
  const names = fc.string({ unit: 'binary', minLength: 1, maxLength: 30 })
  const format = sockets.formats.find(({ matches }) => matches('sockets/unix/x'))
  fc.assert(
    fc.property(names, names, (address, process) => {
      const listener = {
        protocol: 'unix',
        address,
        inodes: [1],
        owner: { pid: 4, name: process, command: '' },
      } as const
      const text = listenerText(listenerFields({ ...listener, inodes: [1] }, undefined))
      assert.equal(text.split('\n').length, 4, text)
      const parsed = format?.fields(text) ?? {}
      assert.equal(parsed['socket.listen.protocol'], 'unix')
    }),
  )
})
