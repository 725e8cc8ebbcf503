// The embedded store: one SQLite file, one writer at a time, any number of readers.
import type { Document } from '../../snapshot/document.ts'
import { claimStore } from '../../sqlite/claim.ts'
import { namesIn, selectionFor, spreadOf } from '../spread.ts'
import type {
  FieldRow,
  Held,
  HostsAnswer,
  HostsRequest,
  Outcome,
  PruneReport,
  Retention,
  SearchRequest,
  Selected,
  SelectRequest,
  Split,
  SpreadRequest,
  Store,
  ValuesAnswer,
} from '../store.ts'
import { type Database, openDatabase } from './database.ts'
import { FieldSets, typeBits } from './field-sets.ts'
import { Fleet } from './fleet.ts'
import { Packer } from './packing.ts'
import { Reader } from './reader.ts'
import { prune } from './retention.ts'
import { select } from './selection.ts'
import { Texts } from './texts.ts'
import { Writer } from './writer.ts'

/** Opens the store in a file; it is made when missing, unless `mustExist`. Throws ActionableError when it cannot be used. */
export async function openEmbeddedStore(path: string, options: { mustExist: boolean }): Promise<Store> {
  return new EmbeddedStore(await openDatabase(path, options))
}

class EmbeddedStore implements Store {
  readonly #database: Database
  readonly #packer: Packer
  readonly #texts: Texts
  readonly #sets: FieldSets
  readonly #writer: Writer
  readonly #reader: Reader
  readonly #fleet: Fleet
  #dataVersion = -1
  #prunes = 0
  #release: (() => void) | undefined

  constructor(database: Database) {
    this.#database = database
    this.#packer = new Packer(database)
    this.#texts = new Texts(database, this.#packer)
    this.#sets = new FieldSets(database, this.#packer)
    this.#writer = new Writer(database, this.#texts, this.#sets)
    this.#reader = new Reader(database, this.#texts, this.#sets)
    this.#fleet = new Fleet(database, this.#reader, this.#sets)
  }

  async write(documents: readonly Document[]): Promise<Outcome[]> {
    try {
      return await this.#database.transaction(() => {
        this.#noticeOthers()
        return documents.map((document) => this.#writer.put(document))
      })
    } catch (error) {
      this.#forget()
      throw error
    }
  }

  async *search(request: SearchRequest): AsyncIterable<Document> {
    this.#noticeOthers()
    yield* this.#reader.search(request)
  }

  async *select(request: SelectRequest): AsyncIterable<Selected> {
    this.#noticeOthers()
    yield* select({ reader: this.#reader, sets: this.#sets, texts: this.#texts }, request)
  }

  async count({ condition, view }: SearchRequest): Promise<number> {
    this.#noticeOthers()
    return this.#reader.count(condition, view)
  }

  spread(request: SpreadRequest): Promise<Split[]> {
    return spreadOf(this.select(selectionFor(request)), request)
  }

  async holders(request: SpreadRequest, held: readonly Held[]): Promise<string[][]> {
    return namesIn(await this.spread(request), held)
  }

  async hosts(request: HostsRequest): Promise<HostsAnswer> {
    this.#noticeOthers()
    return this.#fleet.hosts(request)
  }

  async values(field: string, request: SearchRequest): Promise<ValuesAnswer> {
    this.#noticeOthers()
    return this.#fleet.values(field, request)
  }

  async fields(): Promise<FieldRow[]> {
    const rows = this.#database.all<{ name: string; types: number; paths: string }>(
      `SELECT f.name, f.types, json_group_array(DISTINCT p.path) AS paths FROM field f
       JOIN shape_field s ON s.field_id = f.id JOIN path_shape q ON q.shape_id = s.shape_id JOIN path p ON p.id = q.path_id
       GROUP BY f.id ORDER BY f.name`,
    )
    return rows.map(({ name, types, paths }) => ({
      name,
      type: typeName(types),
      paths: (JSON.parse(paths) as string[]).sort().slice(0, 3),
    }))
  }

  async get(host: string, path: string, at?: number): Promise<Document | undefined> {
    this.#noticeOthers()
    return this.#reader.get(host, path, at)
  }

  async historySince(): Promise<number | undefined> {
    return this.#database.get<{ at: number | null }>('SELECT min(at) AS at FROM version')?.at ?? undefined
  }

  async paths(host: string, dataset: string): Promise<string[]> {
    const found: string[] = []
    for await (const document of this.search({
      condition: {
        kind: 'bool',
        must: [
          { kind: 'value', field: 'host.name', value: { text: host } },
          { kind: 'value', field: 'event.dataset', value: { text: dataset } },
        ],
        should: [],
        must_not: [{ kind: 'value', field: 'file.exists', value: { text: 'false' } }],
      },
      view: { kind: 'latest' },
      withoutContent: true,
    })) {
      found.push(document['file.path'])
    }
    return found
  }

  async prune(retention: Retention, now: number, { dryRun }: { dryRun: boolean }): Promise<PruneReport> {
    this.#prunes++
    try {
      return await prune(this.#database, retention, now, dryRun)
    } finally {
      this.#prunes--
      this.#forget()
    }
  }

  async claim(agent: string): Promise<void> {
    // an agent writes little at a time: a quarter of the usual cache does, and it stays small for as long as it lives
    this.#database.exec('PRAGMA cache_size = -512')
    this.#release = await claimStore(this.#database.path, agent)
  }

  async close(): Promise<void> {
    this.#release?.()
    this.#release = undefined
    this.#database.close()
  }

  /** What is remembered of the database holds only until another process writes to it, or a prune goes on. */
  #noticeOthers(): void {
    const { data_version } = this.#database.get<{ data_version: number }>('PRAGMA data_version') ?? { data_version: 0 }
    if (data_version === this.#dataVersion && this.#prunes === 0) return
    if (this.#dataVersion !== -1) this.#forget()
    this.#dataVersion = data_version
  }

  #forget(): void {
    this.#packer.forget()
    this.#texts.forget()
    this.#sets.forget()
    this.#writer.forget()
  }
}

function typeName(types: number): FieldRow['type'] {
  if (types === typeBits.number) return 'number'
  if (types === typeBits.boolean) return 'boolean'
  return types === typeBits.text ? 'text' : 'mixed'
}
