// Search: documents with the lines that match, and what they have in common.
import type { Question } from '../../query/question.ts'
import { namedFields } from '../../query/question.ts'
import { type Document, timeOf } from '../../snapshot/document.ts'
import { matchingLines } from '../../terminal/highlight.ts'
import { counted, grouped } from '../../terminal/units.ts'
import { changed, searchAddress, twin } from '../addresses.ts'
import { readQuestion } from '../ask-question.ts'
import { facetList } from '../facet-list.ts'
import { type Facets, facetsOf } from '../facets.ts'
import { commandLine, cutNote } from '../layout.ts'
import { limits, taken } from '../limits.ts'
import { html, joined, type Markup } from '../markup.ts'
import { picked, type When, whenOf } from '../moment.ts'
import { type Ask, definePage, numberParam, param } from '../page.ts'
import { fileLink, hostLink, markedLine, timeText, valueText, whenPicker } from '../parts.ts'
import { questionsToBegin } from './begin.ts'

interface Model {
  query: string
  command: string[]
  documents: Document[]
  total: number
  cut?: string
  facets: Facets['facets']
  /** How many documents the facets count, where these are not all. */
  facets_counted?: number
  /** Where words were asked for and fewer documents have them side by side: these. */
  phrase?: { query: string; total: number }
}

const linesShown = 5

export const search = definePage<Model>({
  path: '/search',
  section: 'search',
  async load(ask) {
    const query = param(ask, 'q') ?? ''
    const when = whenOf(ask)
    const { condition } = readQuestion(query, ask)
    const command = ['search', query === '' ? '*:*' : query, ...when.options]
    if (query === '') return { query, command, documents: [], total: 0, facets: [] }
    const rows = numberParam(ask, 'n', { usual: limits.documents, most: limits.mostDocuments })
    const { view } = when
    const found = await taken(ask.store.search({ condition, view, limit: rows + 1 }), { rows })
    const total = found.cut ? await ask.store.count({ condition, view }) : found.rows.length
    const common = total > 1 && view.kind !== 'history' ? await facetsOf(ask, { condition, view }) : { facets: [] }
    return {
      query,
      command,
      documents: found.rows,
      total,
      ...(found.cut === 'time' && { cut: `the first ${found.rows.length} of ${total}: they came slowly` }),
      facets: common.facets,
      ...(await phraseIn(ask, { query, view, total })),
      ...(common.counted !== undefined && { facets_counted: common.counted }),
    }
  },
  form,
  render(model, ask) {
    const when = whenOf(ask)
    const question = readQuestion(model.query, ask)
    const title = model.query === '' ? 'Search' : model.query
    const main =
      model.query === ''
        ? html`<h1 class="quiet">Search</h1>${form(ask)}${questionsToBegin()}`
        : html`<h1 class="quiet">Search</h1>${form(ask)}${answer(model, ask, question, when)}`
    return { title, main }
  },
  rows: ({ documents }) => documents.map(({ content, ...fields }) => ({ ...fields, content })),
})

/** The one box. */
export function form(ask: Ask): Markup {
  return html`<form class="ask" action="/search" role="search">
<input type="search" name="q" value="${param(ask, 'q')}" aria-label="Query" placeholder="somaxconn, filename:/etc/fstab ext4, host.os.kernel:4.4*" data-complete data-focus autocomplete="off" spellcheck="false" autocapitalize="off"${param(ask, 'q') === undefined && html` autofocus`}>
${whenPicker(picked(ask), { history: true })}
<button>Search</button>
</form>`
}

function answer(model: Model, ask: Ask, question: Question, when: When): Markup {
  const { documents, total, facets, phrase } = model
  const more = Math.min(limits.mostDocuments, documents.length * 4)
  const shown =
    documents.length < total
      ? `${grouped(documents.length)} of ${counted(total, 'document')}`
      : counted(total, 'document')
  return html`<p class="tally"><b>${total === 0 ? 'Nothing found' : shown}</b>${total > 0 && html` · <a href="${changed('/hosts', ask.params, { n: undefined })}">the hosts</a> · <span class="dim">export</span> <a href="${twin('/search', ask.params, 'csv')}">CSV</a> <a href="${twin('/search', ask.params, 'json')}">JSON</a>`}</p>
${commandLine(model.command)}
${phrase && html`<p>Side by side these words are in <a href="${changed('/search', ask.params, { q: phrase.query, n: undefined })}">${counted(phrase.total, 'document')}: <code>${phrase.query}</code></a></p>`}
${total === 0 && nothingFound(model.query, when)}
${cutNote(model.cut)}
<div class="${facets.length > 0 && 'with-facets'}">
${facets.length > 0 && facetList({ facets, ...(model.facets_counted !== undefined && { counted: model.facets_counted }) }, model.query, '/search', ask.params)}
<ol class="found" data-list>${documents.map((document) => item(document, question, when))}</ol>
</div>
${documents.length < total && documents.length < limits.mostDocuments && html`<p><a class="button" href="${changed('/search', ask.params, { n: more })}">Show more</a></p>`}
${documents.length < total && documents.length >= limits.mostDocuments && cutNote(`a page shows ${grouped(limits.mostDocuments)} documents; narrow the question, or ask the command above for all`)}`
}

/** The words of a query that is nothing but words, and more than one. */
function plainWords(query: string): string[] | undefined {
  const words = query.split(/\s+/)
  const isPlain = words.every((word) => /^(?!(AND|OR|NOT)$)[\w.=][\w.=-]*$/.test(word))
  return isPlain && words.length > 1 ? words : undefined
}

/** Who types a setting and its value means them together. */
async function phraseIn(
  ask: Ask,
  { query, view, total }: { query: string; view: When['view']; total: number },
): Promise<Pick<Model, 'phrase'>> {
  const words = total > 0 && plainWords(query)
  if (!words) return {}
  const phrase = `"${words.join(' ')}"`
  const side = await ask.store.count({ condition: readQuestion(phrase, ask).condition, view })
  return side > 0 && side < total ? { phrase: { query: phrase, total: side } } : {}
}

/** Where else it may be. */
function nothingFound(query: string, when: When): Markup {
  const words = plainWords(query)
  const links = [
    when.kind !== 'history' &&
      html`<a href="${searchAddress(query, { when: 'history' })}">in every version, not only ${when.kind === 'now' ? 'the newest' : 'those of that time'}</a>`,
    words && html`<a href="${searchAddress(words.join(' OR '))}">for any of these words, not all</a>`,
  ].filter((link) => link !== false && link !== undefined)
  return html`${links.length > 0 && html`<p>Look ${joined(links, ', or ')}.</p>`}${questionsToBegin()}`
}

function item(document: Document, question: Question, when: When): Markup {
  const { 'host.name': host, 'file.path': path, content } = document
  const at = when.kind === 'now' ? undefined : document['@timestamp']
  const lines = content === undefined ? [] : matchingLines(content, question.spans(content))
  const fields = namedFields(document, question).filter(([name]) => name !== 'error.message')
  const error = document['error.message']
  return html`<li><h2>${hostLink(host)} ${fileLink(host, path, at)}</h2><span class="at">${timeText(timeOf(document))}${document['file.exists'] === false && html` <b class="warn">removed</b>`}</span>
${
  fields.length > 0 &&
  html`<p class="fields">${joined(
    fields.map(([name, value]) => html`<span><span class="dim">${name}</span> ${valueText(value)}</span>`),
    ' ',
  )}</p>`
}
${error !== undefined && html`<p class="bad">${valueText(error)}</p>`}
${lines.length > 0 && html`<ol class="lines">${lines.slice(0, linesShown).map((line) => html`<li value="${line.number}"><code>${markedLine(line)}</code></li>`)}</ol>`}
${lines.length > linesShown && html`<p class="dim">and ${counted(lines.length - linesShown, 'more line')}</p>`}</li>`
}
