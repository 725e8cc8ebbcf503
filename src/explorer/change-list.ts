// Changes as a list, newest first; each leads to what it changed.
import type { LogEntry } from '../history/fleet-log.ts'
import { counted } from '../terminal/units.ts'
import { address, fileAddress } from './addresses.ts'
import { html, type Markup } from './markup.ts'
import { fileLink, hostLink, timeText } from './parts.ts'

const namesShown = 4

/** `of`: the one host they are all of, which goes without saying. */
export function changeList(entries: readonly LogEntry[], of?: string): Markup {
  return html`<ol class="plain events" data-list>${entries.map((entry) => item(entry, of))}</ol>`
}

function item({ at, path, kind, summary, identity, hosts, with_packages }: LogEntry, of: string | undefined): Markup {
  const [first = ''] = hosts
  const instant = new Date(at).toISOString()
  const isDifference = kind !== 'arrived' && kind !== 'appeared'
  const more = hosts.length - namesShown
  const who =
    of === undefined &&
    html` <span class="dim">on</span> ${hosts.slice(0, namesShown).map((host) => html`${hostLink(host)} `)}${more > 0 && html`<span class="dim">and ${counted(more, 'more host')}</span>`}`
  const what =
    kind === 'arrived'
      ? html`<span class="path">host</span>`
      : isDifference
        ? html`<a class="path" href="${fileAddress(first, path, { at: instant, show: 'changes' })}">${path}</a>`
        : fileLink(first, path, instant)
  return html`<li data-key="${identity} ${path} ${hosts.length} ${at}"><span class="dim">${timeText(at)}</span><div><p>${what}${who}</p><p>${summary}${with_packages > 0 && html` <a class="dim" href="${address('/log', { q: 'filename:packages' })}">with packages</a>`}</p></div></li>`
}
