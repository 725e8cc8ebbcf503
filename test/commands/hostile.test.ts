// Whatever other machines put into names, contents and values, and whatever is typed: nothing a terminal obeys comes out,
// nothing is an unexpected error.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { commands } from '../../src/commands/index.ts'
import { printQuery } from '../../src/query/print.ts'
import { queryText, queryTree } from '../query/arbitraries.ts'
import { mitra, parsedLines, storeOf } from './mitra.ts'
import { sampleHosts } from './sample-hosts.ts'

/** Everything a terminal obeys or hides: controls but tab and line feed, formatting, separators, lone surrogates. */
const obeyed = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|\p{Cs}/u
const terminal = { terminal: true, env: { NO_COLOR: '1' } }

const nasty = fc.constantFrom(
  '\x1b[2J',
  '\x1b]0;owned\x07',
  '\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\',
  '\x1bP$q"p\x1b\\',
  '\x9b31m',
  '\x90q\x9c',
  '\r',
  '\b\b\b',
  '\x7f',
  '\0',
  '\x0e\x0f',
  '\u202e\u2066',
  '\u200b\ufeff',
  '\u2028\u2029',
  '\ud800',
  '\u{e0041}',
)
const hostile = fc
  .array(
    fc.oneof(
      nasty,
      fc.constantFrom('needle', ' ', ':', '\n', '\t', '"', ','),
      fc.string({ unit: 'grapheme', maxLength: 4 }),
    ),
    {
      minLength: 1,
      maxLength: 6,
    },
  )
  .map((parts) => parts.join(''))
const document = fc
  .record({
    host: hostile,
    path: hostile,
    content: hostile,
    name: hostile,
    value: hostile,
    error: hostile,
    role: hostile,
  })
  .map(({ host, path, content, name, value, error, role }) => ({
    '@timestamp': '2026-11-21T03:00:00Z',
    'host.name': `h${host}`,
    'file.path': `/p${path}`,
    content: `needle ${content}\n${content} needle`,
    'error.message': error,
    'file.owner': value,
    'file.mode': value,
    [`sysctl.${name}x`]: value,
    'labels.role': role,
  }))

test('no output of any command holds what a terminal obeys', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(document, { minLength: 1, maxLength: 4 }), hostile, async (documents, word) => {
      const store = await storeOf(documents)
      const [first] = parsedLines((await mitra(['export', '--store', store])).stdout)
      const host = String(first?.['host.name'])
      const lines: readonly (readonly string[])[] = [
        ['search', 'needle'],
        ['search', 'labels.role:* OR error.message:*'],
        ['search', 'needle', '--history'],
        ['search', 'needle', '--fields', '*'],
        ['search', 'needle', '--json'],
        ['search', `"${word}`],
        ['search', 'needle', '--fields', word],
        ['search', 'needle', '--day', word],
        ['hosts'],
        ['hosts', '--silent', '1s'],
        ['values', 'file.owner'],
        ['values', 'host.name', '--json'],
        ['fields'],
        ['fields', 'sysctl', '--json'],
        ['show', host, String(first?.['file.path'])],
        ['show', host, word],
        ['show', word, '/etc/fstab'],
        ['export'],
        ['prune', '--hosts', '1', '--dry-run'],
        ['import', '--skip-errors'],
        [word],
        ['search', `--${word}`],
        ['completion', word],
      ]
      for (const words of lines) {
        const store_ = words[0] === word || words[0] === 'completion' ? [] : ['--store', store]
        const stdin = `{"@timestamp":${JSON.stringify(word)}}\n${word}\n`
        const shown = await mitra([...words.slice(0, 1), ...store_, ...words.slice(1)], { ...terminal, stdin })
        const both = `${shown.stdout}${shown.stderr.replaceAll(/\r\x1b\[K|\r(?=[\d,]+ documents)|\x1b\[K/g, '')}`
        assert.doesNotMatch(both, obeyed, JSON.stringify(words))
        assert.doesNotMatch(both, /unexpected error/, JSON.stringify(words))
      }
    }),
    { numRuns: 25 },
  )
})

test('CSV and lines of a list keep one row a line, whatever is in it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(document, { minLength: 1, maxLength: 4 }), async (documents) => {
      const store = await storeOf(documents)
      const count = Number((await mitra(['hosts', '--count', '--store', store])).stdout)
      const { stdout } = await mitra(['hosts', '--store', store])
      assert.equal(stdout.split('\n').length - 1, count)
      for (const line of stdout.split('\n').slice(0, -1)) assert.equal(line.split('\t').length, 3)
    }),
    { numRuns: 15 },
  )
})

const store = await storeOf(sampleHosts)

test('any query is answered or refused with its place, never an unexpected error', async () => {
  const typed = fc.oneof(
    queryText,
    queryTree.map((tree) => printQuery(tree)),
    fc.string({ unit: 'grapheme', maxLength: 30 }),
    fc
      .array(
        fc.constantFrom(
          'ext4',
          ':',
          '"',
          '(',
          ')',
          '[',
          ']',
          '{',
          '}',
          '/',
          '*',
          '?',
          '~',
          '^',
          '-',
          '+',
          '!',
          '\\',
          ' AND ',
          ' OR ',
          ' TO ',
          'NOT ',
          'size',
          '>',
          '=',
          'host.ip',
          '@timestamp',
          'now-1d',
          '10.0.0.0/8',
          "'",
          '\0',
          '9e999',
        ),
        { maxLength: 10 },
      )
      .map((parts) => parts.join('')),
  )
  await fc.assert(
    fc.asyncProperty(
      typed,
      fc.constantFrom(['search'], ['hosts'], ['hosts', '--count', '--without'], ['values', 'host.name']),
      async (query, words) => {
        const [command = '', ...rest] = words
        const given = rest.at(-1)?.startsWith('--without')
          ? [...rest.slice(0, -1), `--without=${query}`]
          : [...rest, '--', query]
        const { status, stderr } = await mitra([command, '--store', store, '--history', ...given])
        assert.doesNotMatch(stderr, /unexpected error|SQLITE|\n\s+at /, query)
        assert([0, 1, 2].includes(status))
        if (status === 2) assert.match(stderr, /^mitra: [^\n]+\n/)
      },
    ),
    { numRuns: 400 },
  )
})

test('any words are understood or refused, never an unexpected error', async () => {
  const options = [
    ...new Set((await Promise.all(commands.map(async ({ load }) => Object.keys((await load()).options)))).flat()),
  ]
  const asking = commands.filter(({ group }) => group === 'Ask').map(({ name }) => name)
  const word = fc.oneof(
    fc.constantFrom(
      'ext4',
      'web1',
      '/etc/fstab',
      'host.name',
      '-',
      '--',
      '',
      '0',
      '1',
      'now',
      'yesterday',
      'a,b',
      '*',
      '-h',
    ),
    fc.constantFrom(...options).map((name) => `--${name}`),
    fc.string({ maxLength: 8 }),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...asking, 'export', 'help'),
      fc.array(word, { maxLength: 5 }),
      async (name, words) => {
        if (words.includes('-o') || words.some((each) => /^(--output|-o|-c|--config|--store)/.test(each))) return
        // some go on until they are told to end
        const signal = AbortSignal.timeout(500)
        const { status, stderr } = await mitra([name, '--store', store, ...words], { signal })
        assert.doesNotMatch(stderr, /unexpected error|SQLITE|\n\s+at /, JSON.stringify(words))
        assert([0, 1, 2].includes(status))
      },
    ),
    { numRuns: 300 },
  )
})
