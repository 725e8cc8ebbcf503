// A strict check of saved objects, written from what Kibana's import and its panels ask for: each mistake is one line. It knows of
// each type just the attributes mitra writes, so that one which Kibana may refuse does not slip in.

type Json = Record<string, unknown>

interface Given {
  type: string
  id: string
  attributes: Json
  references: { type: string; id: string; name: string }[]
}

const topLevel = ['type', 'id', 'attributes', 'references', 'coreMigrationVersion', 'typeMigrationVersion']

/** Newer than these Kibana 8.19 may refuse; older ones run migrations that newer panels do not survive. */
const typeVersions: Record<string, string> = { 'index-pattern': '8.0.0', search: '8.0.0', dashboard: '8.9.0' }

const attributesOf: Record<string, { required: readonly string[]; optional: readonly string[] }> = {
  'index-pattern': {
    required: ['title', 'name', 'allowNoIndex', 'fieldFormatMap', 'fieldAttrs', 'runtimeFieldMap', 'sourceFilters'],
    optional: ['timeFieldName'],
  },
  search: {
    required: [
      'title',
      'description',
      'columns',
      'sort',
      'grid',
      'kibanaSavedObjectMeta',
      'hideChart',
      'isTextBasedQuery',
    ],
    optional: [],
  },
  dashboard: {
    required: [
      'title',
      'description',
      'kibanaSavedObjectMeta',
      'panelsJSON',
      'optionsJSON',
      'timeRestore',
      'timeFrom',
      'timeTo',
      'refreshInterval',
      'controlGroupInput',
    ],
    optional: [],
  },
}

/** What is wrong with the lines of one file; empty when nothing is. */
export function mistakesIn(text: string): string[] {
  const mistakes: string[] = []
  if (!text.endsWith('\n')) mistakes.push('the last line does not end')
  const objects = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Given)
  const known = new Set(objects.map(({ type, id }) => `${type} ${id}`))
  if (known.size < objects.length) mistakes.push('a type and id come twice')
  for (const object of objects)
    mistakes.push(...objectMistakes(object, known).map((each) => `${object.type} ${object.id}: ${each}`))
  return mistakes
}

function objectMistakes(object: Given, known: ReadonlySet<string>): string[] {
  const { type, attributes, references } = object
  const rules = attributesOf[type]
  if (rules === undefined) return ['a type that may not be importable']
  const say: string[] = [...keyMistakes(object as unknown as Json, topLevel, [], 'the object')]
  const { coreMigrationVersion, typeMigrationVersion } = object as unknown as Json
  if (coreMigrationVersion !== '8.8.0') say.push('coreMigrationVersion')
  if (typeMigrationVersion !== typeVersions[type]) say.push('typeMigrationVersion')
  say.push(...keyMistakes(attributes, rules.required, rules.optional, 'attributes'))
  for (const [name, value] of jsonTexts(attributes))
    if (typeof value !== 'string' || !isJson(value)) say.push(`${name} is no JSON text`)
  if (say.length > 0) return say
  for (const { type: to, id, name } of references)
    if (!known.has(`${to} ${id}`)) say.push(`reference ${name} to ${to} ${id}, which the file lacks`)
  if (new Set(references.map(({ name }) => name)).size < references.length) say.push('a reference name comes twice')
  if (type === 'search') say.push(...sessionMistakes(object))
  if (type === 'dashboard') say.push(...dashboardMistakes(object))
  if (type === 'index-pattern' && references.length > 0) say.push('a data view refers to nothing')
  return say
}

function keyMistakes(given: Json, required: readonly string[], optional: readonly string[], what: string): string[] {
  const unknown = Object.keys(given).filter((key) => !required.includes(key) && !optional.includes(key))
  const missing = required.filter((key) => given[key] === undefined)
  return [...unknown.map((key) => `${what}: ${key} is unknown`), ...missing.map((key) => `${what}: ${key} is missing`)]
}

function jsonTexts(attributes: Json): [string, unknown][] {
  const nested = ['kibanaSavedObjectMeta', 'controlGroupInput'].flatMap((name) =>
    Object.entries(attributes[name] ?? {}),
  )
  return [...Object.entries(attributes), ...nested].filter(([name]) =>
    /JSON$|Map$|^fieldAttrs$|^sourceFilters$/.test(name),
  )
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function sessionMistakes({ attributes, references }: Given): string[] {
  const source = searchSource(attributes)
  const say: string[] = []
  if (!Array.isArray(attributes['columns']) || !Array.isArray(attributes['sort']))
    say.push('columns or sort is no list')
  if (source['indexRefName'] !== references[0]?.name || references.length !== 1) say.push('its one data view')
  if (source['index'] !== undefined) say.push('an inlined data view')
  return say
}

function searchSource(attributes: Json): Json {
  return JSON.parse((attributes['kibanaSavedObjectMeta'] as { searchSourceJSON: string }).searchSourceJSON)
}

interface GivenPanel {
  type: string
  title?: string
  panelIndex: string
  panelRefName?: string
  gridData: { i: string; x: number; y: number; w: number; h: number }
  embeddableConfig: Json & { title?: string; attributes?: Json; savedVis?: Json }
}

function dashboardMistakes({ attributes, references }: Given): string[] {
  const panels = JSON.parse(String(attributes['panelsJSON'])) as GivenPanel[]
  const say = gridMistakes(panels)
  const used = new Set<string>()
  for (const panel of panels) {
    const mistakes: string[] = []
    const { type, panelIndex: id, panelRefName, embeddableConfig: config } = panel
    if (config?.['enhancements'] === undefined) mistakes.push('no embeddableConfig')
    else if (type === 'lens') {
      mistakes.push(...keyMistakes(config, ['enhancements', 'title', 'attributes'], [], 'embeddableConfig'))
      if (panel.title !== config.title) mistakes.push('two titles')
      mistakes.push(...lensMistakes(config.attributes as unknown as GivenLens))
      for (const inner of (config.attributes as unknown as GivenLens).references) {
        const outer = references.find(({ name }) => name === `${id}:${inner.name}`)
        if (outer?.id !== inner.id || outer.type !== inner.type) mistakes.push(`no twin of ${inner.name}`)
        used.add(`${id}:${inner.name}`)
      }
    } else if (type === 'search') {
      mistakes.push(...keyMistakes(config, ['enhancements'], [], 'embeddableConfig'))
      if (panelRefName !== `panel_${id}`) mistakes.push('panelRefName')
      used.add(`${id}:${panelRefName}`)
    } else if (type === 'visualization') {
      mistakes.push(...keyMistakes(config, ['enhancements', 'savedVis'], ['hidePanelTitles'], 'embeddableConfig'))
      if (config.savedVis?.['type'] !== 'markdown') mistakes.push('a legacy visualization')
    } else mistakes.push(`panels of type ${type}`)
    say.push(...mistakes.map((each) => `panel ${id} ${panel.title ?? type}: ${each}`))
  }
  say.push(...controlMistakes(attributes, used))
  for (const { name } of references) if (!used.has(name)) say.push(`reference ${name} is used by nothing`)
  for (const name of used) if (!references.some((each) => each.name === name)) say.push(`reference ${name} is missing`)
  return say
}

function controlMistakes(attributes: Json, used: Set<string>): string[] {
  const group = attributes['controlGroupInput'] as { panelsJSON: string }
  const say: string[] = []
  for (const [id, control] of Object.entries(
    JSON.parse(group.panelsJSON) as Record<string, { type: string; explicitInput: Json }>,
  )) {
    if (control.type !== 'optionsListControl' || control.explicitInput['id'] !== id) say.push(`control ${id}`)
    used.add(`controlGroup_${id}:optionsListDataView`)
  }
  return say
}

function gridMistakes(panels: readonly GivenPanel[]): string[] {
  const say: string[] = []
  const taken = new Map<string, string>()
  for (const { panelIndex, gridData } of panels) {
    const { i, x, y, w, h } = gridData
    if (i !== panelIndex) say.push(`panel ${panelIndex}: gridData.i is ${i}`)
    if (x < 0 || x + w > 48 || w <= 0 || h <= 0) say.push(`panel ${panelIndex} is outside of the grid`)
    for (let column = x; column < x + w; column++)
      for (let row = y; row < y + h; row++) {
        const other = taken.get(`${column} ${row}`)
        if (other !== undefined && !say.includes(`panels ${other} and ${panelIndex} overlap`))
          say.push(`panels ${other} and ${panelIndex} overlap`)
        taken.set(`${column} ${row}`, panelIndex)
      }
  }
  if (new Set(panels.map(({ panelIndex }) => panelIndex)).size < panels.length) say.push('a panelIndex comes twice')
  return say
}

interface GivenColumn {
  operationType: string
  label: string
  dataType: string
  isBucketed: boolean
  sourceField?: string
  references?: string[]
  timeScale?: string
  filter?: { language: string; query: string }
  params: Json & { orderBy?: { type: string; columnId?: string }; sortField?: string }
}

interface GivenLens {
  visualizationType: string
  references: { type: string; id: string; name: string }[]
  state: Json & {
    datasourceStates: {
      formBased: { layers: Record<string, { columnOrder: string[]; columns: Record<string, GivenColumn> }> }
    }
    visualization: Json & { layers?: Json[] }
  }
}

const operations: Record<string, { bucketed: boolean; params: readonly string[]; optional?: readonly string[] }> = {
  date_histogram: { bucketed: true, params: ['interval', 'includeEmptyRows', 'dropPartials'] },
  terms: {
    bucketed: true,
    params: [
      'size',
      'orderBy',
      'orderDirection',
      'otherBucket',
      'missingBucket',
      'parentFormat',
      'include',
      'exclude',
      'includeIsRegex',
      'excludeIsRegex',
    ],
  },
  count: { bucketed: false, params: ['emptyAsNull'], optional: ['format'] },
  unique_count: { bucketed: false, params: ['emptyAsNull'], optional: ['format'] },
  min: { bucketed: false, params: ['emptyAsNull'], optional: ['format'] },
  max: { bucketed: false, params: ['emptyAsNull'], optional: ['format'] },
  average: { bucketed: false, params: ['emptyAsNull'], optional: ['format'] },
  last_value: { bucketed: false, params: ['sortField', 'showArrayValues'] },
  counter_rate: { bucketed: false, params: ['format'] },
}

const stateKeys = ['query', 'filters', 'internalReferences', 'adHocDataViews', 'datasourceStates', 'visualization']

function lensMistakes(lens: GivenLens): string[] {
  const say = [
    ...keyMistakes(
      lens as unknown as Json,
      ['title', 'description', 'visualizationType', 'type', 'references', 'state'],
      [],
      'attributes',
    ),
    ...keyMistakes(lens.state, stateKeys, [], 'state'),
  ]
  if (say.length > 0) return say
  const { layers } = lens.state.datasourceStates.formBased
  const { visualization } = lens.state
  const drawn =
    lens.visualizationType === 'lnsXY' ? (visualization.layers ?? []) : [visualization as Json & { layerId: string }]
  const ids = Object.keys(layers)
  if (String(drawn.map((layer) => layer['layerId'])) !== String(ids)) say.push('layers drawn are not those asked')
  if (
    String(lens.references.map(({ name }) => name)) !== String(ids.map((id) => `indexpattern-datasource-layer-${id}`))
  )
    say.push('references are not those of the layers')
  for (const [index, id] of ids.entries()) {
    const { columns, columnOrder } = layers[id]!
    say.push(...layerMistakes(columns, columnOrder))
    for (const accessor of accessorsOf(lens.visualizationType, drawn[index]!))
      if (columns[accessor] === undefined) say.push(`${accessor} is drawn and no column`)
  }
  return say
}

function layerMistakes(columns: Record<string, GivenColumn>, order: readonly string[]): string[] {
  const say: string[] = []
  if (String(order.toSorted()) !== String(Object.keys(columns).toSorted())) say.push('columnOrder is not all columns')
  const bucketed = order.map((id) => columns[id]?.isBucketed)
  if (bucketed.lastIndexOf(true) > bucketed.indexOf(false) && bucketed.includes(false))
    say.push('a bucket comes after a metric')
  for (const [id, column] of Object.entries(columns)) {
    const { operationType, params, references = [], sourceField } = column
    const rules = operations[operationType]
    if (rules === undefined) {
      say.push(`${id}: operation ${operationType}`)
      continue
    }
    say.push(...keyMistakes(params, rules.params, rules.optional ?? [], `${id}: params`))
    if (column.isBucketed !== rules.bucketed) say.push(`${id}: isBucketed`)
    if ((sourceField === undefined) !== (operationType === 'counter_rate')) say.push(`${id}: sourceField`)
    const { orderBy } = params
    if (orderBy?.type === 'column' && columns[orderBy.columnId ?? '']?.isBucketed !== false)
      say.push(`${id}: ordered by no metric`)
    // Elasticsearch ranks by neither
    if (['counter_rate', 'last_value'].includes(columns[orderBy?.columnId ?? '']?.operationType ?? ''))
      say.push(`${id}: ordered by what cannot be ranked`)
    if (operationType === 'last_value' && column.filter?.query !== `"${sourceField}": *`) say.push(`${id}: filter`)
    if (operationType !== 'counter_rate') continue
    const [counter = ''] = references
    if (columns[counter]?.operationType !== 'max' || column.timeScale !== 's') say.push(`${id}: no maximum to rate`)
    if (order.indexOf(counter) > order.indexOf(id)) say.push(`${id}: before its counter`)
    const others = Object.values(columns)
    const isByHost = others.some((each) => each.operationType === 'terms' && each.sourceField === 'host.name')
    if (!isByHost || !others.some((each) => each.operationType === 'date_histogram'))
      say.push(`${id}: a rate needs time, and a host of its own`)
  }
  return say
}

function accessorsOf(visualizationType: string, drawn: Json): string[] {
  switch (visualizationType) {
    case 'lnsXY':
      return [drawn['xAccessor'], drawn['splitAccessor'], ...(drawn['accessors'] as string[])].filter(
        (each): each is string => each !== undefined,
      )
    case 'lnsDatatable':
      return (drawn['columns'] as { columnId: string }[])
        .map(({ columnId }) => columnId)
        .concat((drawn['sorting'] as { columnId: string }).columnId)
    case 'lnsMetric':
      return [String(drawn['metricAccessor'])]
    default:
      return [`a visualization of type ${visualizationType}`]
  }
}
