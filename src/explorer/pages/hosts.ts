// The fleet as a table: who has something, who has not, who is silent.
import { allOf, hasValue } from '../../history/conditions.ts'
import type { FieldValue } from '../../snapshot/document.ts'
import type { Coverage, HostRow } from '../../store/store.ts'
import { counted } from '../../terminal/units.ts'
import { changed, searchAddress } from '../addresses.ts'
import { readQuestion } from '../ask-question.ts'
import { commandLine, cutNote } from '../layout.ts'
import { limits } from '../limits.ts'
import { html, type Markup } from '../markup.ts'
import { picked, silentBefore, whenOf } from '../moment.ts'
import { type Ask, definePage, numberParam, param } from '../page.ts'
import { agoText, coverageText, hostLink, table, valueText, whenPicker } from '../parts.ts'

interface Host extends HostRow {
  /** Of its `host` document. */
  facts: Record<string, FieldValue>
  errors: number
}

interface Model {
  query: string
  without: string
  command: string[]
  coverage: Coverage
  hosts: Host[]
  total: number
}

const facts = ['host.os.name', 'host.os.version', 'host.os.kernel', 'host.uptime', 'labels.*'] as const

export const hosts = definePage<Model>({
  path: '/hosts',
  section: 'hosts',
  async load(ask) {
    const query = param(ask, 'q') ?? ''
    const without = param(ask, 'without') ?? ''
    const when = whenOf(ask)
    const { view } = when.kind === 'history' ? whenOf({ ...ask, params: new URLSearchParams() }) : when
    const all = query === '' ? [] : [readQuestion(query, ask).condition]
    const none = without === '' ? [] : [readQuestion(without, ask).condition]
    const answer = await ask.store.hosts({ all, without: none, view, silentBefore: silentBefore(view, ask) })
    // who is silent first, the longest silence on top
    const sorted = answer.hosts.toSorted(
      (one, other) => Number(other.silent) - Number(one.silent) || (one.silent ? one.seen - other.seen : 0),
    )
    const shown = sorted.slice(0, numberParam(ask, 'n', { usual: limits.rows, most: 50_000 }))
    const [told, errors] = await Promise.all([factsOf(ask, view), errorsOf(ask, view)])
    const rows = shown.map((host) => ({
      ...host,
      facts: told.get(host.name) ?? {},
      errors: errors.get(host.name) ?? 0,
    }))
    const command = [
      'hosts',
      ...(query === '' ? [] : [query]),
      ...(without === '' ? [] : ['--without', without]),
      ...when.options,
    ]
    return { query, without, command, coverage: answer.coverage, hosts: rows, total: answer.hosts.length }
  },
  form: hostsForm,
  render(model, ask) {
    const labels = [
      ...new Set(model.hosts.flatMap((host) => Object.keys(host.facts).filter((name) => name.startsWith('labels.')))),
    ].sort()
    const isAsked = model.query !== '' || model.without !== ''
    const main = html`<h1>Hosts</h1>
${hostsForm(ask)}
${coverageText(model.coverage, isAsked ? 'match' : undefined)}
${isAsked && commandLine(model.command)}
${
  model.hosts.length > 0
    ? table(
        'Hosts',
        headings(labels),
        model.hosts.map((host) => row(host, labels, ask)),
      )
    : isAsked && nobody(model, ask)
}
${model.hosts.length < model.total && html`${cutNote(`${counted(model.hosts.length, 'host')} of ${model.total} shown`)}<p><a class="button" href="${changed('/hosts', ask.params, { n: model.total })}">Show all</a></p>`}`
    return { title: isAsked ? `Hosts: ${model.query}` : 'Hosts', main }
  },
  rows: (model) =>
    model.hosts.map(({ name, seen, silent, errors, facts: each }) => ({
      host: name,
      seen: new Date(seen).toISOString(),
      silent,
      errors,
      ...each,
    })),
})

function nobody({ query, without }: Model, ask: Ask): Markup {
  if (query === '' || without !== '') return html`<p>No host is so.</p>`
  const elsewhere = searchAddress(query, { when: 'history' })
  return html`<p>No host has it${picked(ask).kind === 'now' && html` now. <a href="${elsewhere}">Did one have it before?</a>`}</p>`
}

function hostsForm(ask: Ask): Markup {
  return html`<form class="ask" action="/hosts">
<label class="grow">that have <input type="search" name="q" value="${param(ask, 'q')}" placeholder="sysctl.net.core.somaxconn:128" data-complete data-focus autocomplete="off" spellcheck="false" autocapitalize="off"></label>
<label class="grow">and do not have <input type="search" name="without" value="${param(ask, 'without')}" placeholder="package.name:zsh" data-complete autocomplete="off" spellcheck="false" autocapitalize="off"></label>
${whenPicker(picked(ask), { history: false })}
<button>Find hosts</button>
</form>`
}

async function factsOf(
  { store }: Ask,
  view: Parameters<Ask['store']['hosts']>[0]['view'],
): Promise<Map<string, Record<string, FieldValue>>> {
  const told = new Map<string, Record<string, FieldValue>>()
  for await (const { host, names, values } of store.select({
    condition: hasValue('file.path', 'host'),
    view,
    fields: facts,
  }))
    told.set(host, Object.fromEntries(names.map((name, index) => [name, values[index] ?? ''])))
  return told
}

/** How many documents of each host tell of an error. */
async function errorsOf(
  { store }: Ask,
  view: Parameters<Ask['store']['hosts']>[0]['view'],
): Promise<Map<string, number>> {
  const { values } = await store.values('host.name', {
    condition: allOf({ kind: 'exists', field: 'error.message' }),
    view,
  })
  return new Map(values.map(({ value, documents }) => [String(value), documents]))
}

function headings(labels: readonly string[]): Markup[] {
  const names = [
    'Host',
    'Last seen',
    'Kernel',
    'System',
    ...labels.map((label) => label.slice('labels.'.length)),
    'Up since boot',
    'Errors',
  ]
  const isNumber = (name: string) => name === 'Up since boot' || name === 'Errors'
  return names.map((name) => html`<th scope="col"${isNumber(name) && html` class="number"`}>${name}</th>`)
}

function row({ name, seen, silent, errors, facts: told }: Host, labels: readonly string[], ask: Ask): Markup {
  const uptime = told['host.uptime']
  return html`<tr${silent && html` class="silent"`}><th scope="row">${hostLink(name)}</th><td>${agoText(seen, ask.now())}${silent && html` <b class="warn">silent</b>`}</td><td class="mono">${valueText(told['host.os.kernel'])}</td><td class="short">${valueText(told['host.os.name'])} ${valueText(told['host.os.version'])}</td>${labels.map((label) => html`<td>${valueText(told[label])}</td>`)}<td class="number">${typeof uptime === 'number' && `${Math.floor(uptime / 86_400)} d`}</td><td class="number">${errors > 0 && html`<a class="bad" href="/search?q=${encodeURIComponent(`_exists_:error.message hostname:"${name}"`)}">${errors}</a>`}</td></tr>`
}
