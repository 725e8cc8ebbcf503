// Documents as hosts send them, two thousand of them: those of the fixture hosts, again under other names and on other days, with
// changed values and with what only a hostile or broken host would send.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { derivedFields } from '../../../src/snapshot/derived-fields.ts'
import type { Document, FieldValue } from '../../../src/snapshot/document.ts'

const golden = join(import.meta.dirname, '../../golden')
const firstDay = Date.UTC(2026, 10, 16)
const dayMs = 86_400_000

/** The documents the fixture hosts gave. */
function fixtures(): Document[] {
  const files = readdirSync(golden).filter((file) => file.endsWith('.ndjson'))
  return files.flatMap((file) =>
    readFileSync(join(golden, file), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Document),
  )
}

const oddValues = fc.constantFrom<FieldValue>(
  ...[0, -0, 1.5, -1, 128, 4096, 1e21, 2 ** 53, 18446744073709552000, 0.1, -273.15],
  ...[
    '128',
    '',
    'true',
    'oops',
    'İstanbul',
    'a=b',
    'a\0b',
    '*',
    '?',
    '\\',
    '"',
    'x'.repeat(300),
    '日本語',
    '\ud83d\ude00',
  ],
  ...[true, false],
  [1, 'a', 4096],
  [128, 128],
  ['b', 'a', 'a'],
  [true, 'true'],
)
const oddNames = fc.constantFrom(
  ...[
    'sysctl.a',
    'sysctl.a.b',
    'sysctl.net.core.somaxconn',
    'sysctl.vm.swappiness',
    'sysctl.',
    'sysctl..x',
    'sysctl. ',
  ],
  ...[
    'labels.role',
    'labels.a b',
    'no.such',
    'nosuch',
    'host',
    'file',
    'content.x',
    'x=y',
    'x%',
    'a*',
    'host.ip',
    'agent.x',
  ],
  ...['meminfo.MemFree', 'file.size', 'error.message', 'file.mtime', 'zoneinfo.odd'],
)
const oddFields = fc.dictionary(oddNames, oddValues, { maxKeys: 3, noNullPrototype: true })
const oddText = fc.constantFrom(
  'somaxconn = 128\n',
  'net.core.somaxconn=4096 net.core.somaxconn\n',
  "NAÏVE İstanbul naïve ISTANBUL 日本語 don't e\u0301te\n",
  `${'long'.repeat(100)} ${'ab'.repeat(127)}c\n`,
  'a b a c a b\n',
  '\u001b[31m \u0000 \ufffd ½ Ⅷ ٣ x_y\n',
  '',
)
const change = fc.record({
  fields: fc.option(oddFields, { nil: undefined, freq: 3 }),
  text: fc.option(oddText, { nil: undefined, freq: 3 }),
  dropped: fc.nat(5),
})

/** The corpus, in order of time; the same for the same seed. */
export function corpus(copies: number, seed: number): Document[] {
  const originals = fixtures()
  const changes = fc.sample(change, { numRuns: originals.length * copies, seed })
  const documents: Document[] = []
  for (let copy = 0; copy < copies; copy++) {
    for (const [index, original] of originals.entries()) {
      const { fields, text, dropped } = changes[copy * originals.length + index]!
      if (dropped === 5) continue
      const at = firstDay + (copy % 4) * dayMs + ((copy * 7919 + index * 104_729) % dayMs)
      const host = `${original['host.name']}-${Math.floor(copy / 2)}`
      const document: Document = { ...original, '@timestamp': new Date(at).toISOString(), 'host.name': host }
      if (copy > 0 && text !== undefined) {
        document.content = text
        Object.assign(document, derivedFields(document['file.path'], text))
      }
      documents.push(copy > 0 ? { ...document, ...fields } : document)
    }
  }
  return documents.sort((a, b) => (a['@timestamp'] < b['@timestamp'] ? -1 : 1))
}
