// Which units of systemd are enabled, masked or changed on a host, from the links below /etc/systemd/system: systemctl(1) enable, mask and
// edit make nothing else. What a preset of the distribution says is there as links, too.
import { append, type ConfigValues } from './config-values.ts'

/** Something below /etc/systemd/system. */
export interface UnitEntry {
  /** Below that folder: `multi-user.target.wants/ssh.service`. */
  path: string
  /** Where a link leads; undefined for a file. */
  target?: string | undefined
}

/** What is done to a unit. */
type State = 'enabled' | 'masked' | 'alias' | 'linked' | 'own' | 'changed'

const suffix = /\.(?:service|socket|target|timer|mount|automount|path|slice|swap|device|scope)$/

/** A line for each: state, unit, and what wants it, what it is another name of, or what changes it. Sorted. */
export function systemdUnitLines(entries: readonly UnitEntry[]): string {
  const lines = entries.flatMap((entry) => {
    const line = lineOf(entry)
    return line === undefined ? [] : [`${line.filter((part) => part !== '').join(' ')}\n`]
  })
  return [...new Set(lines)].sort().join('')
}

function lineOf({ path, target }: UnitEntry): [State, ...string[]] | undefined {
  const [first = '', second] = path.split('/')
  if (/[\s\p{Cc}]/u.test(path)) return undefined
  if (second !== undefined) {
    const [, whom] = /^(.+)\.(?:wants|requires|upholds)$/.exec(first) ?? []
    if (whom !== undefined && suffix.test(second)) return ['enabled', second, whom]
    const [, changed] = /^(.+)\.d$/.exec(first) ?? []
    return changed !== undefined && second.endsWith('.conf') ? ['changed', changed, second] : undefined
  }
  if (!suffix.test(first)) return undefined
  if (target === undefined) return ['own', first]
  if (target === '/dev/null') return ['masked', first]
  const other = target.slice(target.lastIndexOf('/') + 1)
  return other === first ? ['linked', first, target] : ['alias', first, other]
}

/**
 * Of such lines: the units `enabled` (wanted by another, or under another name), `masked`, `own` (files of the host itself),
 * `linked` from elsewhere, `changed` by files of their own; `alias` as pairs; `default_target`.
 */
export function parseSystemdUnits(text: string): ConfigValues {
  const values: ConfigValues = new Map()
  for (const line of text.split('\n')) {
    const [state = '', unit, detail] = line.trimEnd().split(' ')
    if (unit === undefined || !/^(?:enabled|masked|alias|linked|own|changed)$/.test(state)) continue
    if (state !== 'alias') append(values, state, unit)
    else if (unit === 'default.target') append(values, 'default_target', detail ?? '')
    else {
      append(values, 'enabled', detail ?? '')
      append(values, 'alias', `${unit} ${detail}`)
    }
  }
  return values
}
