// The pages under their addresses, each with its JSON and, where it is a list, its CSV.
import { type Context, Hono } from 'hono'
import { ActionableError, messageOf, UnavailableError } from '../errors.ts'
import { csvLine } from '../terminal/csv.ts'
import { layout, problem } from './layout.ts'
import { html } from './markup.ts'
import { type Ask, type Explorer, NotKnown, type Page, type Row } from './page.ts'

export type Pages = Hono

const suffix = /\.(json|csv)$/

/** Answers requests for pages; what is not a page is 404. */
export function pageRoutes(explorer: Explorer, pages: readonly Page[]): Pages {
  // a twin has the route of its page
  const routes: Pages = new Hono({ getPath: (request) => plainPath(new URL(request.url).pathname) })
  for (const page of pages) routes.get(page.path, (context) => answer(context, page, explorer))
  routes.notFound((context) => {
    const ask = askOf(context, explorer)
    const main = html`<h1>There is no such page</h1><p>Go to the <a href="/">beginning</a>.</p>`
    return send(context, 404, layout({ path: '/', ask, view: { title: 'Not found', main }, hasRows: false }).text)
  })
  routes.onError((error, context) =>
    send(context, 500, `the page could not be made: ${messageOf(error)}\n`, 'text/plain'),
  )
  return routes
}

function plainPath(path: string): string {
  const plain = path.replace(suffix, '')
  return plain === '/index' ? '/' : plain
}

type Form = 'html' | 'json' | 'csv'

function formOf(context: Context): Form {
  const [, named] = suffix.exec(new URL(context.req.url).pathname) ?? []
  if (named !== undefined) return named as Form
  const accept = context.req.header('accept') ?? ''
  if (accept.includes('text/html')) return 'html'
  if (accept.includes('text/csv')) return 'csv'
  return accept.includes('application/json') ? 'json' : 'html'
}

function askOf(context: Context, explorer: Explorer): Ask {
  const { searchParams: params } = new URL(context.req.url)
  return { ...explorer, params, name: context.req.param('name') ?? '' }
}

async function answer(context: Context, page: Page, explorer: Explorer): Promise<Response> {
  const ask = askOf(context, explorer)
  const form = formOf(context)
  const path = new URL(context.req.url).pathname.replace(suffix, '')
  try {
    const model = await page.load(ask)
    if (form === 'json') return send(context, 200, JSON.stringify(model, undefined, 1), 'application/json')
    if (form === 'csv') return send(context, 200, csvOf(page.rows?.(model) ?? []), 'text/csv')
    const view = { ...(page.section !== undefined && { section: page.section }), ...page.render(model, ask) }
    return send(context, 200, layout({ path, ask, view, hasRows: page.rows !== undefined }).text)
  } catch (error) {
    if (!(error instanceof ActionableError)) throw error
    const status = error instanceof NotKnown ? 404 : error instanceof UnavailableError ? 503 : 400
    if (form !== 'html') return send(context, status, JSON.stringify(problemJson(error)), 'application/json')
    const main = html`<h1 class="quiet">That cannot be shown</h1>${page.form?.(ask)}${problem(error)}`
    const view = { title: 'Not shown', main, ...(page.section !== undefined && { section: page.section }) }
    return send(context, status, layout({ path, ask, view, hasRows: false }).text)
  }
}

function problemJson(error: ActionableError): object {
  const offset = 'offset' in error ? { offset: error.offset } : {}
  return { error: error.message, ...offset, ...(error.next !== undefined && { next: error.next }) }
}

function csvOf(rows: readonly Row[]): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const lines = rows.map((row) => csvLine(names.map((name) => [row[name] ?? ''].flat().map(String).join(' '))))
  return names.length === 0 ? '' : [csvLine(names), ...lines].join('')
}

function send(context: Context, status: 200 | 400 | 404 | 500 | 503, body: string, type = 'text/html'): Response {
  return context.body(body, status, { 'content-type': `${type}; charset=utf-8` })
}
