import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { createFleet, type Fleet } from './fleet.ts'
import { parsedLines } from './mitra.ts'

let fleet: Fleet
before(async () => {
  fleet = await createFleet()
})
after(() => fleet.remove())

const check = (...words: string[]) => fleet.run(['assert', ...words])

function rules(text: string): string {
  const file = join(fleet.folder, 'rules.yml')
  writeFileSync(file, text)
  return file
}

test('a rule that holds is status 0 and no output', async () => {
  const { status, stdout, stderr } = await check('sysctl.vm.swappiness:60', '--on', 'hostname:web*')
  assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: '', stderr: '' })
  assert.equal((await check('sysctl.vm.swappiness:99', '--on', 'none')).status, 0)
})

test('a rule that does not hold is status 1 and its offenders', async () => {
  const { status, stdout } = await check('filename:/proc/sys AND sysctl.net.core.somaxconn:>=4096')
  assert.equal(status, 1)
  assert.equal(
    stdout,
    'db1\tdiffers\tsysctl.net.core.somaxconn=128\nev\\x1b[31mil\twithout\t\nweb2\tdiffers\tsysctl.net.core.somaxconn=128\n',
  )
  assert.equal((await check('content:ext4', '--on', 'none')).status, 1)
})

test('a silent host does not pass, unless it is allowed to', async () => {
  const { status, stdout } = await check('sysctl.vm.swappiness:1', '--on', 'hostname:db1')
  assert.deepEqual([status, stdout], [1, 'db1\tsilent\t/proc/sys: sysctl.vm.swappiness=1\n'])
  assert.equal((await check('sysctl.vm.swappiness:1', '--on', 'hostname:db1', '--allow-silent')).status, 0)
  assert.equal((await check('sysctl.vm.swappiness:1', '--on', 'hostname:db1', '--silent', '1d')).status, 0)
})

test('--json ends with a summary', async () => {
  const { stdout } = await check('sysctl.net.core.somaxconn:>=4096', '--on', 'hostname:web*', '--json')
  const [offender, last] = parsedLines<{ host: string; summary: { status: string; asked: number; offenders: number } }>(
    stdout,
  )
  assert.equal(offender?.host, 'web2')
  const { status, asked, offenders } = last?.summary ?? assert.fail()
  assert.deepEqual({ status, asked, offenders }, { status: 'fails', asked: 2, offenders: 1 })
})

const some = `rules:
  - {name: same swappiness, query: 'sysctl.vm.swappiness:60', on: 'hostname:web*'}
  - {name: deep queues, query: 'sysctl.net.core.somaxconn:>=4096', on: 'hostname:web*', severity: SEVERITY, why: SYNs drop}
  - {name: mail, query: 'sysctl.vm.swappiness:60', on: 'hostname:mail*'}
`

test('a file of rules: a row each, status 1 where one fails, 0 where only warnings do', async () => {
  const failed = await check('--rules', rules(some.replace('SEVERITY', 'error')))
  assert.equal(failed.status, 1)
  assert.equal(
    failed.stdout,
    'ok\tsame swappiness\terror\t2\t0\t\t\n' +
      'FAILED\tdeep queues\terror\t2\t1\tweb2 differs: /proc/sys: sysctl.net.core.somaxconn=128\tSYNs drop\n' +
      'skipped\tmail\terror\t0\t0\t\t\n',
  )
  const warned = await check('--rules', rules(some.replace('SEVERITY', 'warning')), '--fields', 'status')
  assert.deepEqual([warned.status, warned.stdout], [0, 'ok\nwarning\nskipped\n'])
})

test('--tap and --junit report each rule, with the same status', async () => {
  const file = rules(some.replace('SEVERITY', 'error'))
  const tap = await check('--rules', file, '--tap')
  assert.equal(tap.status, 1)
  assert.match(tap.stdout, /^TAP version 14\n1\.\.3\nok 1 - same swappiness\nnot ok 2 - deep queues\n/)
  assert.match(tap.stdout, /ok 3 - mail # SKIP no host to ask\n$/)
  const junit = await check('--rules', file, '--junit')
  assert.equal(junit.status, 1)
  assert.match(junit.stdout, /<testsuite name="rules.yml" .*tests="3" failures="1" errors="0" skipped="1"/)
  assert.match(junit.stdout, /<failure message="1 of 2 hosts breaks it. SYNs drop">/)
})

test('the rules shipped can be asked', async () => {
  const { status, stderr } = await check('--rules', join(import.meta.dirname, '../../config/rules.yml'), '--quiet')
  assert.deepEqual([status, stderr], [1, ''])
})

const refusals: [words: () => string[], told: RegExp][] = [
  [() => [], /there is no rule to check/],
  [() => ['x', '--on', 'hostname:mail'], /there is no host to ask, so nothing is known/],
  [() => ['x', '--on', 'hostname:web1', '--universe', 'hostname:web2'], /a query for `on` excludes `universe`/],
  [() => ['x', '--tap', '--junit'], /--tap and --junit exclude each other/],
  [() => ['x', '--rules', rules(some)], /--rules excludes QUERY/],
  [() => ['--rules', '/nowhere.yml'], /failed to read rules "\/nowhere\.yml": no such file/],
  [() => ['--rules', rules('rules:\n- {name: a, query: "a AND ("}')], /rules\.yml: rules\[0\]\.query:\n.*\^/s],
  [() => ['--rules', rules('rules:\n- {name: a, query: x, on: "vm.swappiness:["}')], /rules\[0\]\.on:/],
]
for (const [words, told] of refusals)
  test(`trouble is status 2: ${told.source}`, async () => {
    const { status, stderr } = await check(...words())
    assert.match(stderr, told)
    assert.equal(status, 2)
  })
