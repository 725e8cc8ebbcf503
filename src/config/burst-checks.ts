// What has to be right about the rules of bursts beyond the type of each value.
import { keyOf, nearest, type Path, shown } from './mistake.ts'
import { isMapping } from './rule.ts'
import type { Values } from './settings.ts'

type Report = (path: Path, text: string) => void

/** Sources that are there, and a name that no other rule has. */
export function checkBurstRules(values: Pick<Values, 'burst'>, sources: readonly string[], report: Report): void {
  const names = new Map<string, number>()
  for (const { index, path, rule } of rulesOf(values)) {
    const listed = Array.isArray(rule['sources']) ? rule['sources'] : []
    for (const [place, name] of listed.entries())
      if (typeof name === 'string' && !sources.includes(name)) {
        const here = [...path, 'sources', String(place)]
        const meant = nearest(name, sources)
        const advice = meant === undefined ? '' : `, did you mean ${meant}?`
        report(here, `${keyOf(here)} is no source, got ${shown(name)}${advice}`)
      }
    const name = rule['name']
    if (typeof name !== 'string') continue
    const first = names.get(name)
    if (first === undefined) names.set(name, index)
    else report([...path, 'name'], `${keyOf([...path, 'name'])} is that of burst.rules[${first}] too`)
  }
}

/** Conditions that can be read and ask for what there is; `mistakeOf` says what is wrong, to stand behind the key. */
export async function checkConditions(
  values: Pick<Values, 'burst'>,
  mistakeOf: (condition: string) => Promise<string | undefined>,
  report: Report,
): Promise<void> {
  for (const { path, rule } of rulesOf(values)) {
    const when = rule['when']
    // without a text it broke its rule already
    const wrong = typeof when === 'string' && when.trim() !== '' ? await mistakeOf(when) : undefined
    if (wrong !== undefined) report([...path, 'when'], `${keyOf([...path, 'when'])} ${wrong}`)
  }
}

/** Values that broke a rule are still there: whatever is no mapping is left out. */
function rulesOf({ burst }: Pick<Values, 'burst'>) {
  const rules: readonly unknown[] = Array.isArray(burst.rules) ? burst.rules : []
  return rules.flatMap((rule, index) =>
    isMapping(rule) ? [{ index, path: ['burst', 'rules', String(index)], rule }] : [],
  )
}
