import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { loadRules } from '../../src/config/rules.ts'
import { ActionableError } from '../../src/errors.ts'
import { parseQuery } from '../../src/query/parser.ts'
import { folder } from './written.ts'

function written(text: string): string {
  const file = join(folder, 'rules.yml')
  writeFileSync(file, text)
  return file
}

test('reads rules in their order, with what holds when they do not say', async () => {
  const file = written(`rules:
  - name: deep queues
    query: sysctl.net.core.somaxconn:>=16384
    on: labels.role:web
    severity: warning
    why: SYNs were dropped
  - {name: no telnet, query: 'package.name:telnetd', on: none, universe: 'labels.role:web'}
  - {name: kernels, query: 'host.os.kernel:6*'}
`)
  assert.deepEqual(await loadRules(file), [
    {
      name: 'deep queues',
      query: 'sysctl.net.core.somaxconn:>=16384',
      on: 'labels.role:web',
      severity: 'warning',
      why: 'SYNs were dropped',
    },
    { name: 'no telnet', query: 'package.name:telnetd', on: 'none', universe: 'labels.role:web', severity: 'error' },
    { name: 'kernels', query: 'host.os.kernel:6*', on: 'all', severity: 'error' },
  ])
})

const mistakes: [title: string, text: string, told: RegExp[]][] = [
  [
    'a key nobody knows',
    'rules:\n- name: a\n  qeury: x',
    [/:3: unknown key rules\[0\]\.qeury, did you mean query\?/, /rules\[0\]\.query is missing/],
  ],
  [
    'a key at the top',
    'rule:\n- {name: a, query: x}',
    [/:1: unknown key rule, did you mean rules\?/, /rules must be a list/],
  ],
  ['no rules', '', [/rules must be a list with a name and a query each, got nothing/]],
  ['an empty list', 'rules: []', [/got an empty list/]],
  ['a rule that is none', 'rules:\n- vm.swappiness', [/:2: rules\[0\] must be a mapping with name, query/]],
  [
    'a severity there is not',
    'rules:\n- {name: a, query: x, severity: fatal}',
    [/severity must be error or warning, got "fatal"/],
  ],
  [
    'a number for a text',
    'rules:\n- name: a\n  query: 128',
    [/:3: rules\[0\]\.query must be a text \(quote it\), got 128/],
  ],
  [
    'a name twice',
    'rules:\n- {name: a, query: x}\n- {name: a, query: y}',
    [/:3: rules\[1\]\.name is that of rules\[0\] too/],
  ],
  ['a name of two lines', 'rules:\n- {name: "a\\nb", query: x}', [/name must be a text of one line/]],
  [
    'a key given twice',
    'rules:\n- name: a\n  query: x\n  query: y',
    [/:4: rules\[0\]\.query is given twice, first on line 3/],
  ],
  ['what is no YAML', 'rules: [', [/:\d+: not valid YAML/]],
]
for (const [title, text, told] of mistakes)
  test(`tells ${title} with file and line`, async () => {
    const file = written(text)
    await assert.rejects(loadRules(file), (error) => {
      assert.ok(error instanceof ActionableError)
      for (const each of told) assert.match(error.message, each)
      assert.ok(error.message.split('\n').every((line) => line.startsWith(file)))
      return true
    })
  })

test('says what to do without a file', async () => {
  await assert.rejects(loadRules('/nowhere/rules.yml'), /failed to read rules "\/nowhere\/rules.yml": no such file/)
})

test('ships rules with a reason each, and queries that can be read', async () => {
  const rules = await loadRules(join(import.meta.dirname, '../../config/rules.yml'))
  assert.ok(rules.length >= 12)
  for (const { name, query, on, why } of rules) {
    assert.ok(why !== undefined && why.length > 20, name)
    parseQuery(query)
    if (on !== 'all' && on !== 'none') parseQuery(on)
  }
})
