// The span of time of a page: usual lengths as links, any other by its ends.
import { address } from './addresses.ts'
import { html, type Markup } from './markup.ts'
import type { Window } from './moment.ts'

const usual: readonly [since: string, name: string][] = [
  ['1h', '1 hour'],
  ['6h', '6 hours'],
  ['1d', '1 day'],
  ['7d', '7 days'],
  ['30d', '30 days'],
]

/** `kept` are other parameters of the page. */
export function windowPicker(path: string, { text, isLive }: Window, kept: Record<string, string> = {}): Markup {
  const hidden = Object.entries(kept).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  )
  return html`<form class="ask" action="${path}">${hidden}<span class="tabs">${usual.map(
    ([since, name]) =>
      html`<a href="${address(path, { ...kept, since })}"${text.since === since && text.to === undefined && html` aria-current="true"`}>${name}</a>`,
  )}</span>
<input type="text" name="from" aria-label="From" size="17" placeholder="from: 2026-11-20" value="${text.from}">
<input type="text" name="to" aria-label="To" size="17" placeholder="to: now" value="${text.to}">
<button>Show</button>${isLive && html`<span class="live" data-state>live</span>`}</form>`
}
