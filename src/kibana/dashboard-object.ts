// A dashboard as a saved object: panels within it by value, placed on a grid of 48 columns, every data view by a reference.
import type { FieldCatalogue } from './catalogue.ts'
import { layerReference, lensAttributes } from './lens-panel.ts'
import type { Dashboard, Panel } from './panel.ts'
import { idOf, type Place, titleOf, viewId } from './place.ts'
import { type Reference, type SavedObject, savedObject } from './saved-object.ts'
import { sessionId } from './session-object.ts'

const gridWidth = 48
const hostControl = 'control-host'

export function dashboardId(place: Place, name: string): string {
  return idOf(place, name)
}

/** `navigation`: Markdown above the panels. */
export function dashboardObject(
  dashboard: Dashboard,
  navigation: string,
  place: Place,
  catalogue: FieldCatalogue,
): SavedObject {
  const { name, title, summary, from, rows } = dashboard
  const all = [{ height: 4, panels: [{ kind: 'text', markdown: navigation } as const] }, ...rows]
  const panels: object[] = []
  const references: Reference[] = []
  let y = 0
  for (const { height, panels: beside, widths } of all as Dashboard['rows']) {
    let x = 0
    for (const [index, panel] of beside.entries()) {
      const w = widths?.[index] ?? Math.floor(gridWidth / beside.length)
      const id = `p${panels.length}`
      const built = panelObject(panel, id, place, catalogue)
      panels.push({ ...built.panel, panelIndex: id, gridData: { i: id, x, y, w, h: height } })
      references.push(...built.references)
      x += w
    }
    y += height
  }
  references.push({
    type: 'index-pattern',
    id: viewId(place, 'latest'),
    name: `controlGroup_${hostControl}:optionsListDataView`,
  })
  return savedObject(
    'dashboard',
    dashboardId(place, name),
    {
      title: titleOf(place, title),
      description: summary,
      timeRestore: true,
      timeFrom: from,
      timeTo: 'now',
      refreshInterval: { pause: true, value: 60_000 },
      optionsJSON: JSON.stringify({
        useMargins: true,
        syncColors: false,
        syncCursor: true,
        syncTooltips: false,
        hidePanelTitles: false,
      }),
      kibanaSavedObjectMeta: {
        searchSourceJSON: JSON.stringify({ query: { language: 'kuery', query: '' }, filter: [] }),
      },
      panelsJSON: JSON.stringify(panels),
      controlGroupInput: hostControlGroup,
    },
    references,
  )
}

interface Built {
  panel: object
  references: Reference[]
}

function panelObject(panel: Panel, id: string, place: Place, catalogue: FieldCatalogue): Built {
  if (panel.kind === 'text') return { panel: textPanel(panel.markdown), references: [] }
  if (panel.kind === 'session')
    return {
      panel: { type: 'search', panelRefName: `panel_${id}`, embeddableConfig: { enhancements: {} } },
      references: [{ type: 'search', id: sessionId(place, panel.session), name: `${id}:panel_${id}` }],
    }
  const { title, view } = panel
  const dataViewId = viewId(place, view)
  const attributes = lensAttributes(panel, dataViewId, catalogue)
  return {
    // the title moved into the configuration with 8.19
    panel: { type: 'lens', title, embeddableConfig: { enhancements: {}, title, attributes } },
    references: [{ type: 'index-pattern', id: dataViewId, name: `${id}:${layerReference}` }],
  }
}

function textPanel(markdown: string): object {
  return {
    type: 'visualization',
    embeddableConfig: {
      enhancements: {},
      hidePanelTitles: true,
      savedVis: {
        id: '',
        type: 'markdown',
        title: '',
        description: '',
        params: { markdown, fontSize: 12, openLinksInNewTab: false },
        uiState: {},
        data: { aggs: [], searchSource: { query: { language: 'kuery', query: '' }, filter: [] } },
      },
    },
  }
}

const hostControlGroup = {
  chainingSystem: 'HIERARCHICAL',
  controlStyle: 'oneLine',
  ignoreParentSettingsJSON: JSON.stringify({
    ignoreFilters: false,
    ignoreQuery: false,
    ignoreTimerange: false,
    ignoreValidations: false,
  }),
  panelsJSON: JSON.stringify({
    [hostControl]: {
      order: 0,
      width: 'medium',
      grow: true,
      type: 'optionsListControl',
      explicitInput: {
        id: hostControl,
        fieldName: 'host.name',
        title: 'Host',
        selectedOptions: [],
        searchTechnique: 'prefix',
        sort: { by: '_key', direction: 'asc' },
        enhancements: {},
      },
    },
  }),
}
