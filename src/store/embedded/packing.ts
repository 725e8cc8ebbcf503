// How texts and field sets are packed: raw deflate against a dictionary, so that the next sample of a table costs its numbers.
import { createHash } from 'node:crypto'
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib'
import type { Database } from './database.ts'

/** How `data` is to be read. */
const plain = 0
const deflated = 1

/** Deflate looks back 32 KiB: a longer text cannot reach the same place in a dictionary. */
const longestWithDictionary = 32 * 1024
const shortestDeflated = 96

export interface Packed {
  codec: number
  dictionary_id: number | null
  data: Uint8Array
}

interface Dictionary {
  id: number
  data: Uint8Array
}

/** Packs and unpacks against the dictionaries kept in the database: one for each owner, the first thing it ever packed. */
export class Packer {
  readonly #database: Database
  readonly #byOwner = new Map<string, Dictionary>()
  readonly #byId = new Map<number, Uint8Array>()

  constructor(database: Database) {
    this.#database = database
  }

  pack(owner: string, bytes: Buffer): Packed {
    if (bytes.length < shortestDeflated) return { codec: plain, dictionary_id: null, data: bytes }
    if (bytes.length > longestWithDictionary)
      return { codec: deflated, dictionary_id: null, data: deflateRawSync(bytes) }
    const dictionary = this.#dictionaryOf(owner, bytes)
    const data = deflateRawSync(bytes, {
      dictionary: dictionary.data,
      level: constants.Z_DEFAULT_COMPRESSION,
      ...roomFor(bytes.length, dictionary.data.length),
    })
    return { codec: deflated, dictionary_id: dictionary.id, data }
  }

  unpack(packed: Packed): string {
    const bytes = Buffer.from(packed.data.buffer, packed.data.byteOffset, packed.data.byteLength)
    if (packed.codec === plain) return bytes.toString('utf8')
    const options = packed.dictionary_id === null ? {} : { dictionary: this.#dictionary(packed.dictionary_id) }
    return inflateRawSync(bytes, options).toString('utf8')
  }

  /** Forgets what it remembers of the database: after a rollback or a prune its ids may be gone. */
  forget(): void {
    this.#byOwner.clear()
    this.#byId.clear()
  }

  #dictionaryOf(owner: string, bytes: Buffer): Dictionary {
    const known = this.#byOwner.get(owner)
    if (known) return known
    const row = this.#database.get<Dictionary>('SELECT id, data FROM dictionary WHERE owner = ?', owner)
    const dictionary = row
      ? { id: row.id, data: ownCopy(inflateRawSync(row.data)) }
      : {
          id: this.#database.run('INSERT INTO dictionary (owner, data) VALUES (?, ?)', owner, deflateRawSync(bytes))
            .lastInsertRowid,
          data: ownCopy(bytes),
        }
    if (this.#byOwner.size > 2000) this.#byOwner.clear()
    this.#byOwner.set(owner, dictionary)
    return dictionary
  }

  #dictionary(id: number): Uint8Array {
    let data = this.#byId.get(id)
    if (!data) {
      const row = this.#database.get<{ data: Uint8Array }>('SELECT data FROM dictionary WHERE id = ?', id)
      data = ownCopy(inflateRawSync(row?.data ?? Buffer.alloc(0)))
      if (this.#byId.size > 2000) this.#byId.clear()
      this.#byId.set(id, data)
    }
    return data
  }
}

/** No more memory than such a text needs: a window that reaches back over both, and room for an outcome of half the size at first. */
function roomFor(length: number, dictionaryLength: number): { windowBits: number; chunkSize: number } {
  const windowBits = Math.ceil(Math.log2(length + dictionaryLength + lookAhead))
  return { windowBits: Math.min(15, Math.max(9, windowBits)), chunkSize: Math.max(256, length >> 1) }
}

/** Deflate reaches back so much less than its window. */
const lookAhead = 262

/** What is kept for long must not hold on to the pool of 64 kB it may be a slice of. */
function ownCopy(bytes: Buffer): Uint8Array {
  return new Uint8Array(bytes)
}

/** 32 bytes of sha256: what tells two texts or two sets apart. */
export function digest(...parts: readonly (string | Uint8Array)[]): Buffer {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}
