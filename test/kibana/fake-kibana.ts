// A Kibana as far as its saved objects go: what its import takes, keeps and answers, as its documentation and its source say.
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { TestContext } from 'node:test'

export interface Asked {
  method: string
  path: string
  headers: IncomingHttpHeaders
  body: string
}

export interface Answered {
  status: number
  /** Sent as JSON, or as it is where it is a text. */
  body?: unknown
  headers?: Record<string, string>
}

export interface FakeOptions {
  version?: string
  /** The only `Authorization` it takes; none is needed without. */
  login?: string
  basePath?: string
  /** Answers in place of it; `hang` never does, undefined leaves it to it. */
  fault?: (request: Asked) => Answered | 'hang' | undefined
  tls?: { key: string; cert: string }
}

export interface FakeKibana {
  url: string
  /** By space, type and id. */
  objects: Map<string, { attributes: { title: string } }>
  asked: Asked[]
}

const spaces = ['default', 'ops']

export async function fakeKibana(t: TestContext, options: FakeOptions = {}): Promise<FakeKibana> {
  const { basePath = '', tls } = options
  const kibana: FakeKibana = { url: '', objects: new Map(), asked: [] }
  const sockets = new Set<Socket>()
  const server: Server = (tls ? createTlsServer(tls) : createServer()) as Server
  server.on('connection', (socket) => sockets.add(socket))
  server.on('request', (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request
      const asked = { method, path, headers, body: Buffer.concat(chunks).toString() }
      kibana.asked.push(asked)
      const answered = options.fault?.(asked) ?? answerTo(asked, kibana, options)
      if (answered === 'hang') return
      const { status, body = {}, headers: more } = answered
      response.writeHead(status, { 'kbn-name': 'kibana', 'content-type': 'application/json', ...more })
      response.end(typeof body === 'string' ? body : JSON.stringify(body))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  kibana.url = `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}${basePath}`
  return kibana
}

const failure = (status: number, error: string, message = error): Answered => ({
  status,
  body: { statusCode: status, error, message },
})

function answerTo(
  request: Asked,
  kibana: FakeKibana,
  { version = '9.1.4', login, basePath = '' }: FakeOptions,
): Answered {
  if (!request.path.startsWith(basePath)) return failure(404, 'Not Found')
  const isKnown = login === undefined || request.headers.authorization === login
  const path = request.path.slice(basePath.length)
  if (path === '/api/status') {
    const status = { overall: { level: 'available' } }
    return { status: 200, body: isKnown ? { name: 'kibana', version: { number: version }, status } : { status } }
  }
  if (!isKnown) return failure(401, 'Unauthorized', '[security_exception]: unable to authenticate user')
  if (path === '/api/spaces/space') return { status: 200, body: spaces.map((id) => ({ id, name: id })) }
  const [, wanted] = /^\/api\/spaces\/space\/(.+)$/.exec(path) ?? []
  if (wanted !== undefined)
    return spaces.includes(wanted) ? { status: 200, body: { id: wanted } } : failure(404, 'Not Found')
  const [, space = 'default'] = /^(?:\/s\/([^/]+))?\/api\/saved_objects\/_import\?overwrite=true$/.exec(path) ?? []
  if (request.method === 'POST' && path.includes('/_import')) return imported(request, space, kibana)
  return failure(404, 'Not Found')
}

interface Given {
  type: string
  id: string
  attributes: { title: string }
  references: { type: string; id: string }[]
}

function imported({ headers, body }: Asked, space: string, { objects }: FakeKibana): Answered {
  if (headers['kbn-xsrf'] === undefined) return failure(400, 'Bad Request', 'Request must contain a kbn-xsrf header.')
  const [, boundary] = /^multipart\/form-data; boundary=(.+)$/.exec(headers['content-type'] ?? '') ?? []
  if (boundary === undefined) return failure(415, 'Unsupported Media Type')
  const [, name = '', text = ''] =
    new RegExp(
      `^--${boundary}\r\n.*name="file"; filename="([^"]*)"\r\n.*?\r\n\r\n(.*)\r\n--${boundary}--\r\n$`,
      's',
    ).exec(body) ?? []
  if (!name.endsWith('.ndjson')) return failure(400, 'Bad Request', `Invalid file extension ${name}`)
  const given = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Given)
  const keyOf = ({ type, id }: { type: string; id: string }) => `${space} ${type} ${id}`
  const isThere = (each: { type: string; id: string }) =>
    objects.has(keyOf(each)) || given.some((one) => keyOf(one) === keyOf(each))
  const errors = given.flatMap(({ type, id, references }) => {
    const missing = references.filter((each) => !isThere(each))
    return missing.length === 0 ? [] : [{ type, id, error: { type: 'missing_references', references: missing } }]
  })
  if (errors.length > 0) return { status: 200, body: { success: false, successCount: 0, errors } }
  const successResults = given.map(({ type, id, attributes: { title } }) => ({
    type,
    id,
    meta: { title },
    managed: false,
    ...(objects.has(keyOf({ type, id })) && { overwrite: true }),
  }))
  for (const each of given) objects.set(keyOf(each), each)
  return { status: 200, body: { success: true, successCount: given.length, successResults } }
}
