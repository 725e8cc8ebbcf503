// A host: what it is, how it fares, what changed on it, and all that is held of it.
import { allOf, hasValue } from '../../history/conditions.ts'
import { fleetLog, type LogEntry } from '../../history/fleet-log.ts'
import { type Document, type FieldValue, timeOf } from '../../snapshot/document.ts'
import { counted, duration } from '../../terminal/units.ts'
import { address, hostAddress, searchAddress } from '../addresses.ts'
import { termFor } from '../ask-question.ts'
import { changeList } from '../change-list.ts'
import { commandLine, cutNote } from '../layout.ts'
import { limits, taken } from '../limits.ts'
import { html, type Markup, nothing } from '../markup.ts'
import { type Window, windowOf } from '../moment.ts'
import { type Ask, definePage, NotKnown } from '../page.ts'
import { agoText, fileLink, table, valueText } from '../parts.ts'
import { chartScripts } from '../static-files.ts'
import { windowPicker } from '../window-picker.ts'

interface Held {
  path: string
  dataset: string
  at: string
  size?: FieldValue
  error?: FieldValue
  exists: boolean
}

interface Listener {
  address: string
  process: string
  queue: number
  backlog: number
  pct: number
}

interface Model {
  host: string
  facts: Record<string, FieldValue>
  /** Newest document, in milliseconds since the epoch. */
  seen: number
  changes: LogEntry[]
  listeners: Listener[]
  held: Held[]
  held_cut: boolean
}

const mostChanges = 40
const heldFields = ['@timestamp', 'event.dataset', 'file.size', 'error.message', 'file.exists', 'socket.listen.*']

export const host = definePage<Model>({
  path: '/host/:name',
  section: 'hosts',
  form: () => html`<p><a href="/hosts">All hosts</a></p>`,
  async load(ask) {
    const { from, to } = windowOf(ask)
    const about = hasValue('host.name', ask.name)
    const { rows, cut } = await taken(
      ask.store.search({ condition: about, view: { kind: 'latest' }, withoutContent: true, fields: heldFields }),
      { rows: 20_000 },
    )
    if (rows.length === 0)
      throw new NotKnown(`nothing is known of a host "${ask.name}"`, {
        next: 'the page of hosts lists those there are',
      })
    const own = await ask.store.get(ask.name, 'host')
    const changes = await fleetLog(ask.store, { condition: allOf(about), from, to })
    return {
      host: ask.name,
      facts: factsOf(own),
      seen: Math.max(...rows.map(timeOf)),
      changes,
      listeners: listenersOf(rows),
      held: rows.filter((row) => row['socket.listen.address'] === undefined).map(heldOf),
      held_cut: cut !== undefined,
    }
  },
  render(model, ask) {
    const { host: name, facts, seen, changes, listeners, held } = model
    const window = windowOf(ask)
    const isSilent = seen < ask.now() - 3_600_000
    const data = address(`/charts/${encodeURIComponent(name)}.json`, window.text)
    const main = html`<h1>${name}${isSilent && html` <small class="warn">silent for ${duration(ask.now() - seen)}</small>`}</h1>
${factsGrid(facts, seen, ask)}
${windowPicker(hostAddress(name), window)}
<section aria-label="Charts" class="charts" data-charts="${data}" data-files="/file/${encodeURIComponent(name)}" data-live-seconds="${window.isLive ? 10 : 0}"><noscript><p>Charts need scripts; <a href="${data}">their data</a> do not.</p></noscript></section>
${queues(listeners)}
<h2>Changes</h2>
${changes.length === 0 ? html`<p class="dim">None in this time.</p>` : changeList(changes.slice(0, mostChanges), name)}
${changes.length > mostChanges && html`<p><a href="${address('/log', { q: termFor('host.name', name), ...window.text })}">All ${changes.length} changes</a></p>`}
${commandLine(['log', termFor('host.name', name), ...windowOptions(window)])}
<h2>All it holds</h2>
${heldTable(name, held, ask)}
${cutNote(model.held_cut ? 'not all of it is listed' : undefined)}`
    return { title: name, main, scripts: chartScripts }
  },
  rows: ({ held }) => held.map((each) => ({ ...each })),
})

function windowOptions({ text }: Window): string[] {
  return Object.entries(text).flatMap(([name, value]) => [`--${name}`, value])
}

/** What the host says of itself; beside the core fields of every document. */
function factsOf(document: Document | undefined): Record<string, FieldValue> {
  const facts = Object.entries(document ?? {}).filter(
    ([name]) => /^(host\.|labels\.|agent\.)/.test(name) && name !== 'host.name',
  )
  return Object.fromEntries(facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
}

function heldOf(document: Document): Held {
  const size = document['file.size']
  const error = document['error.message']
  return {
    path: document['file.path'],
    dataset: document['event.dataset'],
    at: document['@timestamp'],
    ...(size !== undefined && { size }),
    ...(error !== undefined && { error }),
    exists: document['file.exists'] !== false,
  }
}

function listenersOf(documents: readonly Document[]): Listener[] {
  const number = (value: FieldValue | undefined) => (typeof value === 'number' ? value : 0)
  return documents
    .filter((document) => document['socket.listen.address'] !== undefined && document['file.exists'] !== false)
    .map((document) => ({
      address: valueText(document['socket.listen.address']),
      process: valueText(document['socket.listen.process']),
      queue: number(document['socket.listen.queue']),
      backlog: number(document['socket.listen.backlog']),
      pct: number(document['socket.listen.pct']),
    }))
    .sort((one, other) => other.pct - one.pct || (one.address < other.address ? -1 : 1))
}

function factsGrid(facts: Record<string, FieldValue>, seen: number, ask: Ask): Markup {
  const fact = (name: string, value: Markup | string) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`
  const text = (name: string, label: string) =>
    facts[name] === undefined ? nothing : fact(label, valueText(facts[name]))
  const uptime = facts['host.uptime']
  const labels = Object.keys(facts).filter((name) => name.startsWith('labels.'))
  const system = [facts['host.os.name'], facts['host.os.version']].map(valueText).join(' ').trim()
  return html`<dl class="facts">${fact('last seen', agoText(seen, ask.now()))}
${typeof uptime === 'number' && fact('booted', agoText(seen - uptime * 1000, ask.now()))}
${text('host.os.kernel', 'kernel')}${system !== '' && fact('system', system)}${text('host.architecture', 'architecture')}${text('host.ip', 'addresses')}
${labels.map((label) => fact(label.slice('labels.'.length), html`<a href="/hosts?q=${encodeURIComponent(termFor(label, valueText(facts[label])))}">${valueText(facts[label])}</a>`))}</dl>`
}

const queuesShown = 10

function queues(listeners: readonly Listener[]): Markup {
  const full = listeners.filter(({ backlog }) => backlog > 0)
  if (full.length === 0) return nothing
  const headings = html`<th scope="col">Address</th><th scope="col">Process</th><th scope="col" class="number">Waiting</th><th scope="col" class="number">Backlog</th><th scope="col" class="number">Full</th>`
  const rows = full
    .slice(0, queuesShown)
    .map(
      ({ address: where, process, queue, backlog, pct }) =>
        html`<tr><td class="mono">${where}</td><td>${process}</td><td class="number">${queue}</td><td class="number">${backlog}</td><td class="number">${pct >= 70 ? html`<b class="bad">${pct} %</b>` : `${pct} %`}</td></tr>`,
    )
  return html`<h2>Listening queues</h2>${table('Listening queues', [headings], rows)}${full.length > queuesShown && html`<p class="dim">the fullest ${queuesShown} of ${full.length}</p>`}`
}

function heldTable(name: string, held: readonly Held[], ask: Ask): Markup {
  const headings = html`<th scope="col">Path</th><th scope="col">Kind</th><th scope="col">Seen</th><th scope="col" class="number">Bytes</th><th scope="col">State</th>`
  const rows = held
    .slice(0, limits.rows)
    .map(
      (each) =>
        html`<tr><td>${fileLink(name, each.path)}</td><td class="dim">${each.dataset.replace(/^mitra\./, '')}</td><td>${agoText(Date.parse(each.at), ask.now())}</td><td class="number">${valueText(each.size)}</td><td>${each.error !== undefined ? html`<span class="bad">${valueText(each.error)}</span>` : !each.exists && html`<span class="warn">removed</span>`}</td></tr>`,
    )
  const more = held.length - rows.length
  return html`${table('All it holds', [headings], rows)}${more > 0 && html`<p class="cut">${counted(more, 'more path')}: <a href="${searchAddress(termFor('host.name', name))}">search them</a></p>`}`
}
