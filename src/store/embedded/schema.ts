// The tables of the embedded store. A document is (host, path) plus references to what it shares with other documents.
//
// entry      one host + path: what `sha256(host + path)` names. `latest` is its newest version, `latest_at` when that was last seen.
// version    one distinct state of an entry from `at` on (kind 0), or one observation of a counter source (kind 1).
// day        the last version of an entry on a UTC day: the daily view. A version unchanged for a month has 30 rows here.
// sighting   when else a version was seen: documents that come late need it, to know when a state came back.
// text       each distinct text once, deflated against a dictionary (the first text seen at its path).
// field_set  each distinct set of fields once: values in the order of its shape's keys, packed like a text.
// value/posting  inverted index of field values, for sets of state documents. Counter sets change with every sample and
//            are only found through `path_shape`, then decoded: indexing them would cost more than they hold.
// words/word_index  inverted index of words. A state's text is indexed whole, with positions for phrases (complete = 1). Of a
//            counter's text only the distinct words with a letter are: all its samples share that row (complete = 0).
import type { DatabaseSync } from 'node:sqlite'
import { ActionableError } from '../../errors.ts'

/** Goes up with every change of the tables; `migrations[n]` leads from version n to n + 1. */
export const schemaVersion = 2
/** `mitr` in ASCII: tells a mitra store from any other SQLite file. */
const applicationId = 0x6d697472

const sightings = `
CREATE TABLE sighting (version_id INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (version_id, at)) WITHOUT ROWID;
CREATE TRIGGER version_gone AFTER DELETE ON version BEGIN DELETE FROM sighting WHERE version_id = OLD.id; END;
`
const migrations = ['', sightings]

const tables = `
CREATE TABLE host (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, seen INTEGER NOT NULL);
CREATE TABLE path (id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, metric INTEGER NOT NULL DEFAULT 0);
CREATE TABLE entry (id INTEGER PRIMARY KEY, host_id INTEGER NOT NULL, path_id INTEGER NOT NULL,
  latest INTEGER, latest_at INTEGER NOT NULL DEFAULT -1, UNIQUE (host_id, path_id));
CREATE INDEX entry_path ON entry (path_id);
CREATE TABLE version (id INTEGER PRIMARY KEY, entry_id INTEGER NOT NULL, at INTEGER NOT NULL, kind INTEGER NOT NULL,
  meta_set INTEGER NOT NULL, typed_set INTEGER NOT NULL, text_id INTEGER, hashed INTEGER NOT NULL);
CREATE UNIQUE INDEX version_entry ON version (entry_id, at);
CREATE INDEX version_meta ON version (meta_set);
CREATE INDEX version_typed ON version (typed_set);
CREATE INDEX version_text ON version (text_id) WHERE text_id IS NOT NULL;
CREATE TABLE day (day INTEGER NOT NULL, entry_id INTEGER NOT NULL, version_id INTEGER NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (entry_id, day)) WITHOUT ROWID;
CREATE INDEX day_version ON day (version_id);
${sightings.trim()}
CREATE TABLE dictionary (id INTEGER PRIMARY KEY, owner TEXT NOT NULL UNIQUE, data BLOB NOT NULL);
CREATE TABLE text (id INTEGER PRIMARY KEY, hash BLOB NOT NULL, kind INTEGER NOT NULL, words_id INTEGER NOT NULL,
  codec INTEGER NOT NULL, dictionary_id INTEGER, data BLOB NOT NULL, UNIQUE (hash, kind));
CREATE INDEX text_words ON text (words_id);
CREATE TABLE words (id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, complete INTEGER NOT NULL);
CREATE VIRTUAL TABLE word_index USING fts5(words, content='', contentless_delete=1, tokenize='ascii');
CREATE VIRTUAL TABLE vocabulary USING fts5vocab(word_index, row);
CREATE TABLE field (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, types INTEGER NOT NULL);
CREATE TABLE shape (id INTEGER PRIMARY KEY, keys TEXT NOT NULL UNIQUE);
CREATE TABLE shape_field (field_id INTEGER NOT NULL, shape_id INTEGER NOT NULL, PRIMARY KEY (field_id, shape_id)) WITHOUT ROWID;
CREATE TABLE path_shape (shape_id INTEGER NOT NULL, path_id INTEGER NOT NULL, PRIMARY KEY (shape_id, path_id)) WITHOUT ROWID;
CREATE TABLE field_set (id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, shape_id INTEGER NOT NULL, indexed INTEGER NOT NULL,
  codec INTEGER NOT NULL, dictionary_id INTEGER, data BLOB NOT NULL);
CREATE INDEX field_set_shape ON field_set (shape_id);
CREATE TABLE value (id INTEGER PRIMARY KEY, field_id INTEGER NOT NULL, v NOT NULL, UNIQUE (field_id, v));
CREATE TABLE posting (value_id INTEGER NOT NULL, set_id INTEGER NOT NULL, PRIMARY KEY (value_id, set_id)) WITHOUT ROWID;
`

/** Makes the tables in a new file, brings older ones up to date, or checks that they are those of a store this program can read. */
export function prepareSchema(database: DatabaseSync, path: string): void {
  const { application_id } = database.prepare('PRAGMA application_id').get() as { application_id: number }
  const { user_version } = database.prepare('PRAGMA user_version').get() as { user_version: number }
  const { objects } = database.prepare('SELECT count(*) AS objects FROM sqlite_schema').get() as { objects: number }
  if (objects === 0 && user_version === 0) {
    createSchema(database)
    return
  }
  if (application_id !== applicationId) {
    throw new ActionableError(`"${path}" is a database, but not a mitra store`, {
      next: 'name another file with --store or store.embedded.path',
    })
  }
  if (user_version > schemaVersion) {
    throw new ActionableError(
      `the store "${path}" was written by a newer mitra (layout ${user_version}, this one knows ${schemaVersion})`,
      { next: 'update mitra on this machine' },
    )
  }
  if (user_version < schemaVersion) migrate(database)
}

/** A store that cannot be written stays as it is: reading needs none of what changed. */
function migrate(database: DatabaseSync): void {
  try {
    database.exec('BEGIN IMMEDIATE')
  } catch (error) {
    if (isReadOnly(error)) return
    throw error
  }
  try {
    // another process may have done it while this one waited
    const { user_version } = database.prepare('PRAGMA user_version').get() as { user_version: number }
    for (const step of migrations.slice(user_version)) database.exec(step)
    database.exec(`PRAGMA user_version = ${schemaVersion}; COMMIT`)
  } catch (error) {
    database.exec('ROLLBACK')
    throw error
  }
}

function isReadOnly(error: unknown): boolean {
  return (((error as { errcode?: number }).errcode ?? 0) & 0xff) === 8
}

function createSchema(database: DatabaseSync): void {
  database.exec('PRAGMA auto_vacuum = INCREMENTAL')
  database.exec('PRAGMA journal_mode = WAL')
  database.exec('BEGIN IMMEDIATE')
  try {
    // another process may have made the tables while this one waited
    const { objects } = database.prepare('SELECT count(*) AS objects FROM sqlite_schema').get() as { objects: number }
    if (objects === 0) {
      database.exec(tables)
      database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${schemaVersion}`)
    }
    database.exec('COMMIT')
  } catch (error) {
    database.exec('ROLLBACK')
    throw error
  }
}
