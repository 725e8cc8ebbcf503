import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type CheckResult, junitReport, tapReport } from '../../src/terminal/test-report.ts'

const results: readonly CheckResult[] = [
  { name: 'kernels', status: 'passed', message: 'holds on 12 hosts', details: [], milliseconds: 12 },
  {
    name: 'queue # 1 \\',
    status: 'failed',
    message: '2 of 12 hosts break it',
    details: ['web2 differs: sysctl.net.core.somaxconn=128', 'ev\x1b[31mil without'],
    milliseconds: 1500,
  },
  { name: 'buffers', status: 'warned', message: '1 of 12 hosts breaks it', details: ['db1 differs'], milliseconds: 0 },
  { name: 'mail <hosts> & "more"', status: 'skipped', message: 'no host to ask', details: [], milliseconds: 0 },
]

test('reports as TAP 14', () => {
  assert.equal(
    tapReport(results),
    `TAP version 14
1..4
ok 1 - kernels
not ok 2 - queue \\# 1 \\\\
  ---
  message: "2 of 12 hosts break it"
  found:
    - "web2 differs: sysctl.net.core.somaxconn=128"
    - "ev\\\\x1b[31mil without"
  ...
not ok 3 - buffers # TODO a warning
  ---
  message: "1 of 12 hosts breaks it"
  found:
    - "db1 differs"
  ...
ok 4 - mail <hosts> & "more" # SKIP no host to ask
`,
  )
})

test('reports as the XML of JUnit', () => {
  assert.equal(
    junitReport('rules.yml', results, Date.UTC(2026, 10, 21, 12)),
    `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="mitra" tests="4" failures="1" errors="0" skipped="2" time="1.512">
  <testsuite name="rules.yml" timestamp="2026-11-21T12:00:00" tests="4" failures="1" errors="0" skipped="2" time="1.512">
    <testcase classname="mitra.assert" name="kernels" time="0.012"/>
    <testcase classname="mitra.assert" name="queue # 1 \\" time="1.500">
      <failure message="2 of 12 hosts break it">
web2 differs: sysctl.net.core.somaxconn=128
ev\\x1b[31mil without</failure>
    </testcase>
    <testcase classname="mitra.assert" name="buffers" time="0.000">
      <skipped message="warning: 1 of 12 hosts breaks it">
db1 differs</skipped>
    </testcase>
    <testcase classname="mitra.assert" name="mail &lt;hosts&gt; &amp; &quot;more&quot;" time="0.000">
      <skipped message="no host to ask"></skipped>
    </testcase>
  </testsuite>
</testsuites>
`,
  )
})

const hostile = fc.string({ unit: 'binary', maxLength: 40 })
const anyResult = fc.record({
  name: hostile,
  status: fc.constantFrom('passed', 'failed', 'warned', 'skipped'),
  message: hostile,
  details: fc.array(hostile, { maxLength: 3 }),
  milliseconds: fc.nat(),
})

test('writes nothing that ends a line, an attribute or an element before its end', () => {
  fc.assert(
    fc.property(fc.array(anyResult, { minLength: 1, maxLength: 3 }), hostile, (any, suite) => {
      const xml = junitReport(suite, any, 0)
      // what XML 1.0 allows, each element with its end, quotes in pairs
      assert.match(xml, /^[\n\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u)
      const [, , ...tags] = xml.match(/<[^>]*>/g) ?? []
      assert.equal(tags.filter((tag) => /^<testcase( [a-z]+="[^"<>]*")+\/?>$/.test(tag)).length, any.length)
      for (const tag of tags) assert.match(tag, /^<(?:\/[a-z]+|[a-z]+(?: [a-z]+="[^"<>]*")*\/?)>$/)
      assert.ok(!/&(?!(?:amp|lt|gt|quot|apos);)/.test(xml))
      const tap = tapReport(any).slice(0, -1).split('\n')
      assert.equal(tap.filter((line) => /^(?:not )?ok \d+ - /.test(line)).length, any.length)
      for (const line of tap.slice(2)) assert.match(line, /^(?:(?:not )?ok \d+ - | {2})/)
      for (const line of tap) if (/^ +- |^ {2}message: /.test(line)) JSON.parse(line.replace(/^ +(?:- |message: )/, ''))
    }),
  )
})
