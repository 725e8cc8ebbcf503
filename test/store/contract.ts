// What every store must do, whatever keeps the documents: one suite, called by each driver's test.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Condition } from '../../src/query/ast.ts'
import { parseQuery } from '../../src/query/parser.ts'
import { resolveQuery } from '../../src/query/resolve.ts'
import { dayOf } from '../../src/snapshot/document.ts'
import type { Store, View } from '../../src/store/store.ts'
import { documentOf } from './document-of.ts'
import { selecting } from './selecting.ts'
import { spreading } from './spreading.ts'

const latest: View = { kind: 'latest' }
const history: View = { kind: 'history' }

const tombstone = { 'file.exists': false }

/**
 * Registers the suite; `open` gives an empty store each time. `skips`: cases that cannot hold where the store is kept, by title,
 * and why.
 */
export function storeContract(
  name: string,
  open: () => Promise<Store>,
  skips: Readonly<Record<string, string>> = {},
): void {
  const unknown = new Set(Object.keys(skips))
  const holds = (title: string, check: () => Promise<void>) => {
    unknown.delete(title)
    test(title, { skip: skips[title] ?? false }, check)
  }

  describe(`${name} store`, () => {
    let store: Store
    const asked = (query: string) => resolveQuery(parseQuery(query))

    async function found(query: string, view: View = latest): Promise<string[]> {
      const names: string[] = []
      for await (const document of store.search({ condition: asked(query), view })) {
        names.push(`${document['host.name']} ${document['file.path']}`)
      }
      return names
    }

    async function contents(query: string, view: View): Promise<(string | undefined)[]> {
      const texts: (string | undefined)[] = []
      for await (const document of store.search({ condition: asked(query), view })) texts.push(document.content)
      return texts
    }

    describe('searching', () => {
      before(async () => {
        store = await open()
        await store.write([
          documentOf('web1', '/etc/fstab', '10:00', {
            content: '/dev/sda1 / ext4 defaults 0 1\n',
            'file.size': 31,
            'file.exists': true,
          }),
          documentOf('web2', '/etc/fstab', '10:00', {
            content: '/dev/sda1 / xfs defaults 0 1\n',
            'file.size': 30,
            'file.exists': true,
          }),
          documentOf('web1', '/proc/sys', '10:00', {
            content: 'net.core.somaxconn = 128\nnet.ipv4.tcp_rmem = 4096 131072 6291456\n',
            'event.dataset': 'mitra.sysctl',
            'sysctl.net.core.somaxconn': 128,
            'sysctl.net.ipv4.tcp_rmem': [4096, 131072, 6291456],
          }),
          documentOf('web2', '/proc/sys', '10:00', {
            content: 'net.core.somaxconn = 4096\n',
            'event.dataset': 'mitra.sysctl',
            'sysctl.net.core.somaxconn': 4096,
            'sysctl.kernel.core_pattern': '|/usr/lib/systemd/systemd-coredump %P',
          }),
          documentOf('web1', '/proc/meminfo', '10:00', {
            content: 'MemTotal: 128 kB\nMemFree: 77 kB\n',
            'event.dataset': 'mitra.meminfo',
            'event.kind': 'metric',
            'meminfo.MemTotal': 131072,
            'meminfo.MemFree': 78848,
          }),
          documentOf('db1', '/etc/ntp.conf', '10:00', { 'error.message': 'no such file', 'file.exists': false }),
          documentOf('db1', 'packages', '10:00', {
            content: 'zsh 5.9\n',
            'package.name': ['zsh', 'bash'],
            'labels.role': 'db',
          }),
        ])
      })
      after(() => store.close())

      const questions: [query: string, found: string[]][] = [
        [
          '',
          [
            'db1 /etc/ntp.conf',
            'db1 packages',
            'web1 /etc/fstab',
            'web1 /proc/meminfo',
            'web1 /proc/sys',
            'web2 /etc/fstab',
            'web2 /proc/sys',
          ],
        ],
        ['filename:"/etc/fstab" AND content:ext4', ['web1 /etc/fstab']],
        ['filename:/etc/fstab NOT ext4', ['web2 /etc/fstab']],
        ['somaxconn', ['web1 /proc/sys', 'web2 /proc/sys']],
        ['content:net.core.somaxconn', ['web1 /proc/sys', 'web2 /proc/sys']],
        ['"somaxconn 128"', ['web1 /proc/sys']],
        ['"128 somaxconn"', []],
        ['"net somaxconn"~1', ['web1 /proc/sys', 'web2 /proc/sys']],
        ['128', ['web1 /proc/meminfo', 'web1 /proc/sys']],
        ['MemFree', ['web1 /proc/meminfo']],
        ['content:77', ['web1 /proc/meminfo']],
        ['content:soma*', ['web1 /proc/sys', 'web2 /proc/sys']],
        ['content:*maxconn', ['web1 /proc/sys', 'web2 /proc/sys']],
        ['content:7?', ['web1 /proc/meminfo']],
        ['content:ext3~1', ['web1 /etc/fstab']],
        ['content:/ext[0-9]/', ['web1 /etc/fstab']],
        ['sysctl.net.core.somaxconn:128', ['web1 /proc/sys']],
        ['sysctl.net.core.somaxconn:>128', ['web2 /proc/sys']],
        ['sysctl.net.core.somaxconn:[128 TO 4096}', ['web1 /proc/sys']],
        ['sysctl.net.*.tcp_rmem:131072', ['web1 /proc/sys']],
        ['sysctl.net.ipv4.tcp_rmem:"4096 131072 6291456"', ['web1 /proc/sys']],
        ['sysctl.kernel.core_pattern:*coredump*', ['web2 /proc/sys']],
        ['_exists_:sysctl.kernel.core_pattern', ['web2 /proc/sys']],
        ['meminfo.MemFree:<100000', ['web1 /proc/meminfo']],
        ['meminfo.MemFree:>100000', []],
        ['size:>30', ['web1 /etc/fstab']],
        ['package.name:zsh', ['db1 packages']],
        ['package.name:z*', ['db1 packages']],
        ['labels.role:db', ['db1 packages']],
        ['_exists_:error.message', ['db1 /etc/ntp.conf']],
        ['error.message:"no such"', ['db1 /etc/ntp.conf']],
        ['file.exists:false', ['db1 /etc/ntp.conf']],
        ['hostname:web*  filename:/proc/*', ['web1 /proc/meminfo', 'web1 /proc/sys', 'web2 /proc/sys']],
        ['hostname:web1 -filename:/proc/*', ['web1 /etc/fstab']],
        ['fstab', ['web1 /etc/fstab', 'web2 /etc/fstab']],
        ['event.dataset:mitra.sysctl -sysctl.net.core.somaxconn:128', ['web2 /proc/sys']],
        ['ext4 OR zsh', ['db1 packages', 'web1 /etc/fstab']],
        ['@timestamp:[2026-11-18T10:00:00Z TO 2026-11-18T10:00:00Z] AND zsh', ['db1 packages']],
        ['@timestamp:<2026-11-18', []],
        ['no.such.field:1', []],
        ['host.*:web1 filename:/etc/fstab', ['web1 /etc/fstab']],
        ['file.*:/etc/fstab', ['web1 /etc/fstab', 'web2 /etc/fstab']],
        ['NOT _exists_:content', ['db1 /etc/ntp.conf']],
      ]
      for (const [query, expected] of questions) {
        holds(query === '' ? '(empty query)' : query, async () => {
          assert.deepEqual(await found(query), expected)
          assert.equal(await store.count({ condition: asked(query), view: latest }), expected.length)
        })
      }

      holds('gives back whole documents', async () => {
        const [document] = await Array.fromAsync(
          store.search({ condition: asked('sysctl.net.core.somaxconn:128'), view: latest }),
        )
        assert.deepEqual(document?.['sysctl.net.ipv4.tcp_rmem'], [4096, 131072, 6291456])
        assert.equal(document?.['@timestamp'], '2026-11-18T10:00:00.000Z')
        assert.match(document?.content ?? '', /somaxconn = 128/)
      })

      holds('limits the documents and leaves content out on request', async () => {
        const documents = await Array.fromAsync(
          store.search({ condition: asked(''), view: latest, limit: 3, withoutContent: true }),
        )
        assert.equal(documents.length, 3)
        assert.ok(documents.every((document) => document.content === undefined))
      })

      holds('answers which hosts match all questions and which do not', async () => {
        const request = { view: latest, silentBefore: 0 }
        const both = await store.hosts({
          ...request,
          all: [asked('content:ext4'), asked('sysctl.net.core.somaxconn:128')],
          without: [],
        })
        assert.deepEqual(
          both.hosts.map(({ name }) => name),
          ['web1'],
        )
        const without = await store.hosts({ ...request, all: [], without: [asked('package.name:zsh')] })
        assert.deepEqual(
          without.hosts.map(({ name }) => name),
          ['web1', 'web2'],
        )
        assert.deepEqual(without.coverage, {
          asked: 3,
          matched: 2,
          not_matched: 1,
          silent: 0,
          without_source: 2,
          in_error: 0,
        })
      })

      holds('asks only the hosts of a universe', async () => {
        const answer = await store.hosts({
          all: [],
          without: [asked('content:ext4')],
          universe: asked('hostname:web*'),
          view: latest,
          silentBefore: 0,
        })
        assert.deepEqual(
          answer.hosts.map(({ name }) => name),
          ['web2'],
        )
        assert.equal(answer.coverage.asked, 2)
      })

      holds('counts silent hosts and hosts in error', async () => {
        const silentBefore = Date.parse('2026-11-18T11:00:00Z')
        const answer = await store.hosts({
          all: [asked('filename:/etc/ntp.conf')],
          without: [],
          view: latest,
          silentBefore,
        })
        assert.deepEqual(answer.coverage, {
          asked: 3,
          matched: 1,
          not_matched: 2,
          silent: 3,
          without_source: 2,
          in_error: 1,
        })
        assert.equal(answer.hosts[0]?.silent, true)
      })

      holds('distributes the values of a field over hosts', async () => {
        const answer = await store.values('sysctl.net.core.somaxconn', { condition: asked(''), view: latest })
        assert.deepEqual(answer.values, [
          { value: 128, hosts: 1, documents: 1, examples: ['web1'] },
          { value: 4096, hosts: 1, documents: 1, examples: ['web2'] },
        ])
        assert.equal(answer.coverage.without_source, 1)
      })

      holds('lists the fields it holds with their types', async () => {
        const fields = new Map((await store.fields()).map((field) => [field.name, field]))
        assert.deepEqual(fields.get('sysctl.net.core.somaxconn'), {
          name: 'sysctl.net.core.somaxconn',
          type: 'number',
          paths: ['/proc/sys'],
        })
        assert.equal(fields.get('file.exists')?.type, 'boolean')
        assert.equal(fields.get('meminfo.MemFree')?.type, 'number')
      })

      holds('knows the existing paths of a host', async () => {
        assert.deepEqual(await store.paths('web1', 'mitra.file'), ['/etc/fstab'])
        assert.deepEqual(await store.paths('db1', 'mitra.file'), ['packages'])
      })
    })

    selecting(open)

    spreading(open)

    describe('keeping', () => {
      before(async () => {
        store = await open()
      })
      after(() => store.close())

      holds('keeps one document a day and every version', async () => {
        const write = (at: string, content: string) => store.write([documentOf('h', '/a', at, { content })])
        assert.deepEqual(await write('2026-11-17T09:00:00.000Z', 'one'), [{ status: 'stored' }])
        assert.deepEqual(await write('2026-11-18T09:00:00.000Z', 'one'), [{ status: 'unchanged' }])
        assert.deepEqual(await write('2026-11-18T10:00:00.000Z', 'two'), [{ status: 'stored' }])
        assert.deepEqual(await write('2026-11-18T11:00:00.000Z', 'three'), [{ status: 'stored' }])
        const day = dayOf(Date.parse('2026-11-18'))
        assert.deepEqual(await contents('filename:/a', { kind: 'days', from: day - 1, to: day }), ['three', 'one'])
        assert.deepEqual(await contents('filename:/a', history), ['three', 'two', 'one'])
        assert.deepEqual(await contents('filename:/a', latest), ['three'])
        assert.equal((await store.get('h', '/a', Date.parse('2026-11-18T10:30:00Z')))?.content, 'two')
        assert.equal(await store.get('h', '/a', Date.parse('2026-11-16T10:30:00Z')), undefined)
      })

      holds('ends with the newest by time whatever the order of arrival', async () => {
        const at = (hour: number) => `2026-11-18T${String(hour).padStart(2, '0')}:00:00.000Z`
        const states: [hour: number, content: string][] = [
          [1, 'a'],
          [2, 'a'],
          [3, 'b'],
          [5, 'a'],
          [7, 'a'],
          [8, 'c'],
        ]
        const orders = [
          [0, 1, 2, 3, 4, 5],
          [5, 4, 3, 2, 1, 0],
          [3, 0, 5, 2, 4, 1],
          [4, 0, 2, 1, 3, 5],
        ]
        for (const [run, order] of orders.entries()) {
          const path = `/order${run}`
          for (const index of order) {
            const [hour, content] = states[index] ?? [0, '']
            await store.write([documentOf('h', path, at(hour), { content })])
          }
          assert.equal((await store.get('h', path))?.content, 'c')
          for (const [hour, content] of [
            [1, 'a'],
            [2, 'a'],
            [3, 'b'],
            [4, 'b'],
            [8, 'c'],
            [9, 'c'],
          ] as const) {
            assert.equal(
              (await store.get('h', path, Date.parse(at(hour))))?.content,
              content,
              `order ${order} at ${hour}`,
            )
          }
        }
      })

      holds(
        'answers for a moment: the newest state at or before it, however old, and none that was superseded',
        async () => {
          const at = (day: number, time: string) => `2026-11-${day}T${time}:00.000Z`
          const write = (path: string, time: string, fields: Parameters<typeof documentOf>[3]) =>
            store.write([documentOf('then', path, time, fields)])
          await write('/old', at(10, '08:00'), { content: 'oldest' })
          await write('/a', at(11, '08:00'), { content: 'one' })
          await write('/a', at(12, '00:05'), { content: 'one' })
          await write('/a', at(12, '10:00'), { content: 'two' })
          await write('/a', at(12, '11:00'), { content: 'one' })
          await write('/removed', at(11, '08:00'), { content: 'one' })
          await write('/removed', at(12, '09:00'), tombstone)
          const counter = { 'event.kind': 'metric' as const, content: 'MemFree' }
          for (const [time, free] of [
            [at(11, '09:00'), 1],
            [at(12, '08:00'), 2],
            [at(12, '10:00'), 3],
            [at(13, '10:00'), 4],
          ] as const)
            await write('/proc/meminfo', time, { ...counter, 'meminfo.MemFree': free })

          const seen = async (query: string, moment: string) => {
            const view: View = { kind: 'moment', at: Date.parse(moment) }
            const condition = asked(`hostname:then AND (${query})`)
            const documents = await Array.fromAsync(store.search({ condition, view }))
            assert.equal(await store.count({ condition, view }), documents.length)
            const { hosts } = await store.hosts({ all: [condition], without: [], view, silentBefore: 0 })
            assert.equal(hosts.length, Math.min(1, documents.length))
            return documents.map((each) => `${each['file.path']} ${each['@timestamp'].slice(8, 16)}`)
          }
          assert.deepEqual(await seen('content:one', at(12, '09:59')), ['/a 11T08:00'])
          assert.deepEqual(await seen('content:one', at(12, '08:00')), ['/a 11T08:00', '/removed 11T08:00'])
          assert.deepEqual(await seen('content:one', at(12, '10:30')), [])
          assert.deepEqual(await seen('content:two', at(12, '10:00')), ['/a 12T10:00'])
          assert.deepEqual(await seen('content:two', at(12, '11:00')), [])
          assert.deepEqual(await seen('content:one', at(20, '00:00')), ['/a 12T11:00'])
          assert.deepEqual(await seen('filename:/a', at(11, '07:59')), [])
          assert.deepEqual(await seen('*:*', at(11, '00:00')), ['/old 10T08:00'])
          assert.deepEqual(await seen('content:oldest', at(19, '00:00')), ['/old 10T08:00'])
          assert.deepEqual(await seen('file.exists:false', at(13, '00:00')), ['/removed 12T09:00'])
          assert.deepEqual(await seen('meminfo.MemFree:2', at(12, '09:00')), ['/proc/meminfo 12T08:00'])
          assert.deepEqual(await seen('meminfo.MemFree:<3', at(12, '12:00')), [])
          // of a sample its text is kept when it is the last of its day
          assert.deepEqual(await seen('content:MemFree', at(12, '09:00')), [])
          assert.deepEqual(await seen('content:MemFree', at(12, '12:00')), ['/proc/meminfo 12T10:00'])
          assert.deepEqual(await seen('event.kind:metric NOT content:MemFree', at(12, '12:00')), [])

          // a driver may know it by the day
          assert.equal(dayOf((await store.historySince()) ?? 0), dayOf(Date.parse(at(10, '08:00'))))

          const view: View = { kind: 'moment', at: Date.parse(at(12, '09:00')) }
          const condition = asked('hostname:then')
          const { values } = await store.values('meminfo.MemFree', { condition, view })
          assert.deepEqual(values, [{ value: 2, hosts: 1, documents: 1, examples: ['then'] }])
          const request = { all: [condition], without: [], view, silentBefore: Date.parse(at(12, '09:00')) }
          const { hosts, coverage } = await store.hosts(request)
          assert.deepEqual(hosts, [{ name: 'then', seen: Date.parse(at(12, '09:00')), silent: false }])
          assert.deepEqual([coverage.asked, coverage.matched], [1, 1])

          // what a host no longer has, or has as a text now, counts as it was
          const setting = async (host: string, time: string, value: number | string | undefined) =>
            store.write([
              documentOf(host, '/proc/sys', time, { ...(value !== undefined && { 'sysctl.vm.swappiness': value }) }),
            ])
          await setting('then', at(11, '08:00'), 60)
          await setting('then', at(12, '08:00'), undefined)
          await setting('then2', at(11, '08:00'), 60)
          await setting('then2', at(12, '08:00'), 1)
          const counted = async (field: string, condition: Condition, view: View) => {
            const hosts = new Map<unknown, Set<string>>()
            for await (const document of store.search({ condition, view }))
              for (const value of [document[field] ?? []].flat())
                hosts.set(value, (hosts.get(value) ?? new Set()).add(document['host.name']))
            return Array.from(hosts, ([value, names]) => `${value} ${names.size}`).sort()
          }
          for (const isMixed of [false, true]) {
            if (isMixed) await setting('then2', at(12, '10:00'), 'sixty')
            for (const time of [at(11, '08:30'), at(12, '08:30'), at(12, '10:30')])
              for (const field of [
                'sysctl.vm.swappiness',
                'meminfo.MemFree',
                'event.kind',
                'file.exists',
                'file.hash.sha256',
              ])
                for (const query of ['hostname:then*', 'hostname:then* NOT file.exists:false']) {
                  const [condition, view] = [asked(query), { kind: 'moment', at: Date.parse(time) } as const]
                  const { values } = await store.values(field, { condition, view })
                  const found = values.map(({ value, hosts }) => `${value} ${hosts}`).sort()
                  assert.deepEqual(found, await counted(field, condition, view), `${field} ${query} ${time}`)
                }
          }
        },
      )

      holds('is idempotent: the same documents twice change nothing', async () => {
        const documents = ['01:00', '02:00', '03:00'].map((at, index) =>
          documentOf('twice', '/a', at, { content: `v${index}` }),
        )
        await store.write(documents)
        await store.write(documents)
        assert.deepEqual(await contents('hostname:twice', history), ['v2', 'v1', 'v0'])
      })

      holds('keeps every sample of a counter, the text only of the newest of a day', async () => {
        const sample = (at: string, free: number) =>
          documentOf('h', '/proc/meminfo', at, {
            content: `MemFree: ${free} kB`,
            'event.kind': 'metric',
            'meminfo.MemFree': free,
          })
        await store.write([
          sample('2026-11-17T08:00:00.000Z', 1),
          sample('10:00', 2),
          sample('10:05', 2),
          sample('10:10', 3),
        ])
        const samples = await Array.fromAsync(
          store.search({ condition: asked('filename:/proc/meminfo hostname:h'), view: history }),
        )
        assert.deepEqual(
          samples.map((each) => [each['meminfo.MemFree'], each.content]),
          [
            [3, undefined],
            [2, undefined],
            [2, undefined],
            [1, undefined],
          ],
        )
        assert.deepEqual(await contents('filename:/proc/meminfo hostname:h', latest), ['MemFree: 3 kB'])
        const day = dayOf(Date.parse('2026-11-17'))
        assert.deepEqual(
          await contents('filename:/proc/meminfo hostname:h', { kind: 'days', from: day, to: day + 1 }),
          ['MemFree: 3 kB', 'MemFree: 1 kB'],
        )
        assert.deepEqual(await found('content:MemFree hostname:h', history), [])
      })

      holds('takes writes at the same time', async () => {
        const writes = Array.from({ length: 20 }, (_, index) =>
          store.write([documentOf('many', `/at-once/${index}`, '10:00', { content: `text ${index}` })]),
        )
        assert.ok((await Promise.all(writes)).every(([outcome]) => outcome?.status === 'stored'))
        assert.equal((await found('hostname:many')).length, 20)
      })

      holds('makes a removed file a tombstone in all views', async () => {
        await store.write([documentOf('h', '/gone', '10:00', { content: 'here', 'file.exists': true })])
        await store.write([documentOf('h', '/gone', '11:00', tombstone)])
        assert.deepEqual(await found('filename:/gone file.exists:true'), [])
        assert.deepEqual(await contents('filename:/gone', history), [undefined, 'here'])
        assert.equal((await store.get('h', '/gone'))?.['file.exists'], false)
      })

      holds('rejects a document without time, host or path and stores the others', async () => {
        const outcomes = await store.write([
          documentOf('h', '/x', 'no timeT'),
          documentOf('', '/x', '10:00'),
          documentOf('h', '', '10:00'),
          documentOf('h', '/kept', '10:00', { content: 'kept' }),
        ])
        assert.deepEqual(
          outcomes.map(({ status }) => status),
          ['rejected', 'rejected', 'rejected', 'stored'],
        )
        assert.equal((await store.get('h', '/kept'))?.content, 'kept')
      })

      holds('keeps hostile text and names as they are', async () => {
        const content = `'; DROP TABLE entry; -- \u001b[31m " \u0000 \ud83d\ude00 ${'x'.repeat(70_000)}`
        const host = `ho"st'; --`
        await store.write([documentOf(host, "/pa'th\n", '10:00', { content, 'labels.x': 'v\'"\u0000' })])
        const document = await store.get(host, "/pa'th\n")
        assert.equal(document?.content, content)
        assert.equal(document?.['labels.x'], 'v\'"\u0000')
        assert.deepEqual(await found('"DROP TABLE" entry'), [`${host} /pa'th\n`])
      })
    })

    describe('pruning', () => {
      before(async () => {
        store = await open()
        for (let day = 1; day <= 18; day++) {
          const at = `2026-11-${String(day).padStart(2, '0')}T10:00:00.000Z`
          await store.write([
            documentOf('h', '/same', at, { content: 'same' }),
            documentOf('h', '/new', at, { content: `day ${day}` }),
            documentOf('h', '/proc/loadavg', at, { content: `${day}`, 'event.kind': 'metric', 'loadavg.load1': day }),
            ...(day < 5 ? [documentOf('old', '/etc/old', at, { content: 'oldhost', 'sysctl.only.old': 1 })] : []),
          ])
        }
      })
      after(() => store.close())
      const now = Date.parse('2026-11-18T12:00:00Z')

      holds('says what a dry run would remove and removes nothing', async () => {
        const report = await store.prune({ days: 7, history: 7, hosts: 10 }, now, { dryRun: true })
        assert.deepEqual(report.hosts, ['old'])
        assert.ok(report.days > 0 && report.versions > 0)
        assert.equal((await store.get('old', '/etc/old'))?.content, 'oldhost')
      })

      holds('removes old days, old versions and forgotten hosts, and keeps what is in force', async () => {
        await store.prune({ days: 7, history: 7, hosts: 10 }, now, { dryRun: false })
        assert.equal(await store.get('old', '/etc/old'), undefined)
        assert.deepEqual(await found('oldhost'), [])
        assert.equal(
          (await store.fields()).some(({ name }) => name === 'sysctl.only.old'),
          false,
        )
        assert.equal((await store.get('h', '/same'))?.content, 'same')
        const kept = await contents('filename:/new', history)
        assert.ok(kept.includes('day 18') && kept.includes('day 12') && !kept.includes('day 3'), kept.join())
        assert.equal((await store.get('h', '/new', now - 7 * 86_400_000))?.content, 'day 11')
        const days = await contents('filename:/same', { kind: 'days', from: 0, to: 1e6 })
        assert.equal(days.length, 8)
      })

      holds('goes on storing afterwards', async () => {
        await store.write([documentOf('old', '/etc/old', '12:00', { content: 'oldhost again', 'sysctl.only.old': 2 })])
        assert.deepEqual(await found('oldhost'), ['old /etc/old'])
        assert.deepEqual(await found('sysctl.only.old:2'), ['old /etc/old'])
      })
    })
  })
  assert.deepEqual([...unknown], [], 'no case of this title is left to skip')
}
