// How a field is declared: documentation, mapping, query reading and completion are all made from these rows.

export type FieldType = 'keyword' | 'text' | 'long' | 'double' | 'boolean' | 'date' | 'ip'
export type Unit = 'bytes' | 'pages' | 'ms' | 's' | 'per_second' | 'percent' | 'count'

export interface Field {
  /** Dotted name; a trailing `.*` declares a family whose keys the host decides (`sysctl.*`). */
  name: string
  type: FieldType
  unit?: Unit
  /** Goes up only, until a reboot or another reset: what is asked of it is by how much. Of a family, those whose names match. */
  counter?: true | RegExp
  /** Another name queries may use for it (`hostname`). */
  alias?: string
  /** One sentence. */
  summary: string
}
