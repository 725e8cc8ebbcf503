import assert from 'node:assert/strict'
import { test } from 'node:test'
import { painter } from '../../src/terminal/color.ts'
import { renderTable } from '../../src/terminal/table.ts'
import { displayWidth } from '../../src/terminal/width.ts'

const paint = painter(false)

test('columns are as wide as their widest cell, numbers to the right', () => {
  const columns = [{ title: 'VALUE' }, { title: 'HOSTS', align: 'right' as const }]
  const rows = [
    ['60', '1,200'],
    ['日本', '3'],
  ]
  assert.equal(renderTable(columns, rows, { width: 80, paint }), 'VALUE  HOSTS\n60     1,200\n日本       3\n')
})

test('the widest column is cut when the terminal is too narrow', () => {
  const table = renderTable([{ title: 'HOST' }, { title: 'PATH' }], [['web1', `/etc/${'x'.repeat(100)}`]], {
    width: 30,
    paint,
  })
  for (const line of table.trimEnd().split('\n')) assert.ok(displayWidth(line) <= 30)
  assert.match(table, /web1 {2}\/etc\/x+…\n$/)
})

test('of several columns those to be cut first lose before the others, those to be cut last after them', () => {
  const columns = [
    { title: 'TIME', cut: 'last' as const },
    { title: 'CHANGE' },
    { title: 'EXAMPLES', cut: 'first' as const },
  ]
  const rows = [['2026-11-19T14:20', 'net.core.somaxconn', 'cache1 cache2 cache3']]
  const cells = (width: number) => renderTable(columns, rows, { width, paint }).split('\n')[1]
  assert.equal(cells(58), '2026-11-19T14:20  net.core.somaxconn  cache1 cache2 cache3')
  assert.equal(cells(46), '2026-11-19T14:20  net.core.somaxconn  cache1 …')
  assert.equal(cells(40), '2026-11-19T14:20  net.core.so…  cache1 …')
  assert.equal(cells(30), '2026-11-19T…  net.c…  cache1 …')
})

test('columns keep a few characters however narrow the terminal', () => {
  const table = renderTable([{ title: 'A' }, { title: 'B' }], [['abcdefghij', 'abcdefghij']], { width: 5, paint })
  assert.equal(table, 'A       B\nabcde…  abcde…\n')
})

test('headings and styled columns are painted', () => {
  const table = renderTable([{ title: 'A', style: 'cyan' }], [['x']], { width: 80, paint: painter(true) })
  assert.equal(table, '\x1b[1mA\x1b[22m\n\x1b[36mx\x1b[39m\n')
})

test('a hundred thousand rows are laid out', () => {
  const rows = Array.from({ length: 100_000 }, (_, index) => [`host${index}`])
  assert.equal(
    renderTable([{ title: 'HOST' }], rows, { width: 80, paint }).length,
    'HOST\n'.length + rows.join('\n').length + 1,
  )
})
