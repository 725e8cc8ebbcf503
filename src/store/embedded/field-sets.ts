// Fields other than content: each distinct set of them once, its values beside a shape (the list of keys), and an inverted
// index of the values of sets that belong to state documents.
import { hash } from 'node:crypto'
import type { Fields, FieldValue, Scalar } from '../../snapshot/document.ts'
import type { FieldLists } from '../field-split.ts'
import type { Database } from './database.ts'
import type { Packer } from './packing.ts'

/** Longer strings are indexed by so many first characters and verified on the document. */
export const longestIndexedValue = 256

/** Kept decoded between questions: some 20 MB. */
const mostDecodedValues = 300_000

interface Shape {
  id: number
  keys: readonly string[]
  /** Known once a set of the shape was written. */
  fields?: readonly KnownField[]
}

interface KnownField {
  id: number
  types: number
}

interface SetRow {
  shape_id: number
  codec: number
  dictionary_id: number | null
  data: Uint8Array
}

/** Bits of `field.types`: what kinds of value a field was seen with. */
export const typeBits = { number: 1, text: 2, boolean: 4 } as const

export class FieldSets {
  readonly #database: Database
  readonly #packer: Packer
  readonly #recent = new Map<string, number>()
  readonly #decoded = new Map<number, Fields>()
  #decodedValues = 0
  readonly #shapes = new Map<string, Shape>()
  readonly #shapesById = new Map<number, Shape>()
  /** The last shape by its length and ends: making a text of a thousand names is dearer than comparing them. */
  readonly #lastShapes = new Map<string, Shape>()
  readonly #fields = new Map<string, KnownField>()
  readonly #pathShapes = new Set<string>()

  constructor(database: Database, packer: Packer) {
    this.#database = database
    this.#packer = packer
  }

  /** Id of a set of fields found at a path; stored if it is new. Sets that are not `indexed` are found by path and shape only. */
  put(lists: FieldLists, pathId: number, indexed: boolean): number {
    const shape = this.#shapeOf(lists.names)
    this.#notePath(shape.id, pathId)
    const values = JSON.stringify(lists.values)
    const fingerprint = `${shape.id}${indexed ? 'i' : 'n'}${values}`
    const mayBeRecent = indexed && fingerprint.length < 2000
    const known = mayBeRecent ? this.#recent.get(fingerprint) : undefined
    if (known !== undefined) return known
    const key = hash('sha256', fingerprint, 'buffer')
    let id = this.#database.get<{ id: number }>('SELECT id FROM field_set WHERE hash = ?', key)?.id
    if (id === undefined) {
      const { codec, dictionary_id, data } = this.#packer.pack(`shape ${shape.id}`, Buffer.from(values))
      id = this.#database.run(
        'INSERT INTO field_set (hash, shape_id, indexed, codec, dictionary_id, data) VALUES (?, ?, ?, ?, ?, ?)',
        key,
        shape.id,
        indexed ? 1 : 0,
        codec,
        dictionary_id,
        data,
      ).lastInsertRowid
      shape.fields ??= shape.keys.map((key) => this.#fieldOf(key))
      this.#noteTypes(shape.fields, lists.values)
      if (indexed) this.#index(id, shape.fields, lists.values)
    }
    if (mayBeRecent) {
      if (this.#recent.size > 5000) this.#recent.clear()
      this.#recent.set(fingerprint, id)
    }
    return id
  }

  get(id: number): Fields {
    const known = this.#decoded.get(id)
    if (known) return known
    const fields: Fields = {}
    const { names, values } = this.lists(id)
    for (let index = 0; index < names.length; index++) fields[names[index] ?? ''] = values[index] ?? ''
    this.#decodedValues += Object.keys(fields).length
    if (this.#decodedValues > mostDecodedValues) {
      this.#decoded.clear()
      this.#decodedValues = 0
    }
    this.#decoded.set(id, fields)
    return fields
  }

  /** A set as it is kept, each time read anew; sets of one shape share their list of names. */
  lists(id: number): { names: readonly string[]; values: FieldValue[] } {
    const row = this.#database.get<SetRow>(
      'SELECT shape_id, codec, dictionary_id, data FROM field_set WHERE id = ?',
      id,
    )
    if (!row) return { names: [], values: [] }
    return { names: this.#shapeById(row.shape_id).keys, values: JSON.parse(this.#packer.unpack(row)) as FieldValue[] }
  }

  /** Forgets ids it remembers: after a rollback or a prune they may be gone. */
  forget(): void {
    this.#recent.clear()
    this.#decoded.clear()
    this.#shapes.clear()
    this.#shapesById.clear()
    this.#lastShapes.clear()
    this.#fields.clear()
    this.#pathShapes.clear()
  }

  #shapeOf(keys: readonly string[]): Shape {
    const ends = `${keys.length} ${keys[0]} ${keys.at(-1)}`
    const last = this.#lastShapes.get(ends)
    if (last && keys.every((key, index) => key === last.keys[index])) return last
    const shape = this.#findShape(keys)
    if (this.#lastShapes.size > 500) this.#lastShapes.clear()
    this.#lastShapes.set(ends, shape)
    return shape
  }

  #findShape(keys: readonly string[]): Shape {
    const text = JSON.stringify(keys)
    const known = this.#shapes.get(text)
    if (known) return known
    let id = this.#database.get<{ id: number }>('SELECT id FROM shape WHERE keys = ?', text)?.id
    if (id === undefined) {
      id = this.#database.run('INSERT INTO shape (keys) VALUES (?)', text).lastInsertRowid
      for (const key of keys) {
        this.#database.run(
          'INSERT OR IGNORE INTO shape_field (field_id, shape_id) VALUES (?, ?)',
          this.#fieldOf(key).id,
          id,
        )
      }
    }
    const shape = { id, keys }
    if (this.#shapes.size > 500) this.#shapes.clear()
    this.#shapes.set(text, shape)
    this.#shapesById.set(id, shape)
    return shape
  }

  #shapeById(id: number): Shape {
    const known = this.#shapesById.get(id)
    if (known) return known
    const row = this.#database.get<{ keys: string }>('SELECT keys FROM shape WHERE id = ?', id)
    const shape = { id, keys: row ? (JSON.parse(row.keys) as string[]) : [] }
    if (this.#shapesById.size > 500) this.#shapesById.clear()
    this.#shapesById.set(id, shape)
    return shape
  }

  #notePath(shapeId: number, pathId: number): void {
    const pair = `${shapeId} ${pathId}`
    if (this.#pathShapes.has(pair)) return
    this.#database.run('INSERT OR IGNORE INTO path_shape (shape_id, path_id) VALUES (?, ?)', shapeId, pathId)
    if (this.#pathShapes.size > 20_000) this.#pathShapes.clear()
    this.#pathShapes.add(pair)
  }

  #fieldOf(name: string): KnownField {
    let field = this.#fields.get(name)
    if (!field) {
      field = this.#database.get<{ id: number; types: number }>('SELECT id, types FROM field WHERE name = ?', name)
      field ??= {
        id: this.#database.run('INSERT INTO field (name, types) VALUES (?, 0)', name).lastInsertRowid,
        types: 0,
      }
      if (this.#fields.size > 50_000) this.#fields.clear()
      this.#fields.set(name, field)
    }
    return field
  }

  #noteTypes(fields: readonly KnownField[], values: readonly FieldValue[]): void {
    for (let index = 0; index < fields.length; index++) {
      const field = fields[index]
      const value = values[index]
      if (field === undefined || value === undefined) continue
      let types = field.types
      if (typeof value !== 'object') types |= typeBit(value)
      else for (const element of value) types |= typeBit(element)
      if (types === field.types) continue
      field.types = types
      this.#database.run('UPDATE field SET types = types | ? WHERE id = ?', types, field.id)
    }
  }

  #index(setId: number, fields: readonly KnownField[], values: readonly FieldValue[]): void {
    const insertValue = this.#database.prepare('INSERT OR IGNORE INTO value (field_id, v) VALUES (?, ?)')
    const selectValue = this.#database.prepare('SELECT id FROM value WHERE field_id = ? AND v = ?')
    const insertPosting = this.#database.prepare('INSERT OR IGNORE INTO posting (value_id, set_id) VALUES (?, ?)')
    for (const [index, { id }] of fields.entries()) {
      for (const element of elementsOf(values[index] ?? '')) {
        const v = indexedForm(element)
        let row = selectValue.get(id, v) as { id: number } | undefined
        row ??= { id: Number(insertValue.run(id, v).lastInsertRowid) }
        insertPosting.run(row.id, setId)
      }
    }
  }
}

/** How a value stands in the inverted index: numbers as numbers, all else as text of bounded length. */
export function indexedForm(value: Scalar): number | string {
  if (typeof value === 'number') return value
  return String(value).slice(0, longestIndexedValue)
}

export function elementsOf(value: FieldValue): readonly Scalar[] {
  return typeof value === 'object' ? value : [value]
}

function typeBit(value: Scalar): number {
  if (typeof value === 'number') return typeBits.number
  return typeof value === 'boolean' ? typeBits.boolean : typeBits.text
}
