// What `hosts --all --without --universe` answers and whom it says it covers, held against every document of the scripted fleet.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import type { Condition } from '../../src/query/ast.ts'
import { compileMatcher } from '../../src/query/matcher.ts'
import { parseQuery } from '../../src/query/parser.ts'
import { resolveQuery } from '../../src/query/resolve.ts'
import { type Document, timeOf } from '../../src/snapshot/document.ts'
import { openEmbeddedStore } from '../../src/store/embedded/driver.ts'
import type { HostsRequest, View } from '../../src/store/store.ts'
import { scenarioNow } from '../scenario/scenario.ts'
import { scenarioStore } from '../scenario/scenario-store.ts'

const store = await openEmbeddedStore(await scenarioStore(), { mustExist: true })
after(() => store.close())

/** Each with the paths it needs; undefined where any document may match. */
const questions: Readonly<Record<string, readonly string[] | undefined>> = {
  'package.name:zsh': ['packages'],
  'package.name:telnet': ['packages'],
  'filename:/proc/sys AND sysctl.net.core.somaxconn:<=128': ['/proc/sys', '/etc/sysctl.d/60-network.conf'],
  'filename:/etc/ntp.conf': ['/etc/ntp.conf'],
  'filename:/etc/ntp.conf AND file.exists:false': ['/etc/ntp.conf'],
  'filename:/etc/security/limits.conf': ['/etc/security/limits.conf'],
  'host.os.name:Debian*': ['host'],
  ext4: undefined,
  'labels.role:web': undefined,
}
const texts = Object.keys(questions)
const asked = (text: string): Condition => resolveQuery(parseQuery(text), undefined, scenarioNow)

const views: readonly View[] = [
  { kind: 'latest' },
  { kind: 'moment', at: Date.parse('2026-11-13T11:00:00Z') },
  { kind: 'moment', at: Date.parse('2026-11-16T18:00:00Z') },
]
const documents = await Promise.all(
  views.map((view) => Array.fromAsync(store.search({ condition: { kind: 'all' }, view }))),
)

/** The answer by looking at every document. */
function expected(
  all: readonly Document[],
  question: { all: readonly string[]; without: readonly string[]; universe: string | undefined; silentBefore: number },
) {
  const hostsOf = (matches: (document: Document) => boolean) =>
    new Set(all.filter(matches).map((document) => document['host.name']))
  const having = (text: string) => hostsOf(compileMatcher(asked(text)))
  const whom = question.universe === undefined ? hostsOf(() => true) : having(question.universe)
  let matched = whom
  for (const text of question.all) matched = matched.intersection(having(text))
  for (const text of question.without) matched = matched.difference(having(text))
  const named = [...question.all, ...question.without].flatMap((text) => questions[text] ?? [])
  const isNamed = (document: Document) => named.length === 0 || named.includes(document['file.path'])
  const seen = (name: string) =>
    Math.max(...all.filter((document) => document['host.name'] === name).map((document) => timeOf(document)))
  return {
    hosts: [...matched].sort(),
    coverage: {
      asked: whom.size,
      matched: matched.size,
      not_matched: whom.size - matched.size,
      silent: [...whom].filter((name) => seen(name) < question.silentBefore).length,
      without_source: named.length === 0 ? 0 : whom.difference(hostsOf(isNamed)).size,
      in_error: whom.intersection(hostsOf((document) => document['error.message'] !== undefined && isNamed(document)))
        .size,
    },
  }
}

const some = fc.array(fc.constantFrom(...texts), { maxLength: 3 })

test('hosts, and whom the answer covers, are those that every document tells', async () => {
  await fc.assert(
    fc.asyncProperty(
      some,
      some,
      fc.option(fc.constantFrom(...texts), { nil: undefined }),
      fc.nat(views.length - 1),
      async (all, without, universe, index) => {
        const view = views[index] ?? assert.fail()
        const silentBefore = (view.kind === 'moment' ? view.at : scenarioNow) - 3_600_000
        const request: HostsRequest = {
          all: all.map(asked),
          without: without.map(asked),
          ...(universe !== undefined && { universe: asked(universe) }),
          view,
          silentBefore,
        }
        const { hosts, coverage } = await store.hosts(request)
        const told = { hosts: hosts.map(({ name }) => name), coverage }
        assert.deepEqual(told, expected(documents[index] ?? [], { all, without, universe, silentBefore }))
      },
    ),
    { numRuns: 60 },
  )
})
