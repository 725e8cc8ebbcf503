// What is said of a text that is no YAML: one line and the next step, without the words of the text.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseEvents } from 'js-yaml'
import { yamlMistake } from '../../src/config/yaml-mistake.ts'
import { file, load, refusal } from './written.ts'

const cases: [title: string, yaml: string, line: number, text: string, next: RegExp][] = [
  ['a tab', 'log:\n\tlevel: info\n', 2, 'tab characters must not be used in indentation', /^indent with spaces$/],
  [
    'two colons',
    'log:\n  level: a: b\n',
    2,
    'bad indentation of a mapping entry',
    /same indentation, and quote a text/,
  ],
  ['a key too far right', 'log:\n  level: info\n   file: /x\n', 3, 'bad indentation of a mapping entry', /same indent/],
  ['an open quote', 'root: "/x\n', 2, 'deficient indentation', /quote or a bracket that is not closed/],
  ['an open bracket', 'labels: {a: b\n', 2, 'deficient indentation', /quote or a bracket that is not closed/],
  ['a missing comma', 'indexer: {files: ["/a" "/b"]}\n', 1, 'missed comma between flow collection entries', /bracket/],
  ['a backslash', 'host: "\\q"\n', 1, 'unknown escape sequence', /^write \\\\ for a backslash/],
  ['an alias', 'host: *a\n', 1, 'aliases (*name) are not allowed here', /begins with \*$/],
  ['a tag', 'host: !a b\n', 1, 'a tag (!name) is not known here', /begins with !$/],
  ['a directive', '%a b\n', 2, 'directives end mark is expected', /begins with %$/],
  ['an at sign', 'host: @a\n', 1, 'bad indentation of a mapping entry', /begins with .*@/],
  ['brackets without end', '['.repeat(30), 1, 'nested too deep', /not closed/],
  ['a null byte', 'host: \0\n', 1, 'null byte is not allowed in input', /remove the character/],
]

for (const [title, yaml, line, text, next] of cases)
  test(`says what to do about ${title}`, async () => {
    const error = await refusal(yaml)
    assert.equal(error.message, `${file}:${line}: not valid YAML: ${text}`)
    assert.match(error.next ?? '', next)
    assert.doesNotMatch(error.next ?? '', /\n/)
  })

test('has a next step for a reason it does not know, and for none', () => {
  assert.match(yamlMistake('never heard of').next, /^look at this line/)
  assert.equal(yamlMistake('never heard of').text, 'not valid YAML: never heard of')
  assert.match(yamlMistake().next, /^look at this line/)
})

test('every text that is no YAML gets a next step and is not quoted', async () => {
  const sign = fc.constantFrom(...'\n :{}[]"\'!&*|>%@`#,-?\t\\'.split(''), '\n  ', ': ', '- ', 'host', 'q7Zk')
  await fc.assert(
    fc.asyncProperty(fc.array(sign, { minLength: 1, maxLength: 15 }), async (parts) => {
      const text = `password: q7Zk${parts.join('')}`
      try {
        parseEvents(text, {})
        return
      } catch {
        const error = await refusal(text)
        assert.ok(error.next)
        assert.doesNotMatch(error.message.replace(file, ''), /q7Zk|\n/)
      }
    }),
    { numRuns: 500 },
  )
  await assert.doesNotReject(load(''))
})
