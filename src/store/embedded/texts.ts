// Content: each distinct text once, and the inverted index of its words.
import { hash } from 'node:crypto'
import { wordsOf } from '../../query/words.ts'
import type { Database } from './database.ts'
import type { Packer } from './packing.ts'

interface TextRow {
  id: number
  hash: Uint8Array
  codec: number
  dictionary_id: number | null
  data: Uint8Array
}

/** Words without a letter change with every sample of a counter; there they are verified on the text, not indexed. */
export const hasLetter = (word: string): boolean => /\p{L}/u.test(word)

export class Texts {
  readonly #database: Database
  readonly #packer: Packer
  /** Texts met lately, by hash: fleets repeat themselves. */
  readonly #recent = new Map<string, number>()

  constructor(database: Database, packer: Packer) {
    this.#database = database
    this.#packer = packer
  }

  /** Id of a text, which is stored if it is new. `hex` is its sha256; `owner` names the dictionary to pack it against. */
  put(text: string, hex: string, owner: string, metric: boolean): number {
    const known = metric ? undefined : this.#recent.get(hex)
    if (known !== undefined) return known
    const key = Buffer.from(hex, 'hex')
    // by kind: the words of a counter's text are not all indexed
    const kind = metric ? 1 : 0
    const row = this.#database.get<{ id: number }>('SELECT id FROM text WHERE hash = ? AND kind = ?', key, kind)
    if (row) return metric ? row.id : this.#remember(hex, row.id)
    const { codec, dictionary_id, data } = this.#packer.pack(owner, Buffer.from(text))
    const { lastInsertRowid } = this.#database.run(
      'INSERT INTO text (hash, kind, words_id, codec, dictionary_id, data) VALUES (?, ?, ?, ?, ?, ?)',
      key,
      kind,
      this.#putWords(text, metric),
      codec,
      dictionary_id,
      data,
    )
    return metric ? lastInsertRowid : this.#remember(hex, lastInsertRowid)
  }

  /** The text and its sha256 in hexadecimal. */
  get(id: number): { text: string; hash: string } | undefined {
    const row = this.#database.get<TextRow>('SELECT id, hash, codec, dictionary_id, data FROM text WHERE id = ?', id)
    return row && { text: this.#packer.unpack(row), hash: Buffer.from(row.hash).toString('hex') }
  }

  /** Its sha256 in hexadecimal, without unpacking it. */
  hashOf(id: number): string | undefined {
    const row = this.#database.get<{ hash: Uint8Array }>('SELECT hash FROM text WHERE id = ?', id)
    return row && Buffer.from(row.hash).toString('hex')
  }

  /** Drops a text that no version refers to any more. Its words stay until prune: other samples share them. */
  releaseUnused(id: number): void {
    this.#database.run('DELETE FROM text WHERE id = ? AND NOT EXISTS (SELECT 1 FROM version WHERE text_id = ?)', id, id)
  }

  /** Forgets ids it remembers: after a rollback or a prune they may be gone. */
  forget(): void {
    this.#recent.clear()
  }

  #remember(hex: string, id: number): number {
    if (this.#recent.size > 5000) this.#recent.clear()
    this.#recent.set(hex, id)
    return id
  }

  #putWords(text: string, metric: boolean): number {
    const words = wordsOf(text)
    const joined = (metric ? [...new Set(words)].filter(hasLetter).sort() : words).join(' ')
    const key = hash('sha256', `${metric ? 'set' : 'text'} ${joined}`, 'buffer')
    const row = this.#database.get<{ id: number }>('SELECT id FROM words WHERE hash = ?', key)
    if (row) return row.id
    const { lastInsertRowid } = this.#database.run(
      'INSERT INTO words (hash, complete) VALUES (?, ?)',
      key,
      metric ? 0 : 1,
    )
    this.#database.run('INSERT INTO word_index (rowid, words) VALUES (?, ?)', lastInsertRowid, joined)
    return lastInsertRowid
  }
}
