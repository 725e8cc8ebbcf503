// What a selection of fields is, in whatever store: part of the contract.
import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { type Document, type Fields, timeOf } from '../../src/snapshot/document.ts'
import type { Store, View } from '../../src/store/store.ts'
import { documentOf } from './document-of.ts'

const content = 'net.core.somaxconn = 128\n'
const tables: readonly Document[] = [
  documentOf('db1', '/proc/meminfo', '10:00', {
    content: 'MemFree: 77 kB\n',
    'event.kind': 'metric',
    'file.size': 15,
    'file.hash.sha256': hash('sha256', 'MemFree: 77 kB\n'),
    'meminfo.MemFree': 78848,
  }),
  documentOf('web1', '/etc/motd', '10:00', { 'file.exists': false, 'labels.role': 'web' }),
  documentOf('web1', '/proc/sys', '10:00', {
    content,
    'file.hash.sha256': hash('sha256', content),
    'labels.role': 'web',
    'sysctl.net.core.somaxconn': 128,
    'sysctl.net.ipv4.tcp_rmem': [4096, 131072, 6291456],
  }),
  documentOf('web2', '/proc/sys', '10:00', {
    content,
    'file.hash.sha256': hash('sha256', content),
    'sysctl.kernel.core_pattern': '|/bin/false %P',
    'sysctl.net.core.somaxconn': 4096,
  }),
]

const selections: readonly (readonly string[])[] = [
  ['sysctl.*'],
  ['sysctl.net.core.somaxconn'],
  ['sysctl.net.core.*', 'labels.role'],
  ['file.hash.sha256'],
  ['file.hash.sha256', 'file.exists'],
  ['file.size', 'meminfo.MemFree'],
  ['content', 'sysctl.*'],
  ['@timestamp', 'host.name', 'file.path', 'event.dataset', 'event.kind'],
  ['labels.*'],
  ['no.such'],
]

/** Registers the cases; `open` gives an empty store each time. */
export function selecting(open: () => Promise<Store>): void {
  describe('selecting', () => {
    let store: Store
    before(async () => {
      store = await open()
      await store.write(tables)
    })
    after(() => store.close())

    async function selected(fields: readonly string[], view: View): Promise<[string, Fields][]> {
      const rows: [string, Fields][] = []
      for await (const { host, path, names, values } of store.select({ condition: { kind: 'all' }, view, fields })) {
        assert.equal(names.length, values.length)
        rows.push([`${host} ${path}`, Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']))])
      }
      return rows
    }

    for (const fields of selections)
      test(`gives ${fields.join(', ')} of every document, and nothing else`, async () => {
        const wanted = (name: string) =>
          fields.some((field) => (field.endsWith('*') ? name.startsWith(field.slice(0, -1)) : name === field))
        const expected = tables.map((document) => [
          `${document['host.name']} ${document['file.path']}`,
          Object.fromEntries(Object.entries(document).filter(([name]) => wanted(name))),
        ])
        assert.deepEqual(await selected(fields, { kind: 'latest' }), expected)
      })

    test('gives documents that match only, in any view', async () => {
      const condition = { kind: 'exists', field: 'sysctl.kernel.core_pattern' } as const
      const at = timeOf(tables[0]!)
      for (const view of [{ kind: 'latest' }, { kind: 'moment', at }, { kind: 'history' }] as const) {
        const hosts: string[] = []
        for await (const { host } of store.select({ condition, view, fields: [] })) hosts.push(host)
        assert.deepEqual(hosts, ['web2'], view.kind)
      }
    })

    test('gives samples of the past without their text', async () => {
      const [sample] = await selected(['content', 'meminfo.MemFree'], { kind: 'history' })
      assert.deepEqual(sample, ['db1 /proc/meminfo', { 'meminfo.MemFree': 78848 }])
    })
  })
}
