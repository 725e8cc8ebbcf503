// The first page: the one box, whom it asks, and what can be asked.
import type { Coverage } from '../../store/store.ts'
import { counted } from '../../terminal/units.ts'
import { html } from '../markup.ts'
import { silentBefore } from '../moment.ts'
import { definePage } from '../page.ts'
import { agoText, hostLink } from '../parts.ts'
import { questionsToBegin } from './begin.ts'
import { form } from './search.ts'

interface Model {
  coverage: Coverage
  /** The newest document of any host, in milliseconds since the epoch. */
  seen: number | undefined
  /** Few hosts are named. */
  hosts: string[]
}

const fewHosts = 12

export const home = definePage<Model>({
  path: '/',
  async load(ask) {
    const view = { kind: 'latest' } as const
    const { hosts, coverage } = await ask.store.hosts({
      all: [],
      without: [],
      view,
      silentBefore: silentBefore(view, ask),
    })
    const seen = hosts.length === 0 ? undefined : Math.max(...hosts.map((host) => host.seen))
    return { coverage, seen, hosts: hosts.length <= fewHosts ? hosts.map(({ name }) => name) : [] }
  },
  render({ coverage, seen, hosts }, ask) {
    const { asked, silent } = coverage
    const fleet = html`<p class="coverage"><a href="/hosts"><b>${counted(asked, 'host')}</b></a>${silent > 0 && html` · <a class="warn" href="/hosts">${silent} silent for over an hour</a>`}${seen !== undefined && html` · newest snapshot ${agoText(seen, ask.now())}`}</p>`
    const main = html`<div class="home"><h1>What do your hosts say?</h1>
${form(ask)}
${asked > 0 ? fleet : html`<p>Nothing is stored yet. <code>mitra index</code> stores what this host says now, <code>mitra agent</code> whenever it changes.</p>`}
${hosts.length > 0 && html`<p class="names">${hosts.map((host) => html`${hostLink(host)} `)}</p>`}
${questionsToBegin()}</div>`
    return { title: 'Explorer', main, section: 'search' }
  },
})
