// What Elasticsearch itself makes of a query: its parser asked over a few kept connections, thousands of times a minute.
import { Agent, request } from 'node:http'
import type { Address } from '../elasticsearch/request.ts'

export interface Reading {
  isValid: boolean
  /** The Lucene query, or why there is none. */
  explanation: string
}

interface Answer {
  valid?: boolean
  error?: unknown
  explanations?: { explanation?: string; error?: string }[]
}

/** Asks about queries for one index, `connections` at a time; a clause without a field is one for these fields. */
export class LuceneReader {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 12 })
  readonly #url: string
  readonly #fields: readonly string[]

  constructor(address: Address, index: string, fields: readonly string[]) {
    this.#url = `${address.url}/${index}/_validate/query?explain=true`
    this.#fields = fields
  }

  /** In the order asked. */
  async read(queries: readonly string[]): Promise<Reading[]> {
    return Promise.all(queries.map((query) => this.#readOne(query)))
  }

  close(): void {
    this.#agent.destroy()
  }

  #readOne(query: string): Promise<Reading> {
    const body = JSON.stringify({
      query: { query_string: { query, default_operator: 'AND', fields: this.#fields } },
    })
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    return new Promise((resolve, reject) => {
      const sent = request(this.#url, { method: 'POST', agent: this.#agent, headers }, (answer) => {
        let text = ''
        answer.setEncoding('utf8')
        answer.on('data', (chunk) => (text += chunk))
        answer.on('error', reject)
        answer.on('end', () => {
          const { valid, error, explanations = [] } = JSON.parse(text) as Answer
          if (valid === undefined) return reject(new Error(`${JSON.stringify(query)}: ${text.slice(0, 500)}`))
          const [{ explanation = '', error: cause = '' } = {}] = explanations
          resolve({ isValid: valid, explanation: explanation || cause || String(error) })
        })
      })
      sent.on('error', reject)
      sent.end(body)
    })
  }
}
