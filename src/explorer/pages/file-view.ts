// The page of one source, drawn.
import type { Document } from '../../snapshot/document.ts'
import { timeOf } from '../../snapshot/document.ts'
import { counted } from '../../terminal/units.ts'
import { address, fileAddress, versionAddress } from '../addresses.ts'
import type { DifferenceForm } from '../difference.ts'
import { differenceView } from '../difference-view.ts'
import { commandLine, cutNote } from '../layout.ts'
import { limits } from '../limits.ts'
import { html, type Markup, nothing } from '../markup.ts'
import { hostLink, table, timeText, valueText } from '../parts.ts'
import type { FileModel } from './file.ts'

interface Shown {
  isDifference: boolean
  form: DifferenceForm
  at: string | undefined
}

const forms: readonly [DifferenceForm, string][] = [
  ['unified', 'unified'],
  ['side', 'side by side'],
  ['keys', 'by key'],
]
const namesShown = 12

export function fileView(model: FileModel, shown: Shown): Markup {
  const { host, path, document, difference } = model
  return html`<h1>${hostLink(host)} <span class="path">${path}</span></h1>
<p class="fields">${about(document).map(([name, value]) => html`<span><span class="dim">${name}</span> ${value}</span>`)}</p>
${commandLine(model.command)}
<div class="columns"><div>
${tabs(model, shown)}
${difference ? differenceView(difference, shown.form) : content(document)}
${cutNote(model.content_cut ? `only the first ${limits.characters} characters are shown; the command above prints all` : undefined)}
</div><aside aria-label="Versions and others">
${versions(model, shown)}
${others(model)}
</aside></div>`
}

function about(document: Document): [string, Markup | string][] {
  const owner = [document['file.owner'], document['file.group']].filter((name) => name !== undefined).join(':')
  const facts: [string, Markup | string][] = [
    ['seen', timeText(timeOf(document))],
    ['kind', document['event.dataset'].replace(/^mitra\./, '')],
    ['bytes', valueText(document['file.size'])],
    ['mode', valueText(document['file.mode'])],
    ['owner', owner],
    ['leads to', valueText(document['file.target_path'])],
    ['encoding', document['file.encoding'] === 'utf-8' ? '' : valueText(document['file.encoding'])],
    ['sha256', valueText(document['file.hash.sha256']).slice(0, 16)],
  ]
  return facts.filter(([, value]) => value !== '')
}

function tabs(model: FileModel, { isDifference, form }: Shown): Markup {
  const at = model.document['@timestamp']
  const shownVersion = model.versions.find((version) => version.at <= at)
  const canCompare = shownVersion?.has_before === true
  const link = (href: string, name: string, isOn: boolean) =>
    html`<a href="${href}"${isOn && html` aria-current="true"`}>${name}</a>`
  return html`<p class="tabs">${link(versionAddress(model, at, 'content'), 'content', !isDifference)}${
    canCompare &&
    forms.map(([each, name]) =>
      link(versionAddress(model, at, 'changes', each), `changes ${name}`, isDifference && form === each),
    )
  }</p>`
}

function content(document: Document): Markup {
  if (document['file.exists'] === false) return html`<p class="problem">It was removed.</p>`
  const error = document['error.message']
  const text = document.content
  return html`${error !== undefined && html`<p class="problem">It could not be read: ${valueText(error)}</p>`}
${text !== undefined && html`<pre class="text" tabindex="0" aria-label="Content">${text}</pre>`}
${text === undefined && error === undefined && html`<p class="dim">${document['file.encoding'] === 'binary' ? 'It is binary, and its text is not kept.' : 'No text of it is kept.'}</p>${figures(document)}`}`
}

/** What a document without a text says by its fields. */
function figures(document: Document): Markup {
  const rows = Object.entries(document)
    .filter(([name]) => !/^(@|host\.|file\.|event\.|agent\.|labels\.)/.test(name))
    .slice(0, limits.rows)
  if (rows.length === 0) return nothing
  return table(
    'Fields',
    [html`<th scope="col">Field</th><th scope="col" class="number">Value</th>`],
    rows.map(
      ([name, value]) =>
        html`<tr><th scope="row" class="mono">${name}</th><td class="number">${valueText(value)}</td></tr>`,
    ),
  )
}

function versions(model: FileModel, { isDifference, form }: Shown): Markup {
  const current = model.versions.find((version) => version.at <= model.document['@timestamp'])
  return html`<h2>${counted(model.versions.length, 'version')}</h2><ol class="plain" data-list>${model.versions.map(
    (version) => {
      const show = version.has_before ? 'changes' : 'content'
      return html`<li><a href="${versionAddress(model, version.at, show, isDifference ? form : undefined)}"${version === current && html` aria-current="true"`}>${timeText(Date.parse(version.at))}</a><br><span class="dim">${version.summary}</span></li>`
    },
  )}</ol>${cutNote(model.versions_cut ? 'older versions are not listed' : undefined)}`
}

function others({ host, path, same, others: other }: FileModel): Markup {
  if (same.length === 0 && other.length === 0) return nothing
  const names = (hosts: readonly string[], href: (name: string) => string) =>
    html`${hosts.slice(0, namesShown).map((name) => html`<a class="host" href="${href(name)}">${name}</a> `)}${hosts.length > namesShown && html`<span class="dim">and ${hosts.length - namesShown} more</span>`}`
  return html`<h2>Same content now</h2><p>${same.length === 0 ? 'on no other host' : names(same, (name) => fileAddress(name, path))}</p>
<h2>Other content now</h2><p>${other.length === 0 ? 'on no other host' : names(other, (name) => address('/diff', { host, host2: name, path }))}</p>
<p><a href="${address('/drift', { what: path })}">All contents of this path</a></p>`
}
