// Where objects are installed: for which indices, and in which space. Names are made from both, so that two prefixes, or two
// spaces, have objects of their own in one Kibana.
import type { View } from './panel.ts'

export interface Place {
  /** Start of the names of the indices. */
  prefix: string
  /** Id of a space; absent in the default one. */
  space?: string
}

/** The id of an object. Ids are of all spaces together: in a second one Kibana would make up another, and links would not follow. */
export function idOf({ prefix, space }: Place, name: string): string {
  return space === undefined ? `${prefix}${name}` : `${prefix}${name}.${space}`
}

export function viewId(place: Place, view: View): string {
  return idOf(place, view)
}

/** `[mitra] Fleet` */
export function titleOf({ prefix }: Place, title: string): string {
  return `[${prefix.replace(/[._-]+$/, '')}] ${title}`
}
