// Facets as lists of links: each narrows the question, or widens it again.
import { grouped } from '../terminal/units.ts'
import { address, changed } from './addresses.ts'
import { hasTerm, termFor, toggled } from './ask-question.ts'
import type { Facets } from './facets.ts'
import { html, type Markup } from './markup.ts'

export function facetList({ facets, counted }: Facets, query: string, path: string, params: URLSearchParams): Markup {
  return html`<aside class="facets" aria-label="Narrow the search">${facets.map(({ field, name, values, distinct }) => {
    const more = distinct - values.length
    return html`<details open><summary>${name}</summary><ul>${values.map(({ value, documents }) => {
      const term = termFor(field, value)
      const isOn = hasTerm(query, term)
      const href = changed(path, params, { q: toggled(query, term), n: undefined })
      return html`<li><a href="${href}"${isOn && html` aria-current="true"`}>${String(value)}</a> <span class="count">${grouped(documents)}</span></li>`
    })}</ul>${more > 0 && html`<p><a class="dim" href="${address('/values', { field, q: query })}">${grouped(more)} more</a></p>`}</details>`
  })}${counted !== undefined && html`<p class="cut">of the first ${grouped(counted)} documents</p>`}</aside>`
}
