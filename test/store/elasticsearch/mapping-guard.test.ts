// What hosts send can make no mapping explode and no document be refused: a hundred thousand keys, and whatever a hostile
// command may print, come in whole and are found again.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { catalogue, declaredFields } from '../../../src/commands/declared-fields.ts'
import { parseSysctl } from '../../../src/parsers/sysctl.ts'
import type { Condition } from '../../../src/query/ast.ts'
import { parseQuery } from '../../../src/query/parser.ts'
import { resolveQuery } from '../../../src/query/resolve.ts'
import type { Document, FieldValue } from '../../../src/snapshot/document.ts'
import { openElasticsearchStore } from '../../../src/store/elasticsearch/driver.ts'
import { mostFields } from '../../../src/store/elasticsearch/mapping/index-template.ts'
import type { Store } from '../../../src/store/store.ts'
import { setUp, targetOf } from '../../elasticsearch/empty-store.ts'
import { type Address, request } from '../../elasticsearch/request.ts'
import { elasticsearch } from '../../elasticsearch/servers.ts'
import { documentOf } from '../document-of.ts'

const server = await elasticsearch('current')

const hosts = 100
const keysPerHost = 1000

/** The tree of one host: keys nobody else has, flat ones, deep ones, and ones that are a name and the beginning of another. */
function treeOf(host: number): string {
  const keys = Array.from({ length: keysPerHost }, (_, index) => {
    const number = host * keysPerHost + index
    if (index % 10 === 3) return `net.made.up.k${number} = 1`
    if (index % 10 === 4) return `vm.k${number - 4}.k${number} = 1`
    return `vm.k${number} = 1`
  })
  return `${keys.join('\n')}\n`
}

function sysctlDocument(host: number): Document {
  const content = treeOf(host)
  const fields = { content, 'event.dataset': 'mitra.sysctl', ...parseSysctl(content) }
  return documentOf(`host${host}`, '/proc/sys', '10:00', fields)
}

const long = 'x'.repeat(40_000)
const deep = Array.from({ length: 40 }, (_, index) => `d${index}`).join('.')

/** Fields nothing declares, or of another type than is declared, under names that are none. */
const hostile: readonly [name: string, value: FieldValue][] = [
  ['undeclared', 'word'],
  ['undeclared.below', 12],
  ['host', 'a scalar where the mapping has an object'],
  ['file', true],
  ['sysctl', 5],
  ['labels', ['a', 'b']],
  ['content.x', 'below a text'],
  ['host.name.x', 'below a keyword'],
  ['hostname', 'an alias of the mapping'],
  ['size', 5],
  ['terms', 'a field of the writer'],
  ['other', 'a field of the writer'],
  ['other.x', 1],
  ['state', 'a field of the writer'],
  ['_id', 'a field of Elasticsearch'],
  ['_source', 1],
  ['_ignored', 'x'],
  ['__proto__', 'x'],
  ['constructor', 'x'],
  ['', 'no name'],
  [' ', 'a blank'],
  ['.', 'a dot'],
  ['..', 'two dots'],
  ['.a', 'a dot before'],
  ['a.', 'a dot behind'],
  ['a..b', 'nothing between'],
  ['sysctl.', 'nothing behind'],
  ['sysctl..x', 1],
  ['sysctl. x', 1],
  ['sysctl.a*b', 1],
  ['sysctl.a=b', 1],
  ['sysctl.a%3Db', 1],
  ['sysctl.naïve', 1],
  ['sysctl.日本', 1],
  ['sysctl.\0', 1],
  ['sysctl.\ud800', 1],
  ['sysctl.\n', 1],
  [`sysctl.${deep}`, 1],
  [deep, 1],
  [`labels.${deep}`, 'x'],
  [`sysctl.${'n'.repeat(2000)}`, 1],
  ['n'.repeat(40_000), 1],
  ['%'.repeat(1000), 1],
  ['sysctl.long', long],
  ['sysctl.wide', '日'.repeat(20_000)],
  ['sysctl.faces', `x${'😀'.repeat(20_000)}`],
  ['labels.long', long],
  ['undeclared.long', long],
  ['error.message', long],
  ['sysctl.half', '\ud83d'],
  ['sysctl.other_half', 'a\udc00b'],
  ['sysctl.nothing', ''],
  ['sysctl.empty', []],
  ['sysctl.mixed', [1, 'a', true, 1.5]],
  ['sysctl.large', 1e300],
  ['sysctl.whole', 2 ** 64],
  ['sysctl.many', Array.from({ length: 20_000 }, (_, index) => index)],
  ['sysctl.vm.k0.k4', 'text where others have a number'],
  ['meminfo.MemFree', 'text where a number is declared'],
  ['meminfo.x', [1, 'a']],
  ['vmstat.x', 1.5],
  ['netstat_rate.x', 'x'],
  ['file.size', '12'],
  ['file.size', 2 ** 70],
  ['file.exists', 'maybe'],
  ['file.mtime', 'yesterday'],
  ['file.mtime', '+292278995-01-01T00:00:00Z'],
  ['host.ip', ['10.0.0.1', 'no address', 'fe80::1%eth0']],
  ['event.dataset', ['a', 'b']],
  ['event.kind', 5],
]

const hostileDocuments = hostile.map(([name, value], index) => {
  const document = documentOf('hostile', `/hostile/${index}`, '10:00', { content: `printed by w${index}\n` })
  Object.defineProperty(document, name, { value, enumerable: true, configurable: true, writable: true })
  return document
})

describe('a mapping', { skip: server.skip ?? false, timeout: 120_000 }, () => {
  let store: Store
  let address: Address
  let prefix = ''

  before(async () => {
    if (server.skip !== undefined) return
    address = server
    const target = targetOf(server)
    prefix = target.prefix
    await setUp(server, target)
    store = await openElasticsearchStore(target, declaredFields)
  })
  after(async () => {
    await store?.close()
    if (prefix === '') return
    // full mappings take the memory that other tests need of the server
    const indices = Object.keys(await request(address, `/${prefix}*`))
    await request(address, `/${indices.join()}`, { method: 'DELETE' })
  })

  async function foundBy(condition: Condition): Promise<string[]> {
    const asked = { condition, view: { kind: 'latest' }, fields: [], withoutContent: true } as const
    const documents = await Array.fromAsync(store.search(asked))
    return documents.map((document) => `${document['host.name']} ${document['file.path']}`)
  }

  const found = (query: string) => foundBy(resolveQuery(parseQuery(query), catalogue))

  test(`takes ${hosts * keysPerHost} distinct keys and loses none`, async () => {
    for (let first = 0; first < hosts; first += 10) {
      const documents = Array.from({ length: 10 }, (_, index) => sysctlDocument(first + index))
      const outcomes = await store.write(documents)
      assert.deepEqual(new Set(outcomes.map(({ status }) => status)), new Set(['stored']))
    }
    const all = { condition: resolveQuery(parseQuery('filename:/proc/sys')), view: { kind: 'latest' } } as const
    assert.equal(await store.count(all), hosts)
  })

  test('finds every host by a word of its content and by fields far beyond the limit', async () => {
    for (let host = 0; host < hosts; host += 9) {
      const first = host * keysPerHost
      const names = [
        `sysctl.vm.k${first}`,
        `sysctl.vm.k${first + 999}`,
        `sysctl.net.made.up.k${first + 503}`,
        `sysctl.vm.k${first + 500}.k${first + 504}`,
      ]
      const questions = [`content:k${first + 999}`, ...names.map((name) => `${name}:1`), `_exists_:${names[3]}`]
      for (const question of questions) assert.deepEqual(await found(question), [`host${host} /proc/sys`], question)
    }
    assert.deepEqual(await found('sysctl.vm.k99999:1'), ['host99 /proc/sys'])
    assert.deepEqual(await found('sysctl.vm.k99999:>1'), [])
    assert.deepEqual(await found('sysctl.vm.k9999*:1'), ['host9 /proc/sys', 'host99 /proc/sys'])
    const { values } = await store.values('sysctl.vm.k99999', { condition: { kind: 'all' }, view: { kind: 'latest' } })
    assert.deepEqual(values, [{ value: 1, hosts: 1, documents: 1, examples: ['host99'] }])
  })

  test('refuses no document over a field, and gives it back as it came', async () => {
    const outcomes = await store.write(hostileDocuments)
    for (const [index, outcome] of outcomes.entries())
      assert.equal(
        outcome.status,
        'stored',
        `${JSON.stringify(hostile[index])?.slice(0, 80)}: ${JSON.stringify(outcome)}`,
      )
    for (const [index, document] of hostileDocuments.entries()) {
      const [name, value] = hostile[index]!
      const label = `${name.slice(0, 80)}: ${JSON.stringify(value)?.slice(0, 80)}`
      assert.deepEqual(await found(`content:w${index}`), [`hostile /hostile/${index}`], label)
      const kept = await store.get('hostile', `/hostile/${index}`)
      if (!isEmpty(value)) assert.deepEqual(kept, document, label)
    }
  })

  test('finds what is hostile by its field and value too', async () => {
    for (const [index, [name, value]] of hostile.entries()) {
      const last = typeof value === 'object' ? value.at(-1) : value
      if (last === undefined) continue
      const path = `hostile /hostile/${index}`
      const label = `${name.slice(0, 80)}: ${JSON.stringify(value)?.slice(0, 80)}`
      assert.ok((await foundBy({ kind: 'exists', field: name })).includes(path), label)
      const wanted = { text: String(last), ...(typeof last === 'number' && { number: last }) }
      assert.ok((await foundBy({ kind: 'value', field: name, value: wanted })).includes(path), label)
    }
  })

  test('finds and counts the labels of a host that comes when the mapping is full', async () => {
    await store.write([documentOf('late', 'host', '11:00', { 'labels.role': 'db', 'labels.rank': '5' })])
    assert.deepEqual(await found('labels.role:db'), ['late host'])
    assert.deepEqual(await found('labels.*:d*'), ['late host'])
    const { values } = await store.values('labels.rank', { condition: { kind: 'all' }, view: { kind: 'latest' } })
    assert.deepEqual(values, [{ value: '5', hosts: 1, documents: 1, examples: ['late'] }])
  })

  test('finds a number of a kernel table that comes when the mapping is full in its text only', async () => {
    const table = { content: 'Late: 5 kB', 'meminfo.Late': 5120 }
    await store.write([documentOf('late', '/proc/meminfo', '11:00', table)])
    assert.deepEqual(await found('content:"Late 5"'), ['late /proc/meminfo'])
    assert.deepEqual(await found('meminfo.Late:5120'), [])
    assert.equal((await store.get('late', '/proc/meminfo'))?.['meminfo.Late'], 5120)
  })

  test('asks for a range between long texts over a pattern of names', async () => {
    const text = 'x'.repeat(150)
    assert.deepEqual(await found(`labels.*:[d TO ${text}] hostname:late`), ['late host'])
    assert.deepEqual(await found(`labels.*:[${text} TO *] hostname:late`), [])
  })

  test('stays below its limit in every view', async () => {
    const found = await request(address, `/${prefix}*/_mapping`)
    const counts = Object.entries(found as Record<string, { mappings: Mapping }>).map(
      ([index, { mappings }]) => [index.slice(prefix.length), fieldsIn(mappings)] as const,
    )
    assert.deepEqual(counts.map(([view]) => view).sort(), ['2026.11.18', 'history_2026.11.18', 'latest_v1'])
    // full, and not over: else nothing was tested
    for (const [view, count] of counts) assert.ok(count > mostFields - 100 && count <= mostFields, `${view}: ${count}`)
  })
})

function isEmpty(value: FieldValue): boolean {
  return typeof value === 'object' && value.length === 0
}

interface Mapping {
  properties?: Record<string, Mapping>
  fields?: Record<string, Mapping>
}

/** Fields as Elasticsearch counts them: objects and multi-fields too. */
function fieldsIn({ properties = {}, fields = {} }: Mapping): number {
  return [...Object.values(properties), ...Object.values(fields)].reduce((sum, each) => sum + 1 + fieldsIn(each), 0)
}
