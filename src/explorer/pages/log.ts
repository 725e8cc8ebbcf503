// The changes of the fleet, newest first, as they come.
import { fleetLog, type LogEntry } from '../../history/fleet-log.ts'
import { counted, grouped } from '../../terminal/units.ts'
import { changed } from '../addresses.ts'
import { readQuestion } from '../ask-question.ts'
import { changeList } from '../change-list.ts'
import { commandLine, cutNote } from '../layout.ts'
import { limits } from '../limits.ts'
import { html, type Markup } from '../markup.ts'
import { windowOf } from '../moment.ts'
import { type Ask, definePage, param } from '../page.ts'
import { select, timeText } from '../parts.ts'

interface Model {
  query: string
  command: string[]
  from: string
  to: string
  is_live: boolean
  changes: LogEntry[]
}

const spans = [
  { value: '1h', name: 'last hour' },
  { value: '6h', name: 'last 6 hours' },
  { value: '1d', name: 'last day' },
  { value: '7d', name: 'last 7 days' },
  { value: '30d', name: 'last 30 days' },
]
const liveSeconds = 5

export const log = definePage<Model>({
  path: '/log',
  section: 'log',
  async load(ask) {
    const query = param(ask, 'q') ?? ''
    const { condition } = readQuestion(query, ask)
    const { from, to, isLive, text } = windowOf(ask)
    const options = Object.entries(text).flatMap(([name, value]) => [`--${name}`, value])
    const changes = await fleetLog(ask.store, { condition, from, to })
    return {
      query,
      command: ['log', ...(query === '' ? [] : [query]), ...options],
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
      is_live: isLive,
      changes,
    }
  },
  form,
  render(model, ask) {
    const { changes, is_live: isLive } = model
    const hosts = new Set(changes.flatMap((entry) => entry.hosts)).size
    const shown = changes.slice(0, limits.rows)
    const main = html`<h1>Changes</h1>
${form(ask)}
<div data-live="${isLive ? liveSeconds : 0}"><p class="tally">${changes.length > 0 ? html`<b>${counted(changes.length, 'change')}</b> on ${counted(hosts, 'host')}` : html`<b>Nothing changed</b> ${span(model)}`}</p>
${changes.length === 0 && wider(ask)}
${changeList(shown)}
${cutNote(shown.length < changes.length ? `${grouped(shown.length)} of ${grouped(changes.length)} are shown; the command below lists all` : undefined)}</div>
${commandLine(isLive ? [...model.command, '--follow'] : model.command)}`
    return { title: model.query === '' ? 'Changes' : `Changes: ${model.query}`, main }
  },
  rows: ({ changes }) =>
    changes.map((entry) => ({
      ...entry,
      at: new Date(entry.at).toISOString(),
      first: new Date(entry.first).toISOString(),
    })),
})

/** The time that was asked about, which may have been said in words. */
function span({ from, to }: Model): Markup {
  return html`<span class="dim">from ${timeText(Date.parse(from))} to ${timeText(Date.parse(to))}</span>`
}

/** Longer times, for whoever finds nothing. */
function wider(ask: Ask): Markup {
  const links = spans.slice(-2).map(({ value, name }) => {
    const href = changed('/log', ask.params, { since: value, from: undefined, to: undefined })
    return html`<a class="button" href="${href}">The ${name}</a> `
  })
  return html`<p>${links}</p>`
}

function form(ask: Ask): Markup {
  const since = param(ask, 'since')
  const [from, to] = [param(ask, 'from'), param(ask, 'to')]
  const isSpan = from === undefined
  return html`<form class="ask" action="/log">
<label class="grow">versions that match <input type="search" name="q" value="${param(ask, 'q')}" placeholder="filename:/etc/* labels.role:web" data-complete data-focus autocomplete="off" spellcheck="false" autocapitalize="off"></label>
${isSpan ? select('since', 'How far back', spans.some(({ value }) => value === (since ?? '1d')) ? spans : [{ value: since ?? '', name: `last ${since}` }, ...spans], since ?? '1d') : html`<label>from <input type="text" name="from" size="17" value="${from}"></label><label>to <input type="text" name="to" size="17" value="${to}" placeholder="now"></label>`}
<button>Show</button>
${isSpan ? html`<a class="button" href="${changed('/log', ask.params, { since: undefined, from: 'yesterday', to: 'yesterday' })}">Yesterday</a>` : html`<a class="button" href="${changed('/log', ask.params, { from: undefined, to: undefined })}">Live</a>`}
${to === undefined && html`<span class="live" data-state>live</span>`}
</form>`
}
