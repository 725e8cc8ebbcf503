// JSON, YAML and TOML as settings. What reads YAML and TOML is loaded when a file of theirs is configured.
import type { ConfigValues } from './config-values.ts'
import { nestedValues } from './nested-values.ts'

export type Structure = 'json' | 'yaml' | 'toml'
/** Throws an error that says what is wrong with the text, and where. */
export type ParseStructure = (text: string) => ConfigValues

/** The parser of a structure. Several documents of one YAML file are taken together. */
export async function structureParser(structure: Structure): Promise<ParseStructure> {
  switch (structure) {
    case 'json':
      return (text) => nestedValues(JSON.parse(text.startsWith('\ufeff') ? text.slice(1) : text, withoutRounding))
    case 'yaml': {
      const yaml = await import('js-yaml')
      return (text) => {
        const events = yaml.parseEvents(text, { maxDepth: 40 })
        return nestedValues(yaml.constructFromEvents(events, { source: text, maxAliases: 100, json: true }))
      }
    }
    case 'toml': {
      const { parse } = await import('smol-toml')
      return (text) => nestedValues(parse(text, { maxDepth: 40, integersAsBigInt: 'asNeeded' }))
    }
    default:
      return structure satisfies never
  }
}

/** A whole number that would lose digits stays as it is written. */
function withoutRounding(_: string, value: unknown, context?: { source?: string }): unknown {
  const isRounded = Number.isInteger(value) && !Number.isSafeInteger(value)
  return isRounded ? (context?.source ?? value) : value
}
