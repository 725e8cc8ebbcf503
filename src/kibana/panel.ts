// What a dashboard shows, as data: which documents, split by what, which figures of them. `lens-*.ts` makes panels of it.

/** The data view a panel asks, named as its alias without the prefix. */
export type View = 'latest' | 'days' | 'history'

/** One figure. */
export interface Measure {
  /**
   * `distinct`: how many values a field has. `last`: the value of the newest document, whatever its type. `rate`: how fast a counter
   * goes up, in lines split by host only. `documents` needs no field.
   */
  of: 'average' | 'max' | 'min' | 'distinct' | 'documents' | 'last' | 'rate'
  field?: string
  label: string
  /** What stands behind the number, where the declared unit of the field does not say it. */
  suffix?: string
  /** Shown as bytes, where the declared unit does not say it. */
  bytes?: true
}

/** A row or a line for each value of a field. */
export interface Breakdown {
  field: string
  label: string
  /** How many values at most. */
  most: number
  /** What a field of a family holds here. */
  type?: 'number' | 'string'
  /** Values in their own order; else those with the highest first measure come first. */
  order?: 'name'
}

interface Asked {
  title: string
  view: View
  /** In Lucene syntax, as it goes to Elasticsearch. */
  query: string
}

/** One large number. */
export interface NumberPanel extends Asked {
  kind: 'number'
  measure: Measure
}

/** Figures over time; a line, an area or a bar for each measure, or for each value of `split`. */
export interface TimePanel extends Asked {
  kind: 'time'
  shape: 'line' | 'area_stacked' | 'bar_stacked'
  split?: Breakdown
  measures: readonly Measure[]
  /** `1d` for days; else as fine as the time range allows. */
  interval?: string
}

/** A bar for each value of a field. */
export interface BarPanel extends Asked {
  kind: 'bars'
  by: Breakdown
  measure: Measure
}

export interface TablePanel extends Asked {
  kind: 'table'
  rows: readonly Breakdown[]
  measures: readonly Measure[]
  /** The lowest first; else the rows with the highest first measure come, and first. */
  ascending?: true
}

export interface TextPanel {
  kind: 'text'
  markdown: string
}

/** A Discover session, by its name. */
export interface SessionPanel {
  kind: 'session'
  session: string
}

/** A panel that Lens draws. */
export type Chart = NumberPanel | TimePanel | BarPanel | TablePanel

export type Panel = Chart | TextPanel | SessionPanel

/** Panels beside one another; 48 columns are shared equally, or as `widths` says. */
export interface Row {
  height: number
  panels: readonly Panel[]
  widths?: readonly number[]
}

export interface Dashboard {
  /** Part of its id. */
  name: string
  title: string
  /** One sentence. */
  summary: string
  /** How far back it looks when it is opened, as `now-24h`. */
  from: string
  rows: readonly Row[]
}

/** A question as Discover asks it. */
export interface Session {
  name: string
  title: string
  summary: string
  view: View
  query: string
  columns: readonly string[]
}

/** What most tables begin with. */
export function hosts(most = 1000): Breakdown {
  return { field: 'host.name', label: 'Host', most }
}

/** How many hosts have such documents. */
export const hostCount: Measure = { of: 'distinct', field: 'host.name', label: 'Hosts' }

export const lastSeen: Measure = { of: 'max', field: '@timestamp', label: 'Seen' }
