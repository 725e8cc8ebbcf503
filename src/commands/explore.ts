// `mitra explore`: pages in a browser, over any store.
import type { Configuration } from '../config/load.ts'
import { ActionableError } from '../errors.ts'
import type { Login } from '../explorer/guard.ts'
import type { ExplorerServer } from '../explorer/server.ts'
import type { StoreTarget } from '../store/open.ts'
import { harmless } from '../terminal/harmless.ts'
import { defineCommand } from './command.ts'
import { configurationOf, storeTarget, withStore } from './configured.ts'
import { storeOptions } from './options.ts'

export const explore = defineCommand({
  description:
    'Serves pages that ask the store: search, hosts with charts, files with their versions and differences, times side by side, values, drift and the changes of the fleet. It only reads, and prints the address to open.\n\n' +
    'It listens on this machine alone. At another address it needs `web.token`, or `web.user` and `web.password`, in the configuration. Every page has its JSON at the same address with `.json`.',
  arguments: {},
  options: {
    listen: { value: 'ADDRESS', summary: 'Address to listen at.', defaultText: '`web.listen`, 127.0.0.1' },
    port: {
      value: 'PORT',
      number: true,
      summary: 'Port to listen at; 0 for any free one.',
      defaultText: '`web.port`, 5640',
    },
    ...storeOptions,
  },
  examples: [
    { asks: 'Look at the store of this host', line: 'mitra explore' },
    { asks: 'Look at a fleet that was exported', line: 'mitra explore --store fleet.db --port 8080' },
  ],
  signals: 'graceful',
  async run({ options }, io) {
    const configuration = await configurationOf(options, io)
    const target = storeTarget(options, configuration)
    const { listen = configuration.web.listen, port = configuration.web.port } = options
    if (port > 65_535)
      throw new ActionableError(`--port must be 0 to 65535, got ${port}`, { next: '0 takes any free one' })
    // a store that cannot be used is told here rather than on a page
    await withStore(options, io, 'read', async () => {})
    const server = await serveExplorer(target, { ...configuration.web, listen, port }, 'kept')
    try {
      await io.stdout.write(`${harmless(server.url)}\n`)
      await io.stdout.flush()
      await new Promise<void>((done) => {
        if (io.signal.aborted) done()
        else io.signal.addEventListener('abort', () => done(), { once: true })
      })
      return 0
    } finally {
      await server.close()
    }
  },
})

const day = 86_400_000
const firstPage = { url: 'http://localhost/', accept: 'text/html' }

/** What the thread of pages is started with. */
export interface ThreadData {
  target: StoreTarget
}

/** `kept`: starts at once and stays; `started`: starts at once, and goes when nobody asks; `late`: starts with the first question. */
export type ThreadLife = 'kept' | 'started' | 'late'

/** Serves pages over a store until it is closed, made in a thread of such a life. */
export async function serveExplorer(
  target: StoreTarget,
  web: Configuration['web'],
  life: ThreadLife = 'late',
): Promise<ExplorerServer> {
  const [{ serve }, { answerInThread }, { limits }] = await Promise.all([
    import('../explorer/server.ts'),
    import('../explorer/answering.ts'),
    import('../explorer/limits.ts'),
  ])
  const suffix = import.meta.filename.endsWith('.ts') ? 'ts' : 'js'
  const module = new URL(`./explore-thread.${suffix}`, import.meta.url)
  const data: ThreadData = { target }
  const answering = answerInThread({
    module,
    data,
    page_ms: limits.page_ms,
    idle_ms: life === 'kept' ? day : 60_000,
    memory_mb: 512,
  })
  try {
    const login = loginOf(web)
    const server = await serve(answering, {
      listen: web.listen,
      port: web.port,
      names: web.names,
      ...(login && { login }),
    })
    if (life === 'late') return server
    const warm = Promise.all([import('../explorer/front.ts'), answering.answer(firstPage)])
    // what fails now is told with the first question
    const warmed = warm.catch(() => undefined)
    if (life === 'kept') await warmed
    return server
  } catch (error) {
    await answering.close()
    throw error
  }
}

function loginOf({ token, user, password }: Configuration['web']): Login | undefined {
  if (token === undefined && user === undefined) return undefined
  return {
    ...(token !== undefined && { token }),
    ...(user !== undefined && { user }),
    ...(password !== undefined && { password }),
  }
}
