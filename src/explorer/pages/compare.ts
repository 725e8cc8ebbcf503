// A host at several moments, side by side, the biggest movers first. The moments are chosen on a chart.
import { ActionableError } from '../../errors.ts'
import { type ComparedField, type ComparedPath, compare as compareStates } from '../../history/compare.ts'
import { hasValue } from '../../history/conditions.ts'
import type { FieldValue } from '../../snapshot/document.ts'
import { change, figure } from '../../terminal/figure.ts'
import { counted } from '../../terminal/units.ts'
import { address } from '../addresses.ts'
import { commandLine, cutNote } from '../layout.ts'
import { html, type Markup, type Part } from '../markup.ts'
import { time, windowOf } from '../moment.ts'
import { type Ask, definePage, NotKnown, param } from '../page.ts'
import { table, timeText, valueText } from '../parts.ts'
import { chartScripts } from '../static-files.ts'
import { windowPicker } from '../window-picker.ts'

interface Model {
  host: string
  command: string[]
  times: string[]
  compared: ComparedPath[]
  /** Without a host: which there are, where they are few. */
  hosts: string[]
}

const usualPaths = ['/proc/meminfo', '/proc/zoneinfo', '/proc/buddyinfo', '/proc/vmstat', 'netstat -s']
const mostTimes = 12
const fewHosts = 24
const fieldsShown = 40

/** `host`; `at` for each moment, in one text or several; `path` for each source; `match`, a part of the names of fields. */
export const compare = definePage<Model>({
  path: '/compare',
  section: 'compare',
  async load(ask) {
    const host = param(ask, 'host') ?? ''
    const typed = timesTyped(ask)
    if (typed.length > mostTimes) throw new ActionableError(`at most ${mostTimes} moments can be compared`)
    const times = typed.map((text) => time(text, 'moment', ask, { roundUp: true }))
    const paths = pathsOf(ask)
    const match = param(ask, 'match')
    const command = [
      'compare',
      host,
      ...paths,
      ...typed.flatMap((text) => ['--at', text]),
      ...(match === undefined ? [] : ['--match', literal(match)]),
    ]
    const isAsked = host !== '' && new Set(times).size > 1
    if (
      host !== '' &&
      (await ask.store.count({ condition: hasValue('host.name', host), view: { kind: 'latest' } })) === 0
    )
      throw new NotKnown(`nothing is known of a host "${host}"`, { next: 'the box of hosts completes their names' })
    const request = {
      host,
      paths,
      times,
      catalogue: ask.catalogue,
      ...(match !== undefined && { match: new RegExp(literal(match)) }),
    }
    return {
      host,
      command,
      times: times.map((each) => new Date(each).toISOString()),
      compared: isAsked ? await compareStates(ask.store, request) : [],
      hosts: host === '' ? await fewNames(ask) : [],
    }
  },
  form,
  render(model, ask) {
    const { host, compared, hosts } = model
    const main = html`<h1>Compare moments</h1>
${form(ask)}
${host !== '' && chooser(model, ask)}
${compared.length > 0 ? html`${commandLine(model.command)}${compared.map((each) => comparison(each, host))}` : html`<p class="dim">${host === '' ? 'Name a host, and its charts appear to choose moments on.' : 'Choose two moments or more: click on a chart, or type them.'}</p>`}
${hosts.length > 0 && html`<p class="names">${hosts.map((each) => html`<a class="host" href="${address('/compare', { host: each })}">${each}</a> `)}</p>`}`
    return {
      title: host === '' ? 'Compare' : `Compare moments of ${host}`,
      main,
      ...(host !== '' && { scripts: chartScripts }),
    }
  },
  rows: ({ compared }) =>
    compared.flatMap(({ path, samples, fields }) =>
      fields.flatMap(({ field, kind, score, values }) =>
        samples.map(({ asked, at }, index) => ({
          path,
          field,
          kind,
          score,
          asked: new Date(asked).toISOString(),
          at: at === undefined ? undefined : new Date(at).toISOString(),
          value: values[index],
        })),
      ),
    ),
})

/** The names of all hosts, where these are few. */
async function fewNames(ask: Ask): Promise<string[]> {
  const { hosts } = await ask.store.hosts({ all: [], without: [], view: { kind: 'latest' }, silentBefore: 0 })
  return hosts.length <= fewHosts ? hosts.map(({ name }) => name) : []
}

function timesTyped({ params }: Pick<Ask, 'params'>): string[] {
  return params
    .getAll('at')
    .flatMap((text) => text.split(/[\s,]+/))
    .filter((text) => text !== '')
}

function pathsOf({ params }: Pick<Ask, 'params'>): string[] {
  const typed = params
    .getAll('path')
    .flatMap((text) => text.split(/\s*,\s*/))
    .filter((text) => text !== '')
  return typed.length === 0 ? usualPaths : typed
}

/** A regular expression that finds just this text. */
function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
}

function form(ask: Ask): Markup {
  return html`<form class="ask" action="/compare" data-moments>
<label>host <input type="text" name="host" value="${param(ask, 'host')}" data-complete="host" data-focus autocomplete="off" spellcheck="false" autocapitalize="off"></label>
<label class="grow">moments <input type="text" name="at" value="${timesTyped(ask).join(' ')}" placeholder="2026-11-17T14:02 2026-11-17T14:04 now" autocomplete="off" spellcheck="false"></label>
<label class="grow">sources <input type="text" name="path" value="${pathsOf(ask).join(', ')}" spellcheck="false"></label>
<label>fields with <input type="text" name="match" size="10" value="${param(ask, 'match')}" spellcheck="false"></label>
${['since', 'from', 'to'].map((name) => param(ask, name) !== undefined && html`<input type="hidden" name="${name}" value="${param(ask, name)}">`)}
<button>Compare</button>
</form>`
}

/** The charts to choose moments on. */
function chooser({ host, times }: Model, ask: Ask): Markup {
  const window = windowOf(ask, '7d')
  const data = address(`/charts/${encodeURIComponent(host)}.json`, { ...window.text, only: ['memory', 'drops'] })
  const kept = { host, at: timesTyped(ask).join(' ') }
  return html`${windowPicker('/compare', { ...window, isLive: false }, kept)}<section aria-label="Charts" class="charts" data-charts="${data}" data-pick="${times.join(' ')}"></section>`
}

function comparison({ path, samples, fields }: ComparedPath, host: string): Markup {
  const moved = fields.filter((field) => field.moved)
  const shown = moved.slice(0, fieldsShown)
  const problems = samples.flatMap(({ error }) => (error === undefined ? [] : [error]))
  const headings = html`<th scope="col">Field</th>${samples.map(({ asked, at, status }) => html`<th scope="col" class="number">${timeText(asked)}<br>${status === 'sample' && at !== undefined ? html`<span title="what was read at or before">read ${timeText(at)}</span>` : html`<span class="warn">${status}</span>`}</th>`)}`
  const answer =
    shown.length > 0
      ? table(`${path} at these moments`, [headings], shown.map(fieldRow))
      : html`<p class="dim">${fields.length === 0 ? 'It has no figures to compare.' : 'Nothing moved between these moments.'}</p>`
  return html`<h2><a class="path" href="/file/${encodeURIComponent(host)}?path=${encodeURIComponent(path)}">${path}</a></h2>${problems.map((each) => html`<p class="bad">${each}</p>`)}${answer}${cutNote(shown.length < moved.length ? `the ${shown.length} that moved most of ${counted(moved.length, 'field')} that moved` : undefined)}`
}

function fieldRow({ field, unit, kind, values, changes, resets }: ComparedField): Markup {
  const cells = values.map((value, index): Part => {
    const before = values[index - 1]
    const differs = index > 0 && JSON.stringify(value) !== JSON.stringify(before)
    const step =
      kind === 'counter'
        ? changes[index]
        : typeof value === 'number' && typeof before === 'number'
          ? value - before
          : undefined
    const moved = step === undefined || step === 0 ? '' : change(step, unit)
    return html`<td class="number"${differs && html` data-moved`}>${shownFigure(value, unit)}${moved !== '' && html`<br><span class="${(step ?? 0) < 0 ? 'down' : 'up'}">${moved}${resets[index] === true && ' since a reset'}</span>`}</td>`
  })
  return html`<tr><th scope="row" class="mono">${field}</th>${cells}</tr>`
}

function shownFigure(value: FieldValue | undefined, unit: ComparedField['unit']): string {
  if (value === undefined) return 'none'
  return typeof value === 'number' ? figure(value, unit) : valueText(value)
}
