// Rules that a fleet has to keep, from a YAML file, held against what a rule may be.
import * as v from 'valibot'
import { ActionableError } from '../errors.ts'
import { keyOf, mistakesError, nearest, shown } from './mistake.ts'
import { isMapping, rule } from './rule.ts'
import { readSmallFile } from './small-file.ts'
import { readYaml } from './yaml.ts'

/** One rule of a file. Queries are texts here, read by who asks them. */
export interface FleetRule {
  name: string
  /** A warning is told of, and fails nothing. */
  severity: 'error' | 'warning'
  /** `all`: every host has a document that matches `query`; `none`: no host has; else every host with a document that matches this. */
  on: string
  query: string
  /** Ask only hosts with a document that matches. */
  universe?: string | undefined
  /** Why it is to be so. */
  why?: string | undefined
}

const text = rule('a text (quote it)', v.pipe(v.string(), v.regex(/\S/), v.maxLength(10_000)))
const keys = {
  name: rule('a text of one line', v.pipe(v.string(), v.regex(/^[^\p{Cc}]*\S[^\p{Cc}]*$/u), v.maxLength(200))),
  query: text,
  on: rule('all, none or a query', text.schema),
  universe: text,
  severity: rule('error or warning', v.picklist(['error', 'warning'])),
  why: text,
} as const
type Key = keyof typeof keys

const required: readonly Key[] = ['name', 'query']
const maxBytes = 1024 * 1024

/** The rules of a file, in its order. Throws ActionableError with a line for each mistake: file, line, key, rule and what was given. */
export async function loadRules(file: string): Promise<FleetRule[]> {
  const found = readSmallFile(file, maxBytes)
  if (found.status !== 'read') {
    const why = found.status === 'absent' ? 'no such file' : found.why
    throw new ActionableError(`failed to read rules "${file}": ${why}`, {
      next: 'config/rules.yml of mitra is an example',
    })
  }
  const { raw, lineOf, mistakes } = await readYaml(file, found.text)
  const report = (path: readonly string[], message: string) => mistakes.push({ line: lineOf(path), text: message })
  const rules = rulesIn(raw, report)
  if (mistakes.length > 0) throw mistakesError(file, mistakes)
  return rules
}

type Report = (path: readonly string[], message: string) => unknown

function rulesIn(raw: unknown, report: Report): FleetRule[] {
  const list = isMapping(raw) ? raw['rules'] : undefined
  if (isMapping(raw))
    for (const key of Object.keys(raw)) if (key !== 'rules') report([key], unknownKey([key], ['rules']))
  if (!Array.isArray(list) || list.length === 0) {
    report(['rules'], `rules must be a list with a name and a query each, got ${shown(list)}`)
    return []
  }
  const names = new Map<string, number>()
  return list.map((given, index) => {
    const path = ['rules', String(index)]
    const read = ruleIn(given, path, report)
    const first = names.get(read.name)
    if (first !== undefined) report([...path, 'name'], `${keyOf([...path, 'name'])} is that of rules[${first}] too`)
    else if (read.name !== undefined) names.set(read.name, index)
    return read
  })
}

function ruleIn(given: unknown, path: readonly string[], report: Report): FleetRule {
  const values: Record<string, unknown> = isMapping(given) ? given : {}
  if (!isMapping(given))
    report(path, `${keyOf(path)} must be a mapping with ${Object.keys(keys).join(', ')}, got ${shown(given)}`)
  for (const [key, value] of Object.entries(values)) {
    const here = [...path, key]
    if (!Object.hasOwn(keys, key)) report(here, unknownKey(here, Object.keys(keys)))
    else if (!v.is(keys[key as Key].schema, value))
      report(here, `${keyOf(here)} must be ${keys[key as Key].accepts}, got ${shown(value)}`)
  }
  if (isMapping(given))
    for (const key of required)
      if (values[key] === undefined)
        report(path, `${keyOf([...path, key])} is missing, it must be ${keys[key].accepts}`)
  return { severity: 'error', on: 'all', ...values } as FleetRule
}

function unknownKey(path: readonly string[], known: readonly string[]): string {
  const meant = nearest(path.at(-1) ?? '', known)
  return `unknown key ${keyOf(path)}, ${meant ? `did you mean ${meant}?` : `known here: ${known.join(', ')}`}`
}
