// The server as a browser meets it, over HTTP.
import assert from 'node:assert/strict'
import { request } from 'node:http'
import { connect } from 'node:net'
import { after, describe, test } from 'node:test'
import { ActionableError } from '../../src/errors.ts'
import { serve } from '../../src/explorer/server.ts'

const answering = {
  answer: async ({ url }: { url: string }) => ({
    status: 200,
    type: 'text/html; charset=utf-8',
    body: new URL(url).pathname,
  }),
  async close() {},
}
const server = await serve(answering, { listen: '127.0.0.1', port: 0, names: [] })
after(() => server.close())

/** As fetch, which sets the name itself. */
function ask(path: string, headers: Record<string, string> = {}, method = 'GET') {
  return new Promise<{ status: number; headers: Record<string, unknown>; body: string }>((done, fail) => {
    const { hostname, port } = new URL(server.url)
    request({ hostname, port, path, method, headers }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (chunk) => {
        body += chunk
      })
      response.on('end', () => done({ status: response.statusCode ?? 0, headers: response.headers, body }))
    })
      .on('error', fail)
      .end()
  })
}

describe('every answer', () => {
  for (const [path, status] of [
    ['/search', 200],
    ['/static/explorer.js', 200],
    ['/static/nothing.js', 404],
    ['/static/..%2Fserver.ts', 404],
  ] as const)
    test(`${path} is ${status} and safe`, async () => {
      const answer = await ask(path)
      assert.equal(answer.status, status)
      const policy = String(answer.headers['content-security-policy'])
      assert.match(policy, /default-src 'none'/)
      assert.doesNotMatch(policy, /unsafe|\*|data:|http/)
      assert.equal(answer.headers['x-content-type-options'], 'nosniff')
      assert.equal(answer.headers['access-control-allow-origin'], undefined)
    })
})

test('a name that is not known gets nothing but a refusal', async () => {
  const answer = await ask('/search', { host: 'evil.example' })
  assert.equal(answer.status, 421)
  assert.match(answer.body, /web\.names/)
  assert.match(String(answer.headers['content-security-policy']), /default-src 'none'/)
})

test('nothing but reading is let through', async () => assert.equal((await ask('/search', {}, 'POST')).status, 405))

test('pages are never kept, files named by their content always are', async () => {
  assert.equal((await ask('/search')).headers['cache-control'], 'no-store')
  assert.equal((await ask('/static/explorer.css')).headers['cache-control'], 'no-cache')
  const { staticAddress } = await import('../../src/explorer/static-files.ts')
  assert.match(String((await ask(staticAddress('explorer.css'))).headers['cache-control']), /immutable/)
})

test('a page that cannot be made says so, to a browser with the way back', async () => {
  const body = 'this took longer than <20> s\n'
  const late = { answer: async () => ({ status: 503, type: 'text/plain; charset=utf-8', body }), async close() {} }
  const open = await serve(late, { listen: '127.0.0.1', port: 0, names: [] })
  try {
    const address = new URL('/log?q=a&since=30d', open.url)
    const page = await fetch(address, { headers: { accept: 'text/html,*/*' } })
    assert.equal(page.status, 503)
    assert.match(await page.text(), /longer than &lt;20&gt; s<[\s\S]*<a href="\/log\?q=a&amp;since=30d">Try again/)
    const told = await fetch(address, { headers: { accept: 'application/json' } })
    assert.equal(await told.text(), body)
  } finally {
    await open.close()
  }
})

describe('what is no request gets one line', () => {
  const asked = (path: string, host = 'Host: 127.0.0.1') =>
    `GET ${path} HTTP/1.1\r\n${host}\r\nConnection: close\r\n\r\n`
  for (const [what, text, status, says] of [
    ['an address of 40 kB', asked(`/search?q=${'a'.repeat(40_000)}`), 431, /the address is too long/],
    ['a name with a space', asked('/', 'Host: a b'), 400, /no request/],
    ['an address that is none', asked('*'), 400, /no request/],
    ['another protocol', 'hello\r\n\r\n', 400, /no request/],
  ] as const)
    test(what, async () => {
      const answer = await exchanged(text)
      assert.equal(Number(answer.split(' ')[1]), status, answer)
      assert.match(answer, says)
    })
})

/** What comes back for these bytes, whole. */
async function exchanged(text: string): Promise<string> {
  const { hostname, port } = new URL(server.url)
  const socket = connect(Number(port), hostname)
  socket.end(text)
  const chunks: Buffer[] = await Array.fromAsync(socket)
  return Buffer.concat(chunks).toString('utf8')
}

describe('listening', () => {
  test('beyond this machine needs a login', async () => {
    await assert.rejects(serve(answering, { listen: '0.0.0.0', port: 0, names: [] }), (error) => {
      assert.ok(error instanceof ActionableError)
      assert.match(`${error.message} ${error.next}`, /on this machine alone.*web\.token/)
      return true
    })
  })
  test('with one it is possible, and asks for it', async () => {
    const open = await serve(answering, { listen: '0.0.0.0', port: 0, names: [], login: { token: 'x' } })
    const { port } = new URL(open.url)
    try {
      assert.equal((await fetch(`http://127.0.0.1:${port}/`)).status, 401)
      assert.equal((await fetch(`http://127.0.0.1:${port}/`, { headers: { authorization: 'Bearer x' } })).status, 200)
      const login = await fetch(`http://127.0.0.1:${port}/hosts?token=x`, { redirect: 'manual' })
      assert.equal(login.status, 303)
      assert.equal(login.headers.get('location'), '/hosts')
    } finally {
      await open.close()
    }
  })
  test('where something listens already is told', async () => {
    const { port } = new URL(server.url)
    await assert.rejects(
      serve(answering, { listen: '127.0.0.1', port: Number(port), names: [] }),
      /something listens there already/,
    )
  })
})
