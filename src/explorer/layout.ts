// The frame of every page: head, navigation, the command that asks the same, and what is said of limits.
import type { ActionableError } from '../errors.ts'
import { caretLines } from '../query/syntax-error.ts'
import { shellLine } from '../terminal/shell-word.ts'
import { localTime } from '../terminal/time.ts'
import { twin } from './addresses.ts'
import { QueryProblem } from './ask-question.ts'
import { html, type Markup, nothing } from './markup.ts'
import type { Ask, Section, View } from './page.ts'
import { staticAddress } from './static-files.ts'

const navigation: readonly [Section, string, string][] = [
  ['search', '/search', 'Search'],
  ['hosts', '/hosts', 'Hosts'],
  ['log', '/log', 'Changes'],
  ['values', '/values', 'Values'],
  ['drift', '/drift', 'Drift'],
  ['compare', '/compare', 'Compare'],
]

export interface Frame {
  /** The address asked, without what is after the question mark. */
  path: string
  ask: Pick<Ask, 'params' | 'now'>
  view: View
  hasRows: boolean
}

/** A whole page. */
export function layout({ path, ask, view, hasRows }: Frame): Markup {
  const { title, main, section, scripts = [] } = view
  const names = ['explorer.js', ...scripts]
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · mitra</title>
<link rel="icon" href="${staticAddress('icon.svg')}" type="image/svg+xml">
${scripts.includes('uplot.js') && html`<link rel="stylesheet" href="${staticAddress('uplot.css')}">`}
<link rel="stylesheet" href="${staticAddress('explorer.css')}">
${names.map((name) => html`<script defer src="${staticAddress(name)}"></script>\n`)}</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="bar">
<a class="brand" href="/">mitra</a>
<nav aria-label="Pages">${navigation.map(([each, href, name]) => html`<a href="${href}"${each === section && html` aria-current="page"`}>${name}</a>`)}</nav>
${section !== 'search' && html`<form class="find" action="/search" role="search"><input type="search" name="q" aria-label="Search" placeholder="Search" data-complete data-focus autocomplete="off" spellcheck="false" autocapitalize="off"><kbd>/</kbd></form>`}
</header>
<main id="main" tabindex="-1">
${main}
</main>
<footer>
<span>${localTime(ask.now())}, times of this zone</span>
<span><a href="${twin(path, ask.params, 'json')}">JSON</a>${hasRows && html` · <a href="${twin(path, ask.params, 'csv')}">CSV</a>`}</span>
</footer>
</body>
</html>
`
}

/** For a browser: why a page could not be made at all. */
export function failure(url: URL, text: string): Markup {
  const main = html`<h1 class="quiet">That cannot be shown</h1><div class="problem" role="alert"><p>${text}</p></div><p><a href="${url.pathname}${url.search}">Try again</a></p>`
  const ask = { params: url.searchParams, now: Date.now }
  return layout({ path: url.pathname, ask, view: { title: 'Not shown', main }, hasRows: false })
}

/** The command line that asks the same. */
export function commandLine(words: readonly string[]): Markup {
  const line = shellLine(['mitra', ...words])
  return html`<p class="command"><code>$ ${line}</code><button type="button" data-copy="${line}">Copy</button></p>`
}

/** Said where something is not whole. */
export function cutNote(text: string | undefined): Markup {
  return text === undefined ? nothing : html`<p class="cut" role="status">${text}</p>`
}

/** What is wrong with what was asked, and the next step; of a query, where. */
export function problem(error: ActionableError): Markup {
  return html`<div class="problem" role="alert"><p>${error.message}</p>
${error instanceof QueryProblem && html`<pre>${caretLines(error.query, error.offset, 72)}</pre>`}
${error.next !== undefined && html`<p class="dim">${error.next}</p>`}</div>`
}
