// Pages are made in a thread of their own: a question that takes too long is ended with it, and whoever started the explorer,
// such as the agent, goes on undisturbed. The thread begins with the first question and ends when nobody asks any more.
import { Worker } from 'node:worker_threads'

export interface PageRequest {
  url: string
  accept: string
}

export interface PageAnswer {
  status: number
  type: string
  body: string
}

export interface Answering {
  answer(request: PageRequest): Promise<PageAnswer>
  close(): Promise<void>
}

/** What the thread is started with and told, and what it says. */
export type ToThread = { id: number; request: PageRequest }
export type FromThread = { id: number; answer: PageAnswer } | { failure: string }

export interface ThreadOptions {
  /** The module of the thread, and what it gets as `workerData`. */
  module: URL
  data: unknown
  /** How long a page may take, and how long the thread stays when nobody asks; milliseconds. */
  page_ms: number
  idle_ms: number
  /** Of its heap. */
  memory_mb: number
}

interface Waiting {
  done(answer: PageAnswer): void
  timer: NodeJS.Timeout
}

export function answerInThread(options: ThreadOptions): Answering {
  let thread: Worker | undefined
  let idle: NodeJS.Timeout | undefined
  let last = 0
  const waiting = new Map<number, Waiting>()

  /** Ends the thread; whoever waits is told why. */
  const end = async (why: PageAnswer) => {
    const ending = thread
    thread = undefined
    for (const [id] of waiting) settle(id, why)
    await ending?.terminate()
  }

  const settle = (id: number, answer: PageAnswer) => {
    const one = waiting.get(id)
    if (!one) return
    waiting.delete(id)
    clearTimeout(one.timer)
    one.done(answer)
    if (waiting.size > 0) return
    thread?.unref()
    clearTimeout(idle)
    idle = setTimeout(() => void end(problem(503, 'ended')), options.idle_ms).unref()
  }

  const start = (): Worker => {
    const { module, data, memory_mb } = options
    const started = new Worker(module, { workerData: data, resourceLimits: { maxOldGenerationSizeMb: memory_mb } })
    started.on('message', (message: FromThread) => {
      if ('failure' in message) void end(problem(503, message.failure))
      else settle(message.id, message.answer)
    })
    const gone = (cause: string) => {
      if (thread === started) void end(problem(500, `the page could not be made: ${cause}`))
    }
    started.on('error', (error) => gone(error.message))
    started.on('exit', () => gone('its thread has ended'))
    return started
  }

  return {
    answer(request) {
      clearTimeout(idle)
      thread ??= start()
      const id = ++last
      const message: ToThread = { id, request }
      return new Promise((done) => {
        const seconds = options.page_ms / 1000
        const late = problem(
          503,
          `this took longer than ${seconds} s and was ended: ask for less, such as a shorter time or fewer hosts`,
        )
        const timer = setTimeout(() => void end(late), options.page_ms)
        waiting.set(id, { done, timer })
        thread?.ref()
        thread?.postMessage(message)
      })
    },
    async close() {
      clearTimeout(idle)
      await end(problem(503, 'the explorer is closing'))
    },
  }
}

function problem(status: number, text: string): PageAnswer {
  return { status, type: 'text/plain; charset=utf-8', body: `${text}\n` }
}
