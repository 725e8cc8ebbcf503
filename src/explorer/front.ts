// What answers the browser: judges each request, serves what never changes, and has the pages made.

import type { RequestListener } from 'node:http'
import { getRequestListener, type HttpBindings } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import type { Answering } from './answering.ts'
import { judge, type Rules, safetyHeaders } from './guard.ts'
import { failure } from './layout.ts'
import { staticFile } from './static-files.ts'

type Front = Hono<{ Bindings: HttpBindings }>

/** Over the pages of `answering`, with these rules for everybody. */
export function front(answering: Answering, rules: Rules): Front {
  const app: Front = new Hono()
  app.use(async (context, next) => {
    const verdict = judge(
      { method: context.req.method, url: new URL(context.req.url), header: (name) => context.req.header(name) },
      rules,
    )
    if (verdict.status === 'allowed') await next()
    else if (verdict.status === 'login')
      context.res = new Response(undefined, {
        status: 303,
        headers: { location: verdict.location, 'set-cookie': verdict.cookie },
      })
    else
      context.res = new Response(`${verdict.reason}\n`, {
        status: verdict.code,
        headers: {
          'content-type': 'text/plain; charset=utf-8',
          ...(verdict.challenge !== undefined && { 'www-authenticate': verdict.challenge }),
        },
      })
    for (const [name, value] of Object.entries(safetyHeaders)) context.res.headers.set(name, value)
    if (!context.res.headers.has('cache-control')) context.res.headers.set('cache-control', 'no-store')
  })
  app.get('/static/:name', (context) => serveStatic(context, context.req.param('name')))
  app.get('*', async (context) => {
    const accept = context.req.header('accept') ?? ''
    const { status, type, body } = await answering.answer({ url: context.req.url, accept })
    const isFailure = status >= 500 && accept.includes('text/html')
    const text = isFailure ? failure(new URL(context.req.url), body.trim()).text : body
    return new Response(text, { status, headers: { 'content-type': isFailure ? 'text/html; charset=utf-8' : type } })
  })
  app.onError((error, context) => {
    const body = `the page could not be made: ${error.message}\n`
    return context.body(body, 500, { 'content-type': 'text/plain; charset=utf-8' })
  })
  return app
}

export function listenerOf(app: Front): RequestListener {
  // an address or a name that no page can have
  const errorHandler = () =>
    new Response('this is no request that can be read\n', {
      status: 400,
      headers: { 'content-type': 'text/plain; charset=utf-8', ...safetyHeaders },
    })
  return getRequestListener(app.fetch, { overrideGlobalObjects: false, errorHandler })
}

function serveStatic(context: Context, name: string): Response {
  const file = staticFile(name)
  if (!file) return context.body('there is no such file\n', 404, { 'content-type': 'text/plain; charset=utf-8' })
  const isNamedByContent = new URL(context.req.url).search === `?${file.version}`
  return context.body(new Uint8Array(file.body), 200, {
    'content-type': file.type,
    'cache-control': isNamedByContent ? 'public, max-age=31536000, immutable' : 'no-cache',
  })
}
