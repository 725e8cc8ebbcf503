// How values are spread over hosts, in whatever store: part of the contract. What a store counts by itself must be what its
// documents say, read one by one.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Condition } from '../../src/query/ast.ts'
import { parseQuery } from '../../src/query/parser.ts'
import { resolveQuery } from '../../src/query/resolve.ts'
import { type Document, dayOf, timeOf } from '../../src/snapshot/document.ts'
import { namesIn, selectionFor, spreadOf } from '../../src/store/spread.ts'
import type { Held, Split, SpreadRequest, Store, View } from '../../src/store/store.ts'
import { documentOf } from './document-of.ts'

const settings = (host: string, at: string, more: Partial<Document>) =>
  documentOf(host, '/proc/sys', at, { 'event.dataset': 'mitra.sysctl', 'labels.role': host.slice(0, -1), ...more })
const rmem = [4096, 87380, 8]

const fleet: readonly Document[] = [
  settings('web1', '09:00', { 'sysctl.vm.swappiness': 1, 'sysctl.net.ipv4.tcp_rmem': rmem }),
  settings('web1', '10:00', { 'sysctl.vm.swappiness': 60, 'sysctl.net.ipv4.tcp_rmem': rmem, 'sysctl.a': true }),
  settings('web2', '10:00', { 'sysctl.vm.swappiness': 60, 'sysctl.net.ipv4.tcp_rmem': [87380, 4096, 8] }),
  settings('web3', '10:00', { 'sysctl.vm.swappiness': '60', 'sysctl.net.ipv4.tcp_rmem': rmem, 'sysctl.a': 1 }),
  settings('db1', '10:00', { 'sysctl.vm.swappiness': 60.5, 'sysctl.kernel.pattern': 'a=b "c" é\ud83d\ude00' }),
  // what no pair of name and value can hold
  settings('db2', '10:00', { 'sysctl.vm.swappiness': 1, 'sysctl.odd=name': 1, 'sysctl.long': 'x'.repeat(9000) }),
  settings('db3', '10:00', { 'error.message': 'permission denied' }),
  documentOf('web1', '/proc/sys counters', '10:00', { 'event.kind': 'metric', 'sysctl.fs.file-nr': [1, 0, 9] }),
  documentOf('web2', '/etc/sysctl.conf', '10:00', { 'sysctl.vm.swappiness': 10, 'file.hash.sha256': 'aa' }),
  documentOf('web2', '/etc/sysctl.d/x.conf', '10:00', { 'sysctl.vm.swappiness': 20, 'file.hash.sha256': 'bb' }),
  ...['web1', 'web3', 'db1', 'db2'].map((host, index) =>
    documentOf(host, '/etc/sysctl.conf', '10:00', {
      'file.size': index < 2 ? 10 : 20,
      'file.hash.sha256': index < 3 ? 'aa' : 'cc',
    }),
  ),
  documentOf('db3', '/etc/sysctl.conf', '10:00', { 'file.exists': false }),
]

const latest: View = { kind: 'latest' }
const atNine = timeOf(fleet[0]!)
const inEffect = 'filename:/proc/sys'

const questions: readonly { field: string; query?: string; view?: View }[] = [
  { field: 'sysctl.*', query: inEffect },
  { field: 'sysctl.net.*', query: inEffect },
  { field: 'sysctl.vm.swappiness', query: inEffect },
  { field: 'sysctl.vm.swappiness' },
  { field: 'sysctl.net.ipv4.tcp_rmem' },
  { field: 'sysctl.odd=name' },
  { field: 'sysctl.fs.file-nr' },
  { field: 'sysctl.*', query: 'filename:/etc/*' },
  { field: 'sysctl.*' },
  { field: 'file.hash.sha256' },
  { field: 'file.size' },
  { field: 'file.exists' },
  { field: 'labels.*', query: inEffect },
  { field: 'labels.role' },
  { field: 'no.such' },
  { field: 'sysctl.*', query: 'hostname:nobody' },
  { field: 'sysctl.*', query: inEffect, view: { kind: 'moment', at: atNine } },
  { field: 'sysctl.vm.swappiness', query: inEffect, view: { kind: 'history' } },
  { field: 'sysctl.*', query: inEffect, view: { kind: 'days', from: dayOf(atNine), to: dayOf(atNine) } },
]

const restrictions: readonly [title: string, hosts: SpreadRequest['hosts']][] = [
  ['every host', undefined],
  ['some hosts', new Map(['web1', 'db1', 'db2', 'nobody'].map((host) => [host, undefined]))],
  ['groups of hosts', new Map(['web1', 'web2', 'web3', 'db1', 'db2'].map((host) => [host, host.slice(0, -1)]))],
  ['no host', new Map()],
]

/** Registers the cases; `open` gives an empty store each time. */
export function spreading(open: () => Promise<Store>): void {
  describe('spreading', () => {
    let store: Store
    before(async () => {
      store = await open()
      const outcomes = await store.write(fleet)
      assert.ok(outcomes.every(({ status }) => status === 'stored'))
    })
    after(() => store.close())

    test('counts who holds what, each value as it is', async () => {
      const splits = await store.spread({ condition: conditionOf(inEffect), view: latest, field: 'sysctl.*', names: 3 })
      const told = splits.map(({ item, hosts, holdings, tied }) => [
        item,
        hosts,
        tied,
        ...holdings.map(({ value, hosts: holders }) => `${JSON.stringify(value).slice(0, 30)} x ${holders}`),
      ])
      assert.deepEqual(told, [
        ['sysctl.a', 2, 2, '1 x 1', 'true x 1'],
        ['sysctl.kernel.pattern', 1, 1, '"a=b \\"c\\" é\ud83d\ude00" x 1'],
        ['sysctl.long', 1, 1, `"${'x'.repeat(29)} x 1`],
        ['sysctl.net.ipv4.tcp_rmem', 3, 1, '[4096,87380,8] x 2', '[87380,4096,8] x 1'],
        ['sysctl.odd=name', 1, 1, '1 x 1'],
        ['sysctl.vm.swappiness', 5, 1, '60 x 2', '1 x 1', '"60" x 1', '60.5 x 1'],
      ])
    })

    for (const { field, query, view = latest } of questions)
      for (const [title, hosts] of restrictions)
        test(`tells ${field} of ${query ?? 'everything'} (${view.kind}) and ${title} as the documents do`, async () => {
          for (const names of [1, Number.POSITIVE_INFINITY]) {
            const request = { condition: conditionOf(query), view, field, names, ...(hosts && { hosts }) }
            const expected = await spreadOf(store.select(selectionFor(request)), request)
            const splits = await store.spread(request)
            assert.deepEqual(splits.map(withoutNames), expected.map(withoutNames))
            const held = splits.flatMap(({ item, group, holdings }) =>
              holdings.map(({ value, hosts: holders }): Held => ({ item, group, value, hosts: holders })),
            )
            assert.deepEqual(await store.holders(request, held), namesIn(expected, held))
          }
        })

    test('names nobody for what nobody holds', async () => {
      const request = { condition: conditionOf(inEffect), view: latest, field: 'sysctl.*', names: 3 }
      const held = { item: 'sysctl.vm.swappiness', group: undefined, value: 7, hosts: 1 }
      assert.deepEqual(await store.holders(request, [held]), [[]])
      assert.deepEqual(await store.holders(request, []), [])
    })
  })
}

function conditionOf(query: string | undefined): Condition {
  return query === undefined ? { kind: 'all' } : resolveQuery(parseQuery(query))
}

function withoutNames({ holdings, ...split }: Split) {
  return { ...split, holdings: holdings.map(({ value, hosts }) => ({ value, hosts })) }
}
