// What `mitra assert` says: lists of offenders and of rules, and the results that TAP and JUnit report.
import type { FleetRule } from '../config/rules.ts'
import type { Offender, Verdict } from '../history/assertion.ts'
import { harmless } from '../terminal/harmless.ts'
import type { Io } from '../terminal/io.ts'
import { jsonLine } from '../terminal/ndjson.ts'
import type { CheckResult } from '../terminal/test-report.ts'
import { counted, duration, grouped } from '../terminal/units.ts'
import { sayCoverage } from './coverage.ts'
import { type Column, chosenColumns, formOf, type ListOptions, limitOf, sayLimit, writeList } from './listing.ts'

/** A rule and what became of it. */
export interface Checked {
  rule: FleetRule
  verdict: Verdict
  milliseconds: number
}

const offenderColumns: readonly Column<Offender>[] = [
  { name: 'host', kind: 'text', value: ({ host }) => host, style: 'bold' },
  { name: 'reason', kind: 'text', value: ({ reason }) => reason, style: 'yellow' },
  { name: 'holds', kind: 'text', value: ({ holds }) => holds },
]

/** Who breaks the one rule that was asked. */
export async function writeOffenders(checked: Checked, silence: number, options: ListOptions, io: Io): Promise<void> {
  const { offenders, coverage, status, asked } = checked.verdict
  const columns = chosenColumns(offenderColumns, options)
  const shown = await writeList(offenders.slice(0, limitOf(options, io)), columns, options, io)
  if (formOf(options, io) === 'json')
    await io.stdout.write(jsonLine({ summary: { status, asked, offenders: offenders.length, coverage } }))
  await sayLimit(shown, offenders.length, options, io)
  if (!options.quiet && io.stderr.isTerminal) await io.stderr.write(`${harmless(sentenceOf(checked, silence))}\n`)
  await sayCoverage(coverage, options, io, silence)
}

const namesShown = 3

/** Each rule with who breaks it. */
export async function writeRules(
  checked: readonly Checked[],
  silence: number,
  options: ListOptions,
  io: Io,
): Promise<void> {
  const isTable = formOf(options, io) === 'table'
  const columns: readonly Column<Checked>[] = [
    { name: 'status', kind: 'text', value: statusOf, style: 'yellow' },
    { name: 'rule', kind: 'text', value: ({ rule }) => rule.name, style: 'bold' },
    ...(isTable ? [] : [{ name: 'severity', kind: 'text', value: ({ rule }: Checked) => rule.severity } as const]),
    { name: 'asked', kind: 'number', value: ({ verdict }) => verdict.asked },
    { name: 'offenders', kind: 'number', value: ({ verdict }) => verdict.offenders.length },
    { name: 'who', kind: 'text', value: ({ verdict }) => whoOf(verdict, isTable) },
    ...(isTable ? [] : [{ name: 'why', kind: 'text', value: ({ rule }: Checked) => rule.why } as const]),
  ]
  const shown = await writeList(checked.slice(0, limitOf(options, io)), chosenColumns(columns, options), options, io)
  await sayLimit(shown, checked.length, options, io)
  if (options.quiet || !io.stderr.isTerminal) return
  for (const each of checked)
    if (each.verdict.status === 'fails')
      await io.stderr.write(`${harmless(`${each.rule.name}: ${sentenceOf(each, silence)}${reasonOf(each.rule)}`)}\n`)
}

function reasonOf({ why }: FleetRule): string {
  return why === undefined ? '' : `. ${why.trim()}`
}

function statusOf({ rule, verdict }: Checked): string {
  if (verdict.status === 'holds') return 'ok'
  if (verdict.status === 'nobody') return 'skipped'
  return rule.severity === 'warning' ? 'warning' : 'FAILED'
}

function whoOf({ offenders }: Verdict, isTable: boolean): string | string[] {
  if (!isTable) return offenders.map(offenderText)
  const more = offenders.length - namesShown
  const names = offenders.slice(0, namesShown).map(({ host }) => host)
  return `${names.join(' ')}${more > 0 ? ` and ${grouped(more)} more` : ''}`
}

/** `web2 differs: sysctl.net.core.somaxconn=128` */
function offenderText({ host, reason, holds }: Offender): string {
  return `${host} ${reason}${holds.length === 0 ? '' : `: ${holds.join(' ')}`}`
}

/** `3 of 12 hosts break it, 1 of them silent for over 1 h`. */
function sentenceOf({ rule, verdict }: Checked, silence: number): string {
  const { asked, offenders, status, coverage } = verdict
  if (status === 'nobody') return 'no host to ask'
  const silent = rule.on === 'none' ? coverage.silent : offenders.filter(({ reason }) => reason === 'silent').length
  const who = rule.on === 'none' ? counted(silent, 'host') : `${grouped(silent)} of them`
  const told = `${who} silent for over ${duration(silence)}`
  const note = silent === 0 ? '' : `, ${told}`
  if (status === 'holds') return `holds on ${rule.on === 'none' ? 'all of ' : ''}${counted(asked, 'host')}${note}`
  return `${grouped(offenders.length)} of ${counted(asked, 'host')} ${offenders.length === 1 ? 'breaks' : 'break'} it${note}`
}

const detailsReported = 1000

/** For the reports that other programs read. */
export function resultOf(checked: Checked, silence: number): CheckResult {
  const { rule, verdict, milliseconds } = checked
  const status = { holds: 'passed', nobody: 'skipped', fails: rule.severity === 'error' ? 'failed' : 'warned' } as const
  const more = verdict.offenders.length - detailsReported
  return {
    name: rule.name,
    status: status[verdict.status],
    message: `${sentenceOf(checked, silence)}${verdict.status === 'fails' ? reasonOf(rule) : ''}`,
    details: [
      ...verdict.offenders.slice(0, detailsReported).map(offenderText),
      ...(more > 0 ? [`and ${grouped(more)} more hosts`] : []),
    ],
    milliseconds,
  }
}
