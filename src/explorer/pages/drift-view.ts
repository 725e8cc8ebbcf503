// Who differs, drawn: how each value is spread, and who holds what few do.
import { removed, type Subject } from '../../history/drift.ts'
import type { Deviation } from '../../history/effective.ts'
import type { Rarity } from '../../history/rarity.ts'
import type { FieldValue, Scalar } from '../../snapshot/document.ts'
import type { Holding, Split } from '../../store/store.ts'
import { counted, grouped, percent } from '../../terminal/units.ts'
import { address, fileAddress, hostsAddress } from '../addresses.ts'
import { termFor } from '../ask-question.ts'
import type { DriftQuestion } from '../drift-question.ts'
import { commandLine, cutNote } from '../layout.ts'
import { limits } from '../limits.ts'
import { html, type Markup, nothing } from '../markup.ts'
import { bar, coverageText, hostLink, table, valueText } from '../parts.ts'
import type { DriftModel } from './drift.ts'

const namesShown = 8
const splitsShown = 20
const deviationsShown = 500

export function driftView(model: DriftModel, question: DriftQuestion): Markup {
  const { splits, rarities, deviations, coverage, alone, ungrouped, counts, command } = model
  const answer = splits
    ? splits.length === 0
      ? html`<p>No host has ${question.what}.</p>`
      : splits.slice(0, splitsShown).map((split) => splitView(split, question))
    : rarities
      ? raritiesView(rarities, question)
      : deviationsView(deviations ?? [])
  return html`${coverageText(coverage, 'were compared')}
${commandLine(command)}
${counts && html`<p class="dim">${grouped(counts.compared)} compared, the same everywhere: ${grouped(counts.agreed)}${counts.own > 0 && `, ${grouped(counts.own)} left out that nearly every host has its own value of`}</p>`}
${answer}
${splits && splits.length > splitsShown && cutNote(`${splitsShown} of ${counted(splits.length, 'group')} are shown; the command above lists all`)}
${few('Alone in their group, so compared with nobody', alone)}${few('Without the field to group by, so not compared', ungrouped)}`
}

function few(what: string, hosts: readonly string[]): Markup {
  return hosts.length === 0 ? nothing : html`<p class="dim">${what}: ${names(hosts, hosts.length)}</p>`
}

function splitView({ item, group, hosts, holdings, tied }: Split, { subject }: DriftQuestion): Markup {
  const [first] = holdings
  const heading = html`<h2>${group !== undefined && html`${group}: `}<span class="path">${subject.kind === 'field' ? `${subject.field} at ${item}` : item}</span></h2>`
  if (holdings.length === 1)
    return html`${heading}<p>The same on ${counted(hosts, 'host')}: ${shownValue(first?.value, subject)}</p>`
  const said =
    tied > 1 ? html`<p class="warn">${tied} values are held by as many hosts each: there is no majority.</p>` : nothing
  const rows = holdings.slice(0, limits.rows).map((holding, index) => {
    const isMajority = index === 0 && tied === 1
    return html`<tr><th scope="row">${held(holding, item, subject)}</th><td class="number">${grouped(holding.hosts)}</td><td class="bars">${bar(holding.hosts / hosts)}</td><td>${isMajority ? html`<span class="dim">most</span>` : holderNames(holding, item, subject, first)}</td></tr>`
  })
  return html`${heading}${said}${table('Values and their hosts', [html`<th scope="col">Value</th><th scope="col" class="number">Hosts</th><th scope="col" class="bars"><span class="quiet">How many</span></th><th scope="col">Who differs</th>`], rows)}${cutNote(holdings.length > limits.rows ? `${limits.rows} of ${counted(holdings.length, 'value')} are shown; the command above lists all` : undefined)}`
}

/** Of a file each leads to the difference from one that has what most have. */
function holderNames(
  { names: hosts = [], hosts: count }: Holding,
  item: string,
  subject: Subject,
  majority: Holding | undefined,
): Markup {
  const [model] = majority?.names ?? []
  const isFile = subject.kind === 'file' || subject.kind === 'files'
  if (!isFile) return names(hosts, count)
  const href = (host: string) =>
    model === undefined ? fileAddress(host, item) : address('/diff', { host: model, host2: host, path: item })
  return html`${hosts.slice(0, namesShown).map((host) => html`<a class="host" href="${href(host)}">${host}</a> `)}${count > namesShown && html`<span class="dim">and ${count - namesShown} more</span>`}`
}

function raritiesView(rarities: readonly Rarity[], { subject }: DriftQuestion): Markup {
  if (rarities.length === 0) return html`<p>Nobody differs.</p>`
  const isGrouped = rarities.some(({ group }) => group !== undefined)
  const headings = html`<th scope="col" class="number">Score</th><th scope="col">What</th>${isGrouped && html`<th scope="col">Group</th>`}<th scope="col">Value</th><th scope="col">Most have</th><th scope="col" class="number">Hosts</th><th scope="col">Who</th>`
  const rows = rarities.map((rarity) => {
    const { score, item, group, majority, hosts, of } = rarity
    const href =
      subject.kind === 'packages' ? hostsAddress(termFor('package.name', item)) : address('/drift', { what: item })
    return html`<tr><td class="number">${percent(score, 1)}</td><th scope="row" class="mono"><a href="${href}">${item}</a></th>${isGrouped && html`<td class="dim">${group}</td>`}<td>${held(rarity, item, subject)}</td><td class="dim">${majority ? shownValue(majority.value, subject) : 'a tie'}</td><td class="number">${hosts} of ${of}</td><td>${names(rarity.names ?? [], hosts)}</td></tr>`
  })
  return table('What few hosts have', [headings], rows)
}

function deviationsView(deviations: readonly Deviation[]): Markup {
  if (deviations.length === 0) return html`<p>Every setting is in effect as configured.</p>`
  const headings = html`<th scope="col">Host</th><th scope="col">Setting</th><th scope="col">Configured</th><th scope="col">In effect</th><th scope="col">By</th>`
  const rows = deviations
    .slice(0, deviationsShown)
    .map(
      ({ host, key, configured, effective, file }) =>
        html`<tr><th scope="row">${hostLink(host)}</th><td class="mono"><a href="${address('/drift', { what: `sysctl.${key}` })}">${key}</a></td><td>${configured}</td><td class="warn">${effective ?? 'not in /proc/sys'}</td><td><a class="path" href="${fileAddress(host, file)}">${file}</a></td></tr>`,
    )
  return html`${table('Settings that are not in effect as configured', [headings], rows)}${cutNote(deviations.length > deviationsShown ? `${deviationsShown} of ${grouped(deviations.length)} are shown; the command above lists all` : undefined)}`
}

/** A value as a link to the hosts that have it, where a query can say it. */
function held({ value }: Holding, item: string, subject: Subject): Markup {
  const text = shownValue(value, subject)
  if (subject.kind === 'file' && typeof value === 'string' && value !== removed)
    return html`<a class="mono" href="${hostsAddress(`filename:"${item}" file.hash.sha256:${value}`)}">${text}</a>`
  if (subject.kind !== 'field') return html`<span class="mono">${text}</span>`
  const isFamily = subject.field.endsWith('.*')
  const field = isFamily ? item : subject.field
  const where = isFamily ? '' : ` ${termFor('file.path', item)}`
  const isScalar = (each: FieldValue | undefined): each is Scalar => each !== undefined && typeof each !== 'object'
  return isScalar(value)
    ? html`<a class="mono" href="${hostsAddress(termFor(field, value) + where)}">${text}</a>`
    : html`<span class="mono">${text}</span>`
}

const longest = 80
const hashShown = 12

function shownValue(value: FieldValue | undefined, { kind }: Subject): string {
  if (value === undefined) return 'not installed'
  const text = valueText(value)
  if ((kind === 'file' || kind === 'files') && text !== removed) return text.slice(0, hashShown)
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}

function names(hosts: readonly string[], count: number): Markup {
  return html`${hosts.slice(0, namesShown).map((host) => html`${hostLink(host)} `)}${count > namesShown && html`<span class="dim">and ${grouped(count - namesShown)} more</span>`}`
}
