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

/**
 * What texts with the same lettered words most often share: the text without its numbers and blanks. A number that touches a letter
 * or an underscore stays. Beyond ASCII another alphabet's letter may touch it, so such a text stays whole.
 */
export function outlineOf(text: string): string {
  return isAscii.test(text) ? text.replace(numbersAndBlanks, ' ') : text
}

const isAscii = /^[\0-\x7f]*$/
const numbersAndBlanks = /(?:\b\d+\b| )+/g

export class Texts {
  readonly #database: Database
  readonly #packer: Packer
  /** Texts met lately, by hash: fleets repeat themselves. */
  readonly #recent = new Map<string, number>()
  /** Of the last text of a counter by its owner: the next one most often has other numbers only. */
  readonly #lastWords = new Map<string, { outline: string; id: number }>()

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
      metric ? this.#putLetteredWords(text, owner) : this.#putWords(wordsOf(text).join(' '), true),
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
    this.#lastWords.clear()
  }

  #remember(hex: string, id: number): number {
    if (this.#recent.size > 5000) this.#recent.clear()
    this.#recent.set(hex, id)
    return id
  }

  #putLetteredWords(text: string, owner: string): number {
    const outline = hash('sha256', outlineOf(text))
    const last = this.#lastWords.get(owner)
    if (last?.outline === outline) return last.id
    const id = this.#putWords([...new Set(wordsOf(text))].filter(hasLetter).sort().join(' '), false)
    if (this.#lastWords.size > 500) this.#lastWords.clear()
    this.#lastWords.set(owner, { outline, id })
    return id
  }

  /** The words are all of a text, in order, or those with a letter, each once. */
  #putWords(joined: string, complete: boolean): number {
    const key = hash('sha256', `${complete ? 'text' : 'set'} ${joined}`, 'buffer')
    const row = this.#database.get<{ id: number }>('SELECT id FROM words WHERE hash = ?', key)
    if (row) return row.id
    const { lastInsertRowid } = this.#database.run(
      'INSERT INTO words (hash, complete) VALUES (?, ?)',
      key,
      complete ? 1 : 0,
    )
    this.#database.run('INSERT INTO word_index (rowid, words) VALUES (?, ?)', lastInsertRowid, joined)
    return lastInsertRowid
  }
}
