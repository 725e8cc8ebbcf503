import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { textWithin } from '../../../../src/query/code-point-order.ts'
import { compilePattern } from '../../../../src/query/patterns.ts'
import { textRangeRegexp } from '../../../../src/store/elasticsearch/asking/text-range.ts'
import { request } from '../../../elasticsearch/request.ts'
import { elasticsearch } from '../../../elasticsearch/servers.ts'

const text = fc.string({
  unit: fc.constantFrom('\0', '0', '9', 'a', 'f', 'g', '-', '\\', ']', '日', '\u{1f600}', '\u{10ffff}'),
  maxLength: 4,
})
const bound = fc.option(fc.record({ text, inclusive: fc.boolean() }), { nil: undefined })

test('the expression matches the texts of the range and no other', () => {
  fc.assert(
    fc.property(bound, bound, text, (lower, upper, candidate) => {
      const within = textWithin(
        lower && { value: lower.text, inclusive: lower.inclusive },
        upper && { value: upper.text, inclusive: upper.inclusive },
      )
      const matches = compilePattern({ kind: 'regexp', source: textRangeRegexp(lower, upper) })
      assert.equal(matches(candidate), within(candidate))
    }),
    { numRuns: 3000 },
  )
})

const server = await elasticsearch('current')
const samples = [
  '',
  '\0',
  '\u001f',
  ' ',
  '0',
  '9',
  ':',
  '\\',
  ']',
  '[',
  '^',
  '-',
  'a',
  'f',
  'g',
  'z',
  '{',
  '~',
  '\u007f',
  'é',
  '日',
  '\u{1f600}',
  'c0b0',
  'c0:',
  'a\\',
  '\\a',
  'a]',
  '&&',
]

test('Lucene itself finds the texts of the range and no other', { skip: server.skip ?? false }, async () => {
  if (server.skip !== undefined) return
  const index = `/range${randomBytes(4).toString('hex')}`
  await request(server, index, { method: 'PUT', body: { mappings: { properties: { t: { type: 'keyword' } } } } })
  const texts = samples.filter((each) => each !== '')
  for (const t of texts) await request(server, `${index}/_doc`, { method: 'POST', body: { t } })
  await request(server, `${index}/_refresh`, { method: 'POST' })
  const found = async (value: string) => {
    const query = { regexp: { t: { value, flags: 'ALL', max_determinized_states: 100_000 } } }
    const answer = await request(server, `${index}/_search`, { method: 'POST', body: { size: 100, query } })
    const { hits } = answer['hits'] as { hits: { _source: { t: string } }[] }
    return hits.map(({ _source }) => _source.t).toSorted()
  }
  const bounds = [
    undefined,
    ...samples.filter((_, at) => at % 2 === 0).map((each) => ({ text: each, inclusive: true })),
    ...samples.map((each) => ({ text: each, inclusive: false })),
  ]
  for (const [at, lower] of bounds.entries()) {
    const upper = bounds[(at * 7 + 3) % bounds.length]
    const within = textWithin(
      lower && { value: lower.text, inclusive: lower.inclusive },
      upper && { value: upper.text, inclusive: upper.inclusive },
    )
    assert.deepEqual(
      await found(textRangeRegexp(lower, undefined)),
      texts.filter(textWithin(lower && { value: lower.text, inclusive: lower.inclusive }, undefined)).toSorted(),
    )
    assert.deepEqual(
      await found(textRangeRegexp(lower, upper)),
      texts.filter(within).toSorted(),
      JSON.stringify({ lower, upper }),
    )
  }
  await request(server, index, { method: 'DELETE' })
})
