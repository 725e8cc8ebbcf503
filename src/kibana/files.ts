// The files to import, each complete in itself: one that fails leaves the others as they are.
import type { Field } from '../snapshot/field.ts'
import { catalogueOf } from './catalogue.ts'
import { dashboardId, dashboardObject } from './dashboard-object.ts'
import { agent } from './dashboards/agent.ts'
import { configuration } from './dashboards/configuration.ts'
import { fleet } from './dashboards/fleet.ts'
import { memory } from './dashboards/memory.ts'
import { tcpHealth } from './dashboards/tcp-health.ts'
import { dataView } from './data-view.ts'
import type { Dashboard, Panel, Session, View } from './panel.ts'
import type { Place } from './place.ts'
import { ndjsonOf, type SavedObject } from './saved-object.ts'
import { sessionObject } from './session-object.ts'
import { sessions } from './sessions.ts'

export const dashboards: readonly Dashboard[] = [fleet, tcpHealth, memory, configuration, agent]

export interface KibanaFile {
  /** With its ending, which the import asks for. */
  name: string
  objects: readonly SavedObject[]
}

const allViews: readonly View[] = ['latest', 'days', 'history']

/** One file for the sessions and one for each dashboard, every one with the data views and sessions it refers to. */
export function kibanaFiles(place: Place, fields: readonly Field[]): KibanaFile[] {
  const catalogue = catalogueOf(fields)
  const used = usedFields()
  const viewObjects = (views: readonly View[]) => views.map((view) => dataView(view, place, catalogue, used))
  const discover = { name: 'discover.ndjson', objects: [...viewObjects(allViews), ...asObjects(sessions, place)] }
  const files = dashboards.map((dashboard): KibanaFile => {
    const panels = dashboard.rows.flatMap((row) => row.panels)
    const shown = sessions.filter(({ name }) => panels.some((panel) => isSession(panel, name)))
    const asked = new Set<View>(['latest', ...panels.flatMap(viewOf), ...shown.map(({ view }) => view)])
    return {
      name: `${dashboard.name}.ndjson`,
      objects: [
        ...viewObjects(allViews.filter((view) => asked.has(view))),
        ...asObjects(shown, place),
        dashboardObject(dashboard, navigationOf(dashboard, place), place, catalogue),
      ],
    }
  })
  return [discover, ...files]
}

/** All of it as one file. */
export function allLines(files: readonly KibanaFile[]): string {
  const objects = new Map(
    files.flatMap((file) => file.objects.map((object) => [`${object.type} ${object.id}`, object])),
  )
  return ndjsonOf([...objects.values()])
}

function asObjects(wanted: readonly Session[], place: Place): SavedObject[] {
  return wanted.map((session) => sessionObject(session, place))
}

function isSession(panel: Panel, name: string): boolean {
  return panel.kind === 'session' && panel.session === name
}

function viewOf(panel: Panel): View[] {
  return 'view' in panel ? [panel.view] : []
}

function navigationOf(shown: Dashboard, place: Place): string {
  const links = dashboards.map((dashboard) =>
    dashboard === shown
      ? `**${dashboard.title}**`
      : `[${dashboard.title}](#/view/${encodeURIComponent(dashboardId(place, dashboard.name))})`,
  )
  return `${links.join(' · ')}\n\n${shown.summary}`
}

/** Every field that a panel or a session names. */
function usedFields(): Set<string> {
  const names = new Set(sessions.flatMap(({ columns }) => columns))
  for (const { rows } of dashboards)
    for (const panel of rows.flatMap((row) => row.panels)) for (const name of fieldsOf(panel)) names.add(name)
  return names
}

function fieldsOf(panel: Panel): string[] {
  switch (panel.kind) {
    case 'text':
    case 'session':
      return []
    case 'number':
      return present([panel.measure.field])
    case 'bars':
      return present([panel.by.field, panel.measure.field])
    case 'time':
      return present([panel.split?.field, ...panel.measures.map(({ field }) => field)])
    case 'table':
      return present([...panel.rows.map(({ field }) => field), ...panel.measures.map(({ field }) => field)])
    default:
      return panel satisfies never
  }
}

function present(names: readonly (string | undefined)[]): string[] {
  return names.filter((name) => name !== undefined)
}
