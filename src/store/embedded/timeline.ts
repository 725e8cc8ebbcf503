// The versions of an entry as runs of sightings of one state. Whatever the order in which sightings come, the runs end up as
// if they had come in time: each sighting is kept, as the start of its version, the last of its day, the newest, or by itself.
import { dayOf } from '../../snapshot/document.ts'
import type { Database } from './database.ts'

/** What one version refers to: equal references are an unchanged state. */
export interface State {
  /** 1 is a sample of a counter: each is a version of its own. */
  kind: number
  meta_set: number
  typed_set: number
  text_id: number | null
  hashed: number
}

/** `at`, milliseconds, is the first sighting of the run. */
export interface Version extends State {
  id: number
  at: number
}

/** One path of one host; kept in step with its row. */
export interface Entry {
  id: number
  pathId: number
  metric: boolean
  latest: Version | undefined
  latestAt: number
}

/** The last sighting of a day, as it was before another was added. */
export interface Shown {
  version_id: number
  at: number
  began: number
}

const versionColumns = 'id, at, kind, meta_set, typed_set, text_id, hashed'

/** Adds sightings inside a transaction the caller holds. */
export class Timeline {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  version(id: number): Version | undefined {
    return this.#database.get<Version>(`SELECT ${versionColumns} FROM version WHERE id = ?`, id)
  }

  /** What stands for the UTC day of a time. */
  shown(entry: Entry, at: number): Shown | undefined {
    return this.#database.get<Shown>(
      `SELECT d.version_id, d.at, v.at AS began FROM day d JOIN version v ON v.id = d.version_id
       WHERE d.day = ? AND d.entry_id = ?`,
      dayOf(at),
      entry.id,
    )
  }

  /** Adds a sighting, in place of another of the same time. `shown` is what stands for its day. */
  add(entry: Entry, at: number, state: State, shown: Shown | undefined): { version: Version; isNew: boolean } {
    const placed = this.#place(entry, at, state)
    const { version } = placed
    if (shown && at < shown.at) {
      if (at !== version.at) this.#keep(version.id, at)
    } else {
      if (shown && shown.at !== at && shown.at !== shown.began) this.#keep(shown.version_id, shown.at)
      this.#database.run(
        'INSERT OR REPLACE INTO day (day, entry_id, version_id, at) VALUES (?, ?, ?, ?)',
        dayOf(at),
        entry.id,
        version.id,
        at,
      )
    }
    if (at >= entry.latestAt) {
      entry.latestAt = at
      this.#setLatest(entry, version)
    }
    return placed
  }

  /** The version that holds a state at a time: an existing one where nothing changed, else a new one. */
  #place(entry: Entry, at: number, state: State): { version: Version; isNew: boolean } {
    const inOrder = entry.latest !== undefined && entry.latest.at <= at && entry.latestAt <= at
    const before = inOrder ? entry.latest : this.#versionAtOrBefore(entry, at)
    if (before?.at === at) return this.#overwrite(entry, before, state)
    if (before && state.kind === 0 && sameState(before, state)) return { version: before, isNew: false }
    if (inOrder) return { version: this.#insert(entry, at, state), isNew: true }
    if (before && this.#split(entry, before, at)) return { version: this.#insert(entry, at, state), isNew: true }
    const after = this.#versionAfter(entry, at)
    if (!after || state.kind === 1 || !sameState(after, state))
      return { version: this.#insert(entry, at, state), isNew: true }
    // the state began earlier than it was known to
    this.#database.run('UPDATE version SET at = ? WHERE id = ?', at, after.id)
    if (!this.#isShown(entry, after.at)) this.#keep(after.id, after.at)
    if (entry.latest?.id === after.id) entry.latest.at = at
    return { version: { ...after, at }, isNew: true }
  }

  /** Ends a run before `at`: what was seen of it later becomes a version of its own. False when nothing was. */
  #split(entry: Entry, version: Version, at: number): boolean {
    this.#database.run('DELETE FROM sighting WHERE version_id = ? AND at = ?', version.id, at)
    const resumed = this.#firstSightingAfter(entry, version, at)
    if (resumed === undefined) return false
    const again = this.#insert(entry, resumed, version)
    this.#hand(entry, version, again, at)
    this.#database.run('DELETE FROM sighting WHERE version_id = ? AND at = ?', again.id, resumed)
    return true
  }

  /** Another state at the very time a version began. */
  #overwrite(entry: Entry, version: Version, state: State): { version: Version; isNew: boolean } {
    if (sameState(version, state) || lacksOnlyText(version, state)) return { version, isNew: false }
    this.#split(entry, version, version.at)
    this.#database.run(
      'UPDATE version SET kind = ?, meta_set = ?, typed_set = ?, text_id = ?, hashed = ? WHERE id = ?',
      state.kind,
      state.meta_set,
      state.typed_set,
      state.text_id,
      state.hashed,
      version.id,
    )
    Object.assign(version, state)
    if (state.kind === 1) return { version, isNew: true }
    const after = this.#versionAfter(entry, version.at)
    if (after && sameState(after, version)) this.#join(entry, version, after)
    const before = this.#versionAtOrBefore(entry, version.at - 1)
    if (!before || !sameState(before, version)) return { version, isNew: true }
    this.#join(entry, before, version)
    return { version: before, isNew: true }
  }

  /** Makes one run of two of the same state. */
  #join(entry: Entry, one: Version, next: Version): void {
    this.#hand(entry, next, one, Number.NEGATIVE_INFINITY)
    this.#database.run('DELETE FROM version WHERE id = ?', next.id)
    if (!this.#isShown(entry, next.at)) this.#keep(one.id, next.at)
  }

  /** Gives the sightings of a version after a time to another. */
  #hand(entry: Entry, from: Version, to: Version, after: number): void {
    const moved = [to.id, from.id, after]
    this.#database.run('UPDATE day SET version_id = ? WHERE version_id = ? AND at > ?', ...moved)
    this.#database.run('UPDATE sighting SET version_id = ? WHERE version_id = ? AND at > ?', ...moved)
    if (entry.latest?.id === from.id && entry.latestAt > after) this.#setLatest(entry, to)
  }

  #firstSightingAfter(entry: Entry, version: Version, at: number): number | undefined {
    const row = this.#database.get<{ at: number | null }>(
      `SELECT min(at) AS at FROM (SELECT min(at) AS at FROM day WHERE version_id = ? AND at > ?
       UNION ALL SELECT min(at) FROM sighting WHERE version_id = ? AND at > ?)`,
      version.id,
      at,
      version.id,
      at,
    )
    if (typeof row?.at === 'number') return row.at
    // its days may be pruned
    return entry.latest?.id === version.id && entry.latestAt > at ? entry.latestAt : undefined
  }

  #keep(versionId: number, at: number): void {
    this.#database.run('INSERT OR IGNORE INTO sighting (version_id, at) VALUES (?, ?)', versionId, at)
  }

  #isShown(entry: Entry, at: number): boolean {
    const test = 'SELECT 1 FROM day WHERE entry_id = ? AND day = ? AND at = ?'
    return this.#database.get(test, entry.id, dayOf(at), at) !== undefined
  }

  #setLatest(entry: Entry, version: Version): void {
    entry.latest = version
    this.#database.run('UPDATE entry SET latest = ?, latest_at = ? WHERE id = ?', version.id, entry.latestAt, entry.id)
  }

  #insert(entry: Entry, at: number, state: State): Version {
    const { kind, meta_set, typed_set, text_id, hashed } = state
    const { lastInsertRowid } = this.#database.run(
      'INSERT INTO version (entry_id, at, kind, meta_set, typed_set, text_id, hashed) VALUES (?, ?, ?, ?, ?, ?, ?)',
      entry.id,
      at,
      kind,
      meta_set,
      typed_set,
      text_id,
      hashed,
    )
    return { id: lastInsertRowid, at, kind, meta_set, typed_set, text_id, hashed }
  }

  #versionAtOrBefore(entry: Entry, at: number): Version | undefined {
    return this.#database.get<Version>(
      `SELECT ${versionColumns} FROM version WHERE entry_id = ? AND at <= ? ORDER BY at DESC LIMIT 1`,
      entry.id,
      at,
    )
  }

  #versionAfter(entry: Entry, at: number): Version | undefined {
    return this.#database.get<Version>(
      `SELECT ${versionColumns} FROM version WHERE entry_id = ? AND at > ? ORDER BY at LIMIT 1`,
      entry.id,
      at,
    )
  }
}

function sameState(one: State, other: State): boolean {
  return (
    one.kind === other.kind &&
    one.meta_set === other.meta_set &&
    one.typed_set === other.typed_set &&
    one.text_id === other.text_id &&
    one.hashed === other.hashed
  )
}

/** The same sample as the history exports it: the text kept for its day must outlive an import of it. */
function lacksOnlyText(kept: State, given: State): boolean {
  return (
    given.kind === 1 &&
    kept.kind === 1 &&
    given.text_id === null &&
    kept.meta_set === given.meta_set &&
    kept.typed_set === given.typed_set
  )
}
