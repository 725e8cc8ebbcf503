// A chart as Lens keeps it within a dashboard: one layer of columns, and how they are drawn.
import type { FieldCatalogue } from './catalogue.ts'
import { type Column, type Columns, counterOf, measureColumns, termsColumn, timeColumn } from './lens-column.ts'
import type { BarPanel, Breakdown, Chart, Measure, NumberPanel, TablePanel, TimePanel } from './panel.ts'
import type { Reference } from './saved-object.ts'

const layer = 'layer'

/** Name of the reference to the data view, within the panel. */
export const layerReference = `indexpattern-datasource-layer-${layer}`

interface Drawing {
  columns: Columns
  visualizationType: 'lnsXY' | 'lnsDatatable' | 'lnsMetric'
  visualization: object
}

/** Attributes of a Lens panel that asks the data view of this id. */
export function lensAttributes(chart: Chart, dataViewId: string, catalogue: FieldCatalogue): object {
  const { columns, visualizationType, visualization } = drawing(chart, catalogue)
  const references: Reference[] = [{ type: 'index-pattern', id: dataViewId, name: layerReference }]
  return {
    title: chart.title,
    description: '',
    visualizationType,
    type: 'lens',
    references,
    state: {
      query: { language: 'lucene', query: chart.query },
      filters: [],
      internalReferences: [],
      adHocDataViews: {},
      datasourceStates: {
        formBased: {
          layers: { [layer]: { columnOrder: Object.keys(columns), columns, incompleteColumns: {}, sampling: 1 } },
        },
        textBased: { layers: {} },
      },
      visualization,
    },
  }
}

function drawing(chart: Chart, catalogue: FieldCatalogue): Drawing {
  switch (chart.kind) {
    case 'number':
      return numberDrawing(chart, catalogue)
    case 'time':
      return timeDrawing(chart, catalogue)
    case 'bars':
      return barDrawing(chart, catalogue)
    case 'table':
      return tableDrawing(chart, catalogue)
    default:
      return chart satisfies never
  }
}

function numberDrawing({ measure }: NumberPanel, catalogue: FieldCatalogue): Drawing {
  return {
    columns: measureColumns('value', measure, catalogue),
    visualizationType: 'lnsMetric',
    visualization: { layerId: layer, layerType: 'data', metricAccessor: 'value', showBar: false },
  }
}

function timeDrawing({ split, measures, shape, interval }: TimePanel, catalogue: FieldCatalogue): Drawing {
  const { columns, shown } = measured(measures, catalogue)
  return {
    columns: {
      // before the time, so that the same few are drawn over the whole of it
      ...(split && { split: termsColumn(split, catalogue, highest(measures[0], shown[0])) }),
      time: timeColumn(interval),
      ...columns,
    },
    visualizationType: 'lnsXY',
    visualization: xy(shape, {
      xAccessor: 'time',
      ...(split && { splitAccessor: 'split' }),
      accessors: shown,
    }),
  }
}

function barDrawing({ by, measure }: BarPanel, catalogue: FieldCatalogue): Drawing {
  const { columns, shown } = measured([measure], catalogue)
  return {
    columns: { by: termsColumn(by, catalogue, highest(measure, shown[0])), ...columns },
    visualizationType: 'lnsXY',
    visualization: xy('bar_horizontal', { xAccessor: 'by', accessors: shown }),
  }
}

function tableDrawing({ rows, measures, ascending }: TablePanel, catalogue: FieldCatalogue): Drawing {
  const { columns, shown } = measured(measures, catalogue)
  const sorted = shown[0] ?? 'm0'
  const direction = ascending ? 'asc' : 'desc'
  const rowColumns = rows.map((row: Breakdown, index): [string, Column] => [
    `row${index}`,
    termsColumn(row, catalogue, { column: sorted, direction }),
  ])
  const ids = [...rowColumns.map(([id]) => id), ...shown]
  return {
    columns: { ...Object.fromEntries(rowColumns), ...columns },
    visualizationType: 'lnsDatatable',
    visualization: {
      layerId: layer,
      layerType: 'data',
      columns: ids.map((columnId) => ({ columnId })),
      sorting: { columnId: sorted, direction },
      paging: { enabled: true, size: 20 },
    },
  }
}

function measured(measures: readonly Measure[], catalogue: FieldCatalogue): { columns: Columns; shown: string[] } {
  const shown = measures.map((_measure, index) => `m${index}`)
  const all = measures.map((measure, index) => measureColumns(`m${index}`, measure, catalogue))
  return { columns: Object.assign({}, ...all), shown }
}

/** Values are ranked by the first measure; Elasticsearch knows no rate, but its counter. */
function highest(measure: Measure | undefined, column = 'm0'): { column: string; direction: 'desc' } {
  return { column: measure?.of === 'rate' ? counterOf(column) : column, direction: 'desc' }
}

function xy(seriesType: string, dimensions: object): object {
  const all = { x: true, yLeft: true, yRight: true }
  return {
    preferredSeriesType: seriesType,
    fittingFunction: 'Linear',
    valueLabels: 'hide',
    legend: { isVisible: true, position: 'right', showSingleSeries: false },
    axisTitlesVisibilitySettings: { x: false, yLeft: false, yRight: false },
    tickLabelsVisibilitySettings: all,
    labelsOrientation: { x: 0, yLeft: 0, yRight: 0 },
    gridlinesVisibilitySettings: all,
    yLeftExtent: { mode: 'full' },
    layers: [{ layerId: layer, layerType: 'data', seriesType, ...dimensions }],
  }
}
