// The thread that makes pages: opens the store at its start, then answers one request after the other.
import { parentPort } from 'node:worker_threads'
import { ActionableError, messageOf } from '../errors.ts'
import type { FromThread, PageAnswer, PageRequest, ToThread } from './answering.ts'
import type { Explorer } from './page.ts'
import { pageRoutes } from './page-routes.ts'
import { pages } from './pages/index.ts'

/** A function from requests to answers, over an open store. */
export function answersOf(explorer: Explorer): (request: PageRequest) => Promise<PageAnswer> {
  const routes = pageRoutes(explorer, pages)
  return async ({ url, accept }) => {
    const response = await routes.request(url, { headers: { accept } })
    return { status: response.status, type: response.headers.get('content-type') ?? '', body: await response.text() }
  }
}

/** Answers what the parent of this thread asks. `open` opens the store; where that fails, the parent is told why. */
export async function answerParent(open: () => Promise<Explorer>): Promise<void> {
  const tell = (message: FromThread) => parentPort?.postMessage(message)
  const opened = open().then(answersOf)
  parentPort?.on('message', async ({ id, request }: ToThread) => {
    try {
      const answer = await opened
      tell({ id, answer: await answer(request) })
    } catch (error) {
      const next = error instanceof ActionableError && error.next !== undefined ? `; ${error.next}` : ''
      tell({ failure: `${messageOf(error)}${next}` })
    }
  })
}
