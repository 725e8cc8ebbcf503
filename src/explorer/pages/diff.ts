// Two states side by side: of two hosts, two paths or two times.

import { ActionableError } from '../../errors.ts'
import { standingOf } from '../../history/change.ts'
import { type Document, timeOf } from '../../snapshot/document.ts'
import { changed, fileAddress } from '../addresses.ts'
import { type Difference, differenceOf } from '../difference.ts'
import { differenceView } from '../difference-view.ts'
import { commandLine } from '../layout.ts'
import { html, type Markup } from '../markup.ts'
import { time } from '../moment.ts'
import { type Ask, definePage, NotKnown, param } from '../page.ts'
import { timeText } from '../parts.ts'
import { formOf } from './file.ts'

interface Side {
  host: string
  path: string
  at: string
}

interface Model {
  before: Side
  after: Side
  command: string[]
  difference: Difference
}

/** `host`, `path`; `host2` or `path2`; `from` and `to` for their times; `form`. */
export const diff = definePage<Model>({
  path: '/diff',
  section: 'hosts',
  async load(ask) {
    const host = param(ask, 'host')
    const path = param(ask, 'path')
    if (host === undefined || path === undefined)
      throw new ActionableError('a difference needs a host and a path, and another host, path or time', {
        next: 'the page of a file leads to the differences of its versions, and to the hosts that have another content',
      })
    const host2 = param(ask, 'host2')
    const path2 = param(ask, 'path2')
    const [from, to] = [param(ask, 'from'), param(ask, 'to')]
    const before = await stateOf(ask, host, path, from ?? to)
    const after = await stateOf(ask, host2 ?? host, path2 ?? path, to)
    const times = [...(from === undefined ? [] : ['--from', from]), ...(to === undefined ? [] : ['--to', to])]
    const words = host2 !== undefined ? [host, host2, path] : path2 !== undefined ? [host, path, path2] : [host, path]
    return {
      before: sideOf(before),
      after: sideOf(after),
      command: ['diff', ...words, ...times],
      difference: differenceOf(before, after, formOf(ask)),
    }
  },
  render(model, ask) {
    const { before, after, difference, command } = model
    const form = formOf(ask)
    const link = (each: string, name: string) =>
      html`<a href="${changed('/diff', ask.params, { form: each })}"${each === form && html` aria-current="true"`}>${name}</a>`
    const main = html`<h1>Difference</h1>
<p>from ${side(before)}<br>to ${side(after)}</p>
${commandLine(command)}
<p class="tabs">${link('unified', 'unified')}${link('side', 'side by side')}${link('keys', 'by key')}</p>
${differenceView(difference, form)}`
    return { title: `${before.path} of ${before.host} and ${after.host}`, main }
  },
})

function side({ host, path, at }: Side): Markup {
  return html`<a href="${fileAddress(host, path, { at })}"><b>${host}</b> <span class="path">${path}</span></a> <span class="dim">${timeText(Date.parse(at))}</span>`
}

function sideOf(document: Document): Side {
  return { host: document['host.name'], path: document['file.path'], at: document['@timestamp'] }
}

async function stateOf(ask: Ask, host: string, path: string, at: string | undefined): Promise<Document> {
  const document = await ask.store.get(
    host,
    path,
    at === undefined ? undefined : time(at, 'time', ask, { roundUp: true }),
  )
  if (!document) throw new NotKnown(`nothing is known of "${path}" on ${host}${at === undefined ? '' : ` at ${at}`}`)
  if (standingOf(document) === 'unreadable')
    throw new NotKnown(
      `"${path}" of ${host} could not be read, noticed ${new Date(timeOf(document)).toISOString()}: ${document['error.message']}`,
    )
  return document
}
