// A saved object of Kibana as one line of a file that its import takes. Both versions are old on purpose: Kibana migrates what is
// older than itself, refuses what is newer, and without a version replays migrations of years that newer panels do not survive.

export type ObjectType = 'index-pattern' | 'search' | 'dashboard'

export interface Reference {
  type: ObjectType
  id: string
  name: string
}

export interface SavedObject {
  type: ObjectType
  id: string
  attributes: Readonly<Record<string, unknown>> & { title: string }
  references: readonly Reference[]
  coreMigrationVersion: string
  typeMigrationVersion: string
}

const coreVersion = '8.8.0'

/** The oldest version of each type that skips the migrations which would harm it. */
const typeVersions: Readonly<Record<ObjectType, string>> = {
  'index-pattern': '8.0.0',
  search: '8.0.0',
  dashboard: '8.9.0',
}

export function savedObject(
  type: ObjectType,
  id: string,
  attributes: SavedObject['attributes'],
  references: readonly Reference[] = [],
): SavedObject {
  return {
    type,
    id,
    attributes,
    references,
    coreMigrationVersion: coreVersion,
    typeMigrationVersion: typeVersions[type],
  }
}

/** The lines of a file to import. */
export function ndjsonOf(objects: readonly SavedObject[]): string {
  return objects.map((object) => `${JSON.stringify(object)}\n`).join('')
}
