// A rule of the configuration as people read it, with the schema that holds it.
import * as v from 'valibot'

type Schema = v.GenericSchema<never, unknown> | v.GenericSchema<unknown, unknown>

/** A rule and the schema whose every issue says that rule. */
export function rule<const S extends Schema>(accepts: string, schema: S): { accepts: string; schema: S } {
  return { accepts, schema: v.message(schema, `must be ${accepts}`) }
}

/** A mapping and nothing that merely is an object: lists are objects to JavaScript. */
export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export const absolutePath = rule('an absolute path', v.pipe(v.string(), v.regex(/^\/[^\0]*$/), v.maxLength(4096)))
