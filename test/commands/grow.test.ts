import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scenarioStore } from '../scenario/scenario-store.ts'
import { mitra, parsedLines, type Ran } from './mitra.ts'

const store = await scenarioStore()
const grow = (...words: string[]): Promise<Ran> => mitra(['grow', '--store', store, ...words])
const crash = ['--to', '2026-11-19T03:17:00Z']

test('the host that leaks is the only one that grows, a week before it dies of it', async () => {
  const { status, stdout, stderr } = await grow('meminfo.AnonPages', ...crash, '--json')
  assert.equal(status, 0)
  const [row, ...more] = parsedLines(stdout)
  assert.deepEqual(more, [])
  assert.deepEqual([row?.['host'], row?.['path'], row?.['steady'], row?.['resets']], ['cache3', '/proc/meminfo', 1, 0])
  const perDay = row?.['per_day'] as number
  assert.ok(perDay > 500e6 && perDay < 800e6, `${perDay}`)
  assert.equal(stderr, 'of 13 sources on 13 hosts, 1 on 1 host grows\n')
})

test('the reboot of the crash is a reset: what was freed by it does not hide the leak', async () => {
  const { stdout } = await grow(
    'meminfo.AnonPages',
    '--window',
    '10d',
    '--to',
    '2026-11-21T12:00:00Z',
    '--all',
    '--json',
  )
  const [first, ...others] = parsedLines(stdout)
  assert.deepEqual([first?.['host'], first?.['resets']], ['cache3', 1])
  assert.ok((first?.['last'] as number) < (first?.['first'] as number) && (first?.['growth'] as number) > 4e9)
  assert.equal(others.length, 12)
})

test('a terminal sees sizes, a pipe the numbers', async () => {
  const table = await mitra(['grow', '--store', store, 'meminfo.AnonPages', ...crash, '--color', 'never'], {
    terminal: true,
    columns: 140,
  })
  assert.match(table.stdout, /^HOST +PATH +GROWTH +PER_DAY +FIRST +LAST +STEADY +RESETS +READINGS +SINCE$/m)
  assert.match(table.stdout, /^cache3 +\/proc\/meminfo +\+4\.\d\d GB +\+\d{3} MB +3\.21 GB +7\.59 GB +100 % +0 +/m)
  const piped = await grow('meminfo.AnonPages', 'hostname:cache3', ...crash, '--fields', 'host,last')
  assert.equal(piped.stdout, 'cache3\t7593049088\n')
})

test('without such readings nothing is found, and it is said', async () => {
  const { status, stdout, stderr } = await grow()
  assert.deepEqual([status, stdout], [1, ''])
  assert.match(stderr, /no source had the field at least three times in that window\n$/)
  assert.equal((await grow('meminfo.AnonPages', 'hostname:db1', ...crash)).status, 1)
})

for (const [words, said] of [
  [['--window', 'soon'], /--window: expected a duration, found "soon"/],
  [['--steady', '101'], /--steady is a number from 0 to 100/],
  [['--steady', '10', '--all'], /--steady and --all exclude each other/],
] as const)
  test(`refuses ${words.join(' ')}`, async () => {
    const { status, stderr } = await grow(...words)
    assert.equal(status, 2)
    assert.match(stderr, said)
  })
