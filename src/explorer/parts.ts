// Pieces that several pages are made of.

import type { FieldValue } from '../snapshot/document.ts'
import type { Coverage } from '../store/store.ts'
import { highlight, type MatchingLine } from '../terminal/highlight.ts'
import { localTime } from '../terminal/time.ts'
import { counted, duration, grouped } from '../terminal/units.ts'
import { fileAddress, hostAddress } from './addresses.ts'
import { escaped, html, Markup, type Part } from './markup.ts'
import type { When } from './moment.ts'

export function hostLink(host: string): Markup {
  return html`<a class="host" href="${hostAddress(host)}">${host}</a>`
}

export function fileLink(host: string, path: string, at?: string): Markup {
  return html`<a class="path" href="${fileAddress(host, path, { at })}">${path}</a>`
}

/** `2026-11-21 04:33:57`, local; the address bar takes the machine's form of it. */
export function timeText(at: number): Markup {
  const local = localTime(at)
  return html`<time datetime="${new Date(at).toISOString()}" title="${local}">${local.slice(0, 10)} ${local.slice(11, 19)}</time>`
}

/** `3 min ago`, with the time itself at hand. */
export function agoText(at: number, now: number): Markup {
  return html`<time datetime="${new Date(at).toISOString()}" title="${localTime(at)}">${now - at < 1000 ? 'now' : `${duration(now - at)} ago`}</time>`
}

/** Any value on one line. */
export function valueText(value: FieldValue | undefined): string {
  if (value === undefined) return ''
  return typeof value === 'object' ? value.map(String).join(' ') : String(value)
}

/** A line with its matches marked; a long one is cut to the part around the first. */
export function markedLine(line: MatchingLine, width = 220): Markup {
  // what is harmless has none of these two characters
  const text = highlight(line, (style, part) => (style === 'match' ? `\x02${part}\x03` : part), width)
  const pieces = text.split(/[\x02\x03]/)
  return new Markup(
    pieces.map((piece, index) => (index % 2 === 1 ? `<mark>${escaped(piece)}</mark>` : escaped(piece))).join(''),
  )
}

/** Whom an answer covers; without a verb all that there are. */
export function coverageText(coverage: Coverage, verb?: string): Markup {
  const { asked, matched, silent, without_source, in_error } = coverage
  const notes = [
    silent > 0 && html`<span class="warn">${grouped(silent)} silent for over an hour</span>`,
    without_source > 0 && html`${grouped(without_source)} without the source asked for`,
    in_error > 0 && html`<span class="bad">${grouped(in_error)} with an error in it</span>`,
  ].filter((note) => note !== false)
  return html`<p class="coverage">${verb === undefined ? html`<b>${counted(asked, 'host')}</b>` : html`<b>${grouped(matched)}</b> of ${counted(asked, 'host')} ${verb}`}${notes.map((note) => html` · ${note}`)}</p>`
}

export interface Choice {
  value: string
  name: string
}

export function select(name: string, label: string, choices: readonly Choice[], chosen: string): Markup {
  return html`<select name="${name}" aria-label="${label}">${choices.map(
    (choice) =>
      html`<option value="${choice.value}"${choice.value === chosen && html` selected`}>${choice.name}</option>`,
  )}</select>`
}

/** Now, a day, a moment; every version where that makes sense. */
export function whenPicker(when: Pick<When, 'kind' | 'text'>, { history }: { history: boolean }): Markup {
  const choices = [
    { value: 'now', name: 'now' },
    { value: 'day', name: 'at the end of a day' },
    { value: 'at', name: 'at a moment' },
    ...(history ? [{ value: 'history', name: 'every version' }] : []),
  ]
  const chosen = when.kind === 'moment' ? 'at' : when.kind
  return html`<span class="when">${select('when', 'When', choices, chosen)}
<input class="of-day" type="date" name="day" aria-label="Day (UTC)" value="${when.kind === 'day' && /^\d{4}-\d\d-\d\d$/.test(when.text) && when.text}">
<input class="of-moment" type="text" name="at" aria-label="Moment" size="19" placeholder="now-2h, 2026-11-20T18:00" value="${when.kind === 'moment' && when.text}"></span>`
}

/** A bar as wide as a share of the whole, from 0 to 1. */
export function bar(share: number): Markup {
  const width = Math.max(share > 0 ? 0.6 : 0, Math.round(share * 1000) / 10)
  return html`<svg class="share" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect width="${width}" height="8"/></svg>`
}

/** A table that scrolls by itself where the page is narrow. */
export function table(label: string, headings: readonly Part[], rows: readonly Part[]): Markup {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}"><table><thead><tr>${headings}</tr></thead><tbody>${rows}</tbody></table></div>`
}
