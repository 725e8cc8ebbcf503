// Which values a field has over the fleet, as bars; each leads to the hosts that have it.
import { ActionableError } from '../../errors.ts'
import { type Statistics, statisticsOf } from '../../history/statistics.ts'
import { fieldMeaning } from '../../query/field-meaning.ts'
import type { Unit } from '../../snapshot/field.ts'
import type { Coverage, ValueRow } from '../../store/store.ts'
import { figure } from '../../terminal/figure.ts'
import { counted, grouped, percent } from '../../terminal/units.ts'
import { address, changed, hostsAddress } from '../addresses.ts'
import { readQuestion, termFor } from '../ask-question.ts'
import { commandLine, cutNote } from '../layout.ts'
import { html, type Markup, nothing } from '../markup.ts'
import { picked, silentBefore, whenOf } from '../moment.ts'
import { type Ask, definePage, numberParam, param } from '../page.ts'
import { bar, coverageText, hostLink, table, whenPicker } from '../parts.ts'

interface Model {
  field: string
  query: string
  command: string[]
  values: ValueRow[]
  /** How many there are in all. */
  distinct: number
  coverage?: Coverage
  statistics?: Statistics
  unit?: Unit
}

const usualRows = 100
const mostRows = 5000

export const values = definePage<Model>({
  path: '/values',
  section: 'values',
  async load(ask) {
    const named = param(ask, 'field')
    const query = param(ask, 'q') ?? ''
    const { condition } = readQuestion(query, ask)
    if (named === undefined) return { field: '', query, command: [], values: [], distinct: 0 }
    if (named === 'content')
      throw new ActionableError('"content" is the text of a document and has no values to count', {
        next: 'file.hash.sha256 tells texts apart',
      })
    const { name: field, unit } = fieldMeaning(named, ask.catalogue)
    const when = whenOf(ask)
    const isRare = param(ask, 'order') === 'rare'
    const { view } = when
    const answer = await ask.store.values(field, { condition, view, silentBefore: silentBefore(view, ask) })
    const rows = isRare ? answer.values.toReversed() : answer.values
    const statistics = statisticsOf(answer.values)
    return {
      field,
      query,
      command: ['values', named, ...(query === '' ? [] : [query]), ...(isRare ? ['--outliers'] : []), ...when.options],
      values: rows.slice(0, numberParam(ask, 'n', { usual: usualRows, most: mostRows })),
      distinct: rows.length,
      coverage: answer.coverage,
      ...(statistics && { statistics }),
      ...(unit !== undefined && { unit }),
    }
  },
  form,
  render(model, ask) {
    const main = html`<h1>Values</h1>${form(ask)}${model.field === '' ? examples() : answer(model, ask)}`
    return { title: model.field === '' ? 'Values' : `Values of ${model.field}`, main }
  },
  rows: ({ values: rows }) => rows.map((row) => ({ ...row })),
})

function form(ask: Ask): Markup {
  const rare = param(ask, 'order') === 'rare'
  return html`<form class="ask" action="/values">
<label class="grow">values of <input type="search" name="field" value="${param(ask, 'field')}" placeholder="sysctl.vm.swappiness" data-complete="field" data-focus autocomplete="off" spellcheck="false" autocapitalize="off"></label>
<label class="grow">in documents that match <input type="search" name="q" value="${param(ask, 'q')}" placeholder="labels.role:web" data-complete autocomplete="off" spellcheck="false" autocapitalize="off"></label>
${whenPicker(picked(ask), { history: false })}
<label class="check"><input type="checkbox" name="order" value="rare"${rare && html` checked`}> rarest first</label>
<button>Count</button>
</form>`
}

const usual: readonly [field: string, what: string][] = [
  ['host.os.kernel', 'kernels'],
  ['host.os.name', 'systems'],
  ['sysctl.net.core.somaxconn', 'limits of listen queues'],
  ['sysctl.vm.swappiness', 'swappiness'],
  ['package.name_version', 'packages and their versions'],
  ['event.dataset', 'kinds of documents'],
]

function examples(): Markup {
  return html`<section class="begin"><h2>For example</h2><ul>${usual.map(([field, what]) => html`<li><a href="${address('/values', { field })}">${what} <span class="dim">${field}</span></a></li>`)}</ul></section>`
}

function answer(model: Model, ask: Ask): Markup {
  const { field, query, values: rows, distinct, coverage, statistics, unit } = model
  if (!coverage) return nothing
  if (rows.length === 0)
    return html`<p class="tally"><b>No document has a field ${field}</b>${query !== '' && html` among those that match`}</p>${commandLine(model.command)}${examples()}`
  const most = Math.max(...rows.map(({ hosts }) => hosts))
  const headings = html`<th scope="col">Value</th><th scope="col" class="number">Hosts</th><th scope="col" class="number">Share</th><th scope="col" class="bars"><span class="quiet">How many</span></th><th scope="col">Such as</th>`
  const body = rows.map(({ value, hosts, examples: names }) => {
    const term = termFor(field, value)
    const q = query === '' ? term : /\bOR\b|\|\|/.test(query) ? `(${query}) ${term}` : `${query} ${term}`
    return html`<tr><th scope="row"><a class="mono" href="${hostsAddress(q, timeOf(ask))}">${String(value)}</a></th><td class="number">${grouped(hosts)}</td><td class="number">${percent(hosts, coverage.matched)}</td><td class="bars">${bar(hosts / most)}</td><td>${names.map((name) => html`${hostLink(name)} `)}</td></tr>`
  })
  const more = rows.length < distinct
  return html`${coverageText(coverage, 'have it')}
${commandLine(model.command)}
${statistics && distinct > 1 && figures(statistics, unit)}
${table(`Values of ${field}`, [headings], body)}
${more && html`${cutNote(`${grouped(rows.length)} of ${counted(distinct, 'value')} are shown`)}<p><a class="button" href="${changed('/values', ask.params, { n: Math.min(mostRows, distinct) })}">Show more</a></p>`}`
}

function figures({ count, left_out, ...rest }: Statistics, unit: Unit | undefined): Markup {
  const shown = (value: number) => figure(value, unit === undefined && !Number.isInteger(value) ? 'count' : unit)
  return html`<dl class="facts">${Object.entries(rest).map(([name, value]) => html`<div><dt>${name}</dt><dd>${shown(value)}</dd></div>`)}<div><dt>figures</dt><dd>${grouped(count)}${left_out > 0 && html` <span class="dim">without ${grouped(left_out)} that are no numbers</span>`}</dd></div></dl>`
}

/** The time picker of the page, for the pages it leads to. */
function timeOf(ask: Ask): Record<string, string> {
  const names = ['when', 'day', 'at']
  return Object.fromEntries(
    names.flatMap((name) => (param(ask, name) === undefined ? [] : [[name, param(ask, name) ?? '']])),
  )
}
