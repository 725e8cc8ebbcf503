// A Discover session as a saved object.
import type { Session } from './panel.ts'
import { idOf, type Place, titleOf, viewId } from './place.ts'
import { type SavedObject, savedObject } from './saved-object.ts'

const reference = 'kibanaSavedObjectMeta.searchSourceJSON.index'

export function sessionId(place: Place, name: string): string {
  return idOf(place, `search-${name}`)
}

export function sessionObject({ name, title, summary, view, query, columns }: Session, place: Place): SavedObject {
  const searchSource = { query: { language: 'lucene', query }, filter: [], indexRefName: reference }
  return savedObject(
    'search',
    sessionId(place, name),
    {
      title: titleOf(place, title),
      description: summary,
      columns,
      sort: [['@timestamp', 'desc']],
      grid: {},
      hideChart: false,
      isTextBasedQuery: false,
      kibanaSavedObjectMeta: { searchSourceJSON: JSON.stringify(searchSource) },
    },
    [{ type: 'index-pattern', id: viewId(place, view), name: reference }],
  )
}
