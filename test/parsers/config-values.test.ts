import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configFields } from '../../src/parsers/config-values.ts'
import { parseCsvTable } from '../../src/parsers/csv-table.ts'
import { nestedValues } from '../../src/parsers/nested-values.ts'
import { type Structure, structureParser } from '../../src/parsers/structured-text.ts'
import { typedValue, unquoted } from '../../src/parsers/typed-value.ts'
import { areFieldsOf, survives } from './malformed.ts'

test('names fields so that a store takes them, and counts what is beyond the bounds', () => {
  const values = new Map<string, (string | number | boolean)[]>([
    ['a b.*.c', [1]],
    ['..x..y.', ['t', 't', 'u']],
    ['\u0001', ['control']],
    ['', ['nameless']],
    ['k'.repeat(600), ['long key']],
    ['long', ['v'.repeat(1001)]],
    ['empty', []],
  ])
  assert.deepEqual(configFields('app', values), {
    'config.app.a_b._.c': 1,
    'config.app.x.y': ['t', 'u'],
    'config.app._': 'control',
    'config.left_out': 3,
  })
  const many = new Map(Array.from({ length: 250 }, (_, index) => [`k${index}`, [index]]))
  assert.equal(Object.keys(configFields('app', many)).length, 201)
  assert.equal(configFields('app', many)['config.left_out'], 50)
  assert.equal(configFields('app', many, 249)['config.left_out'], 1)
  const list = new Map([['all', Array.from({ length: 1500 }, (_, index) => `user${index}`)]])
  assert.equal(configFields('app', list)['config.left_out'], 500)
})

test('takes for numbers what is no more than a number', () => {
  assert.deepEqual(
    ['22', '-1', '1.5', '022', '1e9', '0x10', '', '1.0', '99999999999999999999', 'yes'].map(typedValue),
    [22, -1, 1.5, '022', '1e9', '0x10', '', '1.0', '99999999999999999999', 'yes'],
  )
  assert.deepEqual(['"a b"', "'a'", 'a', '"a', '"\\$x"'].map(unquoted), ['a b', 'a', 'a', undefined, '$x'])
})

const structured: Record<Structure, { text: string; wrong: string }> = {
  json: {
    text: '{"server": {"port": 8080, "tls": true, "names": ["a", "b"]}, "off": null, "pools": [{"size": 1}, {"size": 2}]}',
    wrong: '{"server": ',
  },
  yaml: {
    text: 'server: {port: 8080, tls: true, names: [a, b]}\noff: ~\npools:\n- &one {size: 1}\n---\npools: [{size: 2}]\n',
    wrong: 'server: [a',
  },
  toml: {
    text: '[server]\nport = 8080\ntls = true\nnames = ["a", "b"]\n[[pools]]\nsize = 1\n[[pools]]\nsize = 2\n',
    wrong: 'server = [',
  },
}

/** Numbers as written, and the values they become. */
const beyond: Record<Structure, readonly [written: string, value: string | number][]> = {
  json: [
    ['18446744073709551615', '18446744073709551615'],
    ['-9223372036854775808', '-9223372036854775808'],
    ['9007199254740993', '9007199254740993'],
    ['1e19', '1e19'],
    ['9007199254740991', 9007199254740991],
    ['-0', 0],
    ['1.5', 1.5],
  ],
  yaml: [
    ['18446744073709551615', '18446744073709552000'],
    ['.inf', 'Infinity'],
    ['9007199254740991', 9007199254740991],
  ],
  toml: [
    ['9223372036854775807', '9223372036854775807'],
    ['1e19', '10000000000000000000'],
    ['inf', 'Infinity'],
    ['9007199254740991', 9007199254740991],
  ],
}

for (const [structure, { text, wrong }] of Object.entries(structured) as [
  Structure,
  { text: string; wrong: string },
][]) {
  test(`reads ${structure} by keys joined with dots, lists side by side`, async () => {
    const parse = await structureParser(structure)
    assert.deepEqual(Object.fromEntries(parse(text)), {
      'server.port': [8080],
      'server.tls': [true],
      'server.names': ['a', 'b'],
      'pools.size': [1, 2],
    })
    assert.throws(() => parse(wrong), Error)
  })

  test(`keeps numbers of ${structure} that no store holds as texts`, async () => {
    const read = await structureParser(structure)
    const sample = { json: '{"size": %}', yaml: 'size: %', toml: 'size = %' }[structure]
    for (const [written, value] of beyond[structure])
      assert.deepEqual(configFields('x', read(sample.replace('%', written))), { 'config.x.size': value })
  })

  test(`gives values or an error for whatever is given as ${structure}`, { timeout: 60_000 }, async () => {
    const parse = await structureParser(structure)
    survives(
      (other) => {
        try {
          return configFields('x', parse(other))
        } catch (error) {
          assert.ok(error instanceof Error)
          return {}
        }
      },
      [text],
      areFieldsOf('config'),
    )
  })
}

test('refuses what is too deep or stands for too much', async () => {
  const deep = `${'['.repeat(100)}1${']'.repeat(100)}`
  assert.throws(() => nestedValues(JSON.parse(deep)), /deeper/)
  const yaml = await structureParser('yaml')
  const bomb = [
    'a0: &a0 [x,x,x,x,x,x,x,x,x,x]',
    ...Array.from(
      { length: 8 },
      (_, level) => `a${level + 1}: &a${level + 1} [${Array(10).fill(`*a${level}`).join(',')}]`,
    ),
  ]
  assert.throws(() => yaml(bomb.join('\n')), Error)
})

test('reads a table by its columns, with quotes, line breaks in them, and other separators', () => {
  const read = (text: string) => Object.fromEntries(parseCsvTable(text))
  assert.deepEqual(read('\ufeffname,port,"the note"\r\nweb,80,"a ""b"",\nc"\r\ndb,5432,\n'), {
    name: ['web', 'db'],
    port: [80, 5432],
    'the note': ['a "b",\nc'],
  })
  assert.deepEqual(read('a;b\n1;2,5;extra\n'), { a: [1], b: ['2,5'], column3: ['extra'] })
  assert.throws(() => read('a,b\n"open,1\n'), /does not close/)
})

test('gives columns or an error for whatever is given as a table', () =>
  survives(
    (text) => {
      try {
        return configFields('x', parseCsvTable(text))
      } catch {
        return {}
      }
    },
    ['a,b\n"1 ""x""",2\n'],
    areFieldsOf('config'),
  ))
