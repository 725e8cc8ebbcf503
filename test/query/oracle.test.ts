// The parser against that of Elasticsearch: what one takes the other takes, save for the differences that the page on the syntax
// names; and both join clauses alike.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { catalogue } from '../../src/commands/declared-fields.ts'
import { compileMatcher } from '../../src/query/matcher.ts'
import { parseQuery } from '../../src/query/parser.ts'
import { resolveQuery } from '../../src/query/resolve.ts'
import { QuerySyntaxError } from '../../src/query/syntax-error.ts'
import { latestAlias } from '../../src/store/elasticsearch/mapping/index-names.ts'
import type { IndexTemplate } from '../../src/store/elasticsearch/mapping/index-template.ts'
import { setUp, targetOf } from '../elasticsearch/empty-store.ts'
import { elasticsearch } from '../elasticsearch/servers.ts'
import { documentOf } from '../store/document-of.ts'
import { queryText } from './arbitraries.ts'
import { rules } from './deliberate-differences.ts'
import { queriesAbout } from './generated-queries.ts'
import { LuceneReader } from './lucene-reading.ts'
import { outline } from './outline.ts'

const server = await elasticsearch('current')
const seed = Number(process.env['SEED'] ?? 20261121)
const runs = Number(process.env['RUNS'] ?? 20_000)
const now = Date.UTC(2026, 10, 20)

const ordinary = queriesAbout([
  documentOf('web-1.example', '/etc/fstab', '10:00', {
    content: '# <file system> <mount point>\nUUID=3f-4e /boot ext4 defaults,noatime 0 2\n/dev/sda1 / xfs ro 0 1\n',
    'file.type': 'file',
    'file.mode': '0644',
    'file.size': 77,
    'file.exists': true,
    'labels.role': 'web',
  }),
  documentOf('web-1.example', '/proc/sys', '10:00', {
    content: 'net.core.somaxconn = 128\nnet.ipv4.tcp_rmem = 4096\t131072\t6291456\nkernel.core_pattern = |/x %P\n',
    'event.dataset': 'mitra.sysctl',
    'sysctl.net.core.somaxconn': 128,
    'sysctl.net.ipv4.tcp_rmem': [4096, 131072, 6291456],
    'sysctl.kernel.core_pattern': '|/usr/lib/systemd/systemd-coredump %P',
  }),
  documentOf('db', '/proc/meminfo', '10:00', {
    content: 'MemTotal: 16318364 kB\nMemFree: 77 kB\n',
    'event.kind': 'metric',
    'meminfo.MemFree': 78848,
    'netstat_rate.TcpExt.ListenOverflows': 0.5,
  }),
  documentOf('db', 'host', '10:00', {
    content: 'Linux 6.1.0-13 naïve 日本 İstanbul\n',
    'host.ip': ['10.0.0.1', 'fe80::1'],
    'host.boot.id': 'b87b6f5b-13e8-43ff-a8b4-84fca5153b82',
    'error.message': 'no such file or directory',
    'file.mtime': '2026-11-18T10:00:00.000Z',
  }),
])
const edit = fc.record({
  kind: fc.constantFrom('delete', 'insert', 'repeat', 'swap'),
  at: fc.nat(10_000),
  character: fc.constantFrom(...' ()[]{}"\\~^:*?/+-!&|<>=.aZ0'),
})
/** A query with up to three slips of the hand. */
const mistyped = fc.tuple(ordinary, fc.array(edit, { maxLength: 3 })).map(([query, edits]) => {
  const characters = Array.from(query)
  for (const { kind, at: anywhere, character } of edits) {
    const at = anywhere % (characters.length + 1)
    if (kind === 'delete') characters.splice(at, 1)
    else if (kind === 'insert') characters.splice(at, 0, character)
    else if (kind === 'repeat') characters.splice(at, 0, characters[at] ?? '')
    else characters.splice(at, 2, ...characters.slice(at, at + 2).reverse())
  }
  return characters.join('')
})

function withoutNames(template: IndexTemplate): IndexTemplate {
  const { mappings, body } = template
  const inner = body['template'] as object
  return { ...template, body: { ...body, template: { ...inner, mappings } } }
}

interface Asked {
  typed: string
  /** What was typed, rewritten by the rules so far. */
  query: string
}

describe('the parser, beside that of Elasticsearch,', { skip: server.skip ?? false, timeout: 300_000 }, () => {
  let reader: LuceneReader
  /** Of one field, so that clauses are seen as they are. */
  let words: LuceneReader

  before(async () => {
    if (server.skip !== undefined) return
    const target = targetOf(server)
    // a field that is known as a number would refuse what is none: a matter of meaning, not of syntax
    await setUp(server, target, withoutNames)
    reader = new LuceneReader(server, latestAlias(target.prefix), ['content', 'file.path', 'host.name'])
    words = new LuceneReader(server, latestAlias(target.prefix), ['content'])
  })
  after(() => {
    reader?.close()
    words?.close()
  })

  async function differing(asked: readonly Asked[]): Promise<Asked[]> {
    const readings = await reader.read(asked.map(({ query }) => query))
    return asked.filter(({ query }, index) => isTaken(query) !== readings[index]?.isValid)
  }

  test(`takes and refuses the same of ${runs} strings`, async (context) => {
    const typed = fc.sample(fc.oneof(queryText, mistyped), { numRuns: runs, seed })
    const taken = typed.filter(isTaken).length
    let left = await differing(typed.map((query) => ({ typed: query, query })))
    const first = left.length
    for (const { rewritten } of [...rules, ...rules]) {
      left = await differing(left.map((each) => ({ ...each, query: rewritten(each.query) })))
    }
    context.diagnostic(`${taken} taken, ${first} read otherwise on purpose`)
    assert.deepEqual(
      left.map(({ typed: one, query }) => [one, query]),
      [],
    )
    assert.ok(taken > runs / 3 && taken < (runs * 3) / 4, `${taken} of ${runs} are taken`)
    assert.ok(first < runs / 8, `${first} of ${runs} need an explanation`)
  })

  for (const { told, example, rewritten } of rules) {
    test(`differs on purpose: ${told}`, async () => {
      assert.equal((await differing([{ typed: example, query: example }])).length, 1)
      const alike = rewritten(example)
      assert.deepEqual(await differing([{ typed: example, query: alike }]), [], alike)
    })
  }

  test('joins clauses as it does', async () => {
    const questions = fc.sample(joined, { numRuns: 1500, seed })
    const readings = await words.read(questions)
    for (const [index, query] of questions.entries())
      assert.equal(outline(parseQuery(query)), skeletonOf(readings[index]?.explanation ?? ''), query)
  })
})

test('the page on the syntax tells of every deliberate difference', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/query-syntax.md'), 'utf8')
  const rows = page.slice(page.indexOf('## Where this differs')).split('\n')
  for (const { told } of rules)
    assert.ok(
      rows.some((row) => row.startsWith(`| ${told} |`)),
      told,
    )
})

function isTaken(query: string): boolean {
  try {
    compileMatcher(resolveQuery(parseQuery(query), catalogue, now))
    return true
  } catch (error) {
    if (error instanceof QuerySyntaxError) return false
    throw error
  }
}

/** Words and parts in parentheses, joined in every way. */
const joined = fc.letrec<{ clauses: string }>((tie) => ({
  clauses: fc
    .array(
      fc.tuple(
        fc.constantFrom('', '', '', '+', '-', 'NOT ', '!'),
        fc.oneof(
          { maxDepth: 2 },
          { weight: 5, arbitrary: fc.constantFrom(...'abcdefgh') },
          { weight: 2, arbitrary: tie('clauses').map((inner) => `(${inner})`) },
        ),
        fc.constantFrom(' ', ' ', ' AND ', ' OR ', ' && ', ' || '),
      ),
      { minLength: 1, maxLength: 5 },
    )
    .map((parts) => {
      // a lone clause needs no sign, and Lucene keeps it in parentheses
      if (parts.length === 1 && parts[0]?.[0] === '+') return parts[0][1]
      return parts.map(([sign, clause, between], at) => (at === 0 ? '' : between) + sign + clause).join('')
    }),
})).clauses

/** A Lucene query as `outline` writes it. */
function skeletonOf(explanation: string): string {
  const clauses = explanation.replaceAll('content:', '').replaceAll(' #*:*', '')
  return /^[a-h]$/.test(clauses) ? clauses : `(${clauses})`
}
