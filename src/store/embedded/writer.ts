// Writing: finds out what is new in a document and keeps entry, version and day in step, whatever the order of arrival.
import { hash } from 'node:crypto'
import type { Document } from '../../snapshot/document.ts'
import { dayOf, timeOf } from '../../snapshot/document.ts'
import type { Outcome } from '../store.ts'
import type { Database } from './database.ts'
import type { FieldSets } from './field-sets.ts'
import { splitFields } from './field-split.ts'
import type { Texts } from './texts.ts'

/** What one version refers to: equal references are an unchanged state. */
interface State {
  kind: number
  meta_set: number
  typed_set: number
  text_id: number | null
  hashed: number
}

interface Version extends State {
  id: number
  at: number
}

interface Entry {
  id: number
  pathId: number
  metric: boolean
  latest: Version | undefined
  latestAt: number
}

const versionColumns = 'id, at, kind, meta_set, typed_set, text_id, hashed'

/** Writes documents inside a transaction the caller holds. After a rollback `forget` must be called. */
export class Writer {
  readonly #database: Database
  readonly #texts: Texts
  readonly #sets: FieldSets
  readonly #entries = new Map<string, Entry>()
  readonly #hosts = new Map<string, { id: number; seen: number }>()

  constructor(database: Database, texts: Texts, sets: FieldSets) {
    this.#database = database
    this.#texts = texts
    this.#sets = sets
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
    const day = dayOf(at)
    const shown = this.#database.get<{ version_id: number; at: number }>(
      'SELECT version_id, at FROM day WHERE day = ? AND entry_id = ?',
      day,
      entry.id,
    )
    const lastOfDay = !shown || at >= shown.at
    const state = this.#stateOf(document, entry, metric, metric && !lastOfDay)
    const { version, isNew } = this.#place(entry, at, state)
    if (lastOfDay) {
      this.#database.run(
        'INSERT OR REPLACE INTO day (day, entry_id, version_id, at) VALUES (?, ?, ?, ?)',
        day,
        entry.id,
        version.id,
        at,
      )
      if (metric && shown && shown.version_id !== version.id) this.#dropText(shown.version_id)
    }
    if (at >= entry.latestAt) {
      entry.latest = version
      entry.latestAt = at
      this.#database.run('UPDATE entry SET latest = ?, latest_at = ? WHERE id = ?', version.id, at, entry.id)
    }
    return { status: isNew ? 'stored' : 'unchanged' }
  }

  /** The version that holds a state at a time: an existing one where nothing changed, else a new one. */
  #place(entry: Entry, at: number, state: State): { version: Version; isNew: boolean } {
    const inOrder = entry.latest !== undefined && entry.latest.at <= at && entry.latestAt <= at
    const before = inOrder ? entry.latest : this.#versionAtOrBefore(entry.id, at)
    if (before?.at === at) return this.#overwrite(entry, before, state)
    if (state.kind === 1) return { version: this.#insert(entry.id, at, state), isNew: true }
    if (before && sameState(before, state)) return { version: before, isNew: false }
    if (!inOrder) {
      const after = this.#database.get<Version>(
        `SELECT ${versionColumns} FROM version WHERE entry_id = ? AND at > ? ORDER BY at LIMIT 1`,
        entry.id,
        at,
      )
      const returned = before && this.#confirmedAfter(entry, before, at)
      if (after && sameState(after, state) && !(returned !== undefined && returned < after.at)) {
        // the state began earlier than it was known to
        this.#database.run('UPDATE version SET at = ? WHERE id = ?', at, after.id)
        if (entry.latest?.id === after.id) entry.latest.at = at
        return { version: { ...after, at }, isNew: true }
      }
    }
    const version = this.#insert(entry.id, at, state)
    if (!inOrder && before) this.#resume(entry, before, at)
    return { version, isNew: true }
  }

  /** A state that was confirmed after `at` came back by then: without a version of its own, "as of" would show the inserted one. */
  #resume(entry: Entry, before: Version, at: number): void {
    const confirmed = this.#confirmedAfter(entry, before, at)
    if (confirmed === undefined) return
    const again = this.#insert(entry.id, confirmed, before)
    this.#database.run(
      'UPDATE day SET version_id = ? WHERE version_id = ? AND entry_id = ? AND at > ?',
      again.id,
      before.id,
      entry.id,
      at,
    )
    if (entry.latest?.id === before.id) {
      entry.latest = again
      this.#database.run('UPDATE entry SET latest = ? WHERE id = ?', again.id, entry.id)
    }
  }

  /** When a version is first known to have been seen again after `at`. */
  #confirmedAfter(entry: Entry, version: Version, at: number): number | undefined {
    const row = this.#database.get<{ at: number | null }>(
      'SELECT min(at) AS at FROM day WHERE version_id = ? AND entry_id = ? AND at > ?',
      version.id,
      entry.id,
      at,
    )
    if (typeof row?.at === 'number') return row.at
    // its days may be pruned
    return entry.latest?.id === version.id && entry.latestAt > at ? entry.latestAt : undefined
  }

  #overwrite(entry: Entry, version: Version, state: State): { version: Version; isNew: boolean } {
    if (sameState(version, state) || lacksOnlyText(version, state)) return { version, isNew: false }
    this.#resume(entry, version, version.at)
    this.#database.run(
      'UPDATE version SET kind = ?, meta_set = ?, typed_set = ?, text_id = ?, hashed = ? WHERE id = ?',
      state.kind,
      state.meta_set,
      state.typed_set,
      state.text_id,
      state.hashed,
      version.id,
    )
    return { version: Object.assign(version, state), isNew: true }
  }

  #insert(entryId: number, at: number, state: State): Version {
    const { lastInsertRowid } = this.#database.run(
      'INSERT INTO version (entry_id, at, kind, meta_set, typed_set, text_id, hashed) VALUES (?, ?, ?, ?, ?, ?, ?)',
      entryId,
      at,
      state.kind,
      state.meta_set,
      state.typed_set,
      state.text_id,
      state.hashed,
    )
    const { kind, meta_set, typed_set, text_id, hashed } = state
    return { id: lastInsertRowid, at, kind, meta_set, typed_set, text_id, hashed }
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

  #versionAtOrBefore(entryId: number, at: number): Version | undefined {
    return this.#database.get<Version>(
      `SELECT ${versionColumns} FROM version WHERE entry_id = ? AND at <= ? ORDER BY at DESC LIMIT 1`,
      entryId,
      at,
    )
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
    const latest =
      row.latest === null
        ? undefined
        : this.#database.get<Version>(`SELECT ${versionColumns} FROM version WHERE id = ?`, row.latest)
    return { id: row.id, pathId, metric: false, latest, latestAt: row.latest_at }
  }
}

function sameState(one: State, other: State): boolean {
  return (
    one.meta_set === other.meta_set &&
    one.typed_set === other.typed_set &&
    one.text_id === other.text_id &&
    one.hashed === other.hashed
  )
}

/** The same sample as the history exports it: the text kept for its day must outlive an import of it. */
function lacksOnlyText(kept: State, given: State): boolean {
  return (
    given.kind === 1 && given.text_id === null && kept.meta_set === given.meta_set && kept.typed_set === given.typed_set
  )
}

/** What every document must have; the reason when it has not. */
function problemOf(document: Document, at: number): string | undefined {
  if (!Number.isFinite(at)) return `@timestamp is not a time: ${JSON.stringify(document['@timestamp'])}`
  if (typeof document['host.name'] !== 'string' || document['host.name'] === '') return 'host.name is missing'
  if (typeof document['file.path'] !== 'string' || document['file.path'] === '') return 'file.path is missing'
  if (document.content !== undefined && typeof document.content !== 'string') return 'content is not text'
  return undefined
}
