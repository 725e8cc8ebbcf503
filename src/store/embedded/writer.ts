// Writing: finds out what is new in a document and keeps entry, version and day in step, whatever the order of arrival.
import { hash } from 'node:crypto'
import type { Document } from '../../snapshot/document.ts'
import { timeOf } from '../../snapshot/document.ts'
import { problemOf } from '../document-problem.ts'
import { splitFields } from '../field-split.ts'
import type { Outcome } from '../store.ts'
import type { Database } from './database.ts'
import type { FieldSets } from './field-sets.ts'
import type { Texts } from './texts.ts'
import { type Entry, type State, Timeline } from './timeline.ts'

/** Writes documents inside a transaction the caller holds. After a rollback `forget` must be called. */
export class Writer {
  readonly #database: Database
  readonly #texts: Texts
  readonly #sets: FieldSets
  readonly #timeline: Timeline
  readonly #entries = new Map<string, Entry>()
  readonly #hosts = new Map<string, { id: number; seen: number }>()

  constructor(database: Database, texts: Texts, sets: FieldSets) {
    this.#database = database
    this.#texts = texts
    this.#sets = sets
    this.#timeline = new Timeline(database)
  }

  forget(): void {
    this.#entries.clear()
    this.#hosts.clear()
  }

  put(document: Document): Outcome {
    const at = timeOf(document)
    const reason = problemOf(document, at)
    if (reason) return { status: 'rejected', reason }
    const metric = document['event.kind'] === 'metric'
    const host = this.#hostOf(document['host.name'])
    const entry = this.#entryOf(host.id, document['file.path'], metric)
    if (at > host.seen) {
      host.seen = at
      this.#database.run('UPDATE host SET seen = ? WHERE id = ?', at, host.id)
    }
    const shown = this.#timeline.shown(entry, at)
    const lastOfDay = !shown || at >= shown.at
    const state = this.#stateOf(document, entry, metric, metric && !lastOfDay)
    const { version, isNew } = this.#timeline.add(entry, at, state, shown)
    if (metric && lastOfDay && shown && shown.version_id !== version.id) this.#dropText(shown.version_id)
    return { status: isNew ? 'stored' : 'unchanged' }
  }

  /** History of counters holds the fields without the text. */
  #dropText(versionId: number): void {
    const row = this.#database.get<{ text_id: number | null }>(
      'SELECT text_id FROM version WHERE id = ? AND kind = 1',
      versionId,
    )
    if (typeof row?.text_id !== 'number') return
    this.#database.run('UPDATE version SET text_id = NULL, hashed = 0 WHERE id = ?', versionId)
    this.#texts.releaseUnused(row.text_id)
  }

  #stateOf(document: Document, entry: Entry, metric: boolean, withoutText: boolean): State {
    const { content } = document
    const sha256 = content === undefined ? undefined : hash('sha256', content, 'hex')
    const hashed = sha256 !== undefined && sha256 === document['file.hash.sha256']
    const { meta, typed } = splitFields(document, metric, hashed)
    return {
      kind: metric ? 1 : 0,
      meta_set: this.#sets.put(meta, entry.pathId, true),
      typed_set: this.#sets.put(typed, entry.pathId, !metric),
      text_id:
        sha256 === undefined || withoutText
          ? null
          : this.#texts.put(content ?? '', sha256, `path ${entry.pathId}`, metric),
      hashed: hashed && !withoutText ? 1 : 0,
    }
  }

  #hostOf(name: string): { id: number; seen: number } {
    let host = this.#hosts.get(name)
    if (!host) {
      host = this.#database.get<{ id: number; seen: number }>('SELECT id, seen FROM host WHERE name = ?', name)
      host ??= {
        id: this.#database.run('INSERT INTO host (name, seen) VALUES (?, -1)', name).lastInsertRowid,
        seen: -1,
      }
      if (this.#hosts.size > 50_000) this.#hosts.clear()
      this.#hosts.set(name, host)
    }
    return host
  }

  #entryOf(hostId: number, path: string, metric: boolean): Entry {
    const key = `${hostId} ${path}`
    let entry = this.#entries.get(key)
    if (!entry) {
      entry = this.#readEntry(hostId, path)
      if (this.#entries.size > 50_000) this.#entries.clear()
      this.#entries.set(key, entry)
    }
    if (metric && !entry.metric) {
      entry.metric = true
      this.#database.run('UPDATE path SET metric = 1 WHERE id = ? AND metric = 0', entry.pathId)
    }
    return entry
  }

  #readEntry(hostId: number, path: string): Entry {
    let pathId = this.#database.get<{ id: number }>('SELECT id FROM path WHERE path = ?', path)?.id
    pathId ??= this.#database.run('INSERT INTO path (path) VALUES (?)', path).lastInsertRowid
    const row = this.#database.get<{ id: number; latest: number | null; latest_at: number }>(
      'SELECT id, latest, latest_at FROM entry WHERE host_id = ? AND path_id = ?',
      hostId,
      pathId,
    )
    if (!row) {
      const { lastInsertRowid } = this.#database.run(
        'INSERT INTO entry (host_id, path_id) VALUES (?, ?)',
        hostId,
        pathId,
      )
      return { id: lastInsertRowid, pathId, metric: false, latest: undefined, latestAt: -1 }
    }
    const latest = row.latest === null ? undefined : this.#timeline.version(row.latest)
    return { id: row.id, pathId, metric: false, latest, latestAt: row.latest_at }
  }
}
