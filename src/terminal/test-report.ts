// Results of checks as the programs read them that run tests for others: TAP 14 and the XML of JUnit.
import { harmless } from './harmless.ts'

export interface CheckResult {
  name: string
  /** `warned`: failed, and fails nothing. */
  status: 'passed' | 'failed' | 'warned' | 'skipped'
  /** One sentence: what was found, or why it was skipped. */
  message: string
  /** Lines of detail. */
  details: readonly string[]
  milliseconds: number
}

/** TAP 14, as https://testanything.org has it: warnings are TODO tests, which may fail. */
export function tapReport(results: readonly CheckResult[]): string {
  const lines = results.flatMap(({ name, status, message, details }, index) => {
    const isOk = status === 'passed' || status === 'skipped'
    const directive =
      status === 'skipped' ? ` # SKIP ${tapText(message)}` : status === 'warned' ? ' # TODO a warning' : ''
    const line = `${isOk ? 'ok' : 'not ok'} ${index + 1} - ${tapText(name)}${directive}`
    // quoted as JSON is, which is YAML too
    const found = details.map((detail) => `    - ${JSON.stringify(harmless(detail))}`)
    const list = found.length === 0 ? [] : ['  found:', ...found]
    return isOk ? [line] : [line, '  ---', `  message: ${JSON.stringify(harmless(message))}`, ...list, '  ...']
  })
  return ['TAP version 14', `1..${results.length}`, ...lines].map((line) => `${line}\n`).join('')
}

/** JUnit XML as CI systems take it: one suite, a case for each check; a warning is skipped with its message, as there is no word for it. */
export function junitReport(suite: string, results: readonly CheckResult[], at: number): string {
  const count = (...wanted: CheckResult['status'][]) => results.filter(({ status }) => wanted.includes(status)).length
  const total = results.reduce((sum, { milliseconds }) => sum + milliseconds, 0)
  const counts = attributes({
    tests: results.length,
    failures: count('failed'),
    errors: 0,
    skipped: count('warned', 'skipped'),
    time: seconds(total),
  })
  const cases = results.map((result) => {
    const { name, status, message, details, milliseconds } = result
    const open = `    <testcase${attributes({ classname: 'mitra.assert', name, time: seconds(milliseconds) })}`
    if (status === 'passed') return `${open}/>`
    const [tag, said] = status === 'failed' ? ['failure', message] : ['skipped', warning(status, message)]
    const inside = details.map((detail) => `\n${xmlText(detail)}`).join('')
    return `${open}>\n      <${tag}${attributes({ message: said })}>${inside}</${tag}>\n    </testcase>`
  })
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: 'mitra' })}${counts}>`,
    `  <testsuite${attributes({ name: suite, timestamp: new Date(at).toISOString().slice(0, 19) })}${counts}>`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
  ]
  return lines.map((line) => `${line}\n`).join('')
}

function warning(status: CheckResult['status'], message: string): string {
  return status === 'warned' ? `warning: ${message}` : message
}

/** `#` begins a directive, and a backslash escapes. */
function tapText(text: string): string {
  return harmless(text).replace(/[\\#]/g, '\\$&')
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${xmlText(String(value))}"`)
    .join('')
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }

/** Without characters that XML has no place for, even escaped. */
function xmlText(text: string): string {
  return harmless(text)
    .replace(/[\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"']/g, (character) => entities[character] ?? '')
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3)
}
