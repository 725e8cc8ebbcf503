// What the page of drift is asked: one field or file, everything of a kind, or the configuration against what is in effect.
import type { DriftRequest, Subject } from '../history/drift.ts'
import { peerFields } from '../history/groups.ts'
import { fieldMeaning } from '../query/field-meaning.ts'
import { readQuestion } from './ask-question.ts'
import { silentBefore, whenOf } from './moment.ts'
import { type Ask, param } from './page.ts'

export type Kind = 'sysctls' | 'packages' | 'files' | 'effective'

export const kinds: readonly { value: Kind; name: string }[] = [
  { value: 'sysctls', name: 'kernel settings' },
  { value: 'packages', name: 'packages' },
  { value: 'files', name: 'files' },
  { value: 'effective', name: 'configured against in effect' },
]

export interface DriftQuestion {
  kind: Kind
  /** The field or the path that is named. */
  what: string
  subject: Subject
  /** Whether values of many things are ranked. */
  isRanking: boolean
  request: DriftRequest
  command: string[]
}

export function driftQuestion(ask: Ask): DriftQuestion {
  const what = param(ask, 'what') ?? ''
  const group = param(ask, 'group')
  const universe = param(ask, 'universe')
  const kind = kinds.find(({ value }) => value === param(ask, 'of'))?.value ?? 'sysctls'
  const subject = what === '' ? everythingOf(kind) : named(what, ask)
  const when = whenOf(ask)
  const groupBy = group === undefined ? [] : group === 'peers' ? peerFields : [fieldMeaning(group, ask.catalogue).name]
  const isEffective = what === '' && kind === 'effective'
  return {
    kind,
    what,
    subject,
    isRanking: what === '' || (subject.kind === 'field' && subject.field.endsWith('.*')),
    request: {
      subject,
      condition: { kind: 'all' },
      ...(universe !== undefined && { universe: readQuestion(universe, ask).condition }),
      view: when.view,
      groupBy,
      silentBefore: silentBefore(when.view, ask),
    },
    command: [
      'drift',
      ...(what !== '' ? [what] : isEffective ? ['--effective'] : ['--of', kind]),
      ...(group === undefined || isEffective ? [] : group === 'peers' ? ['--peers'] : ['--group-by', group]),
      ...(universe === undefined ? [] : ['--universe', universe]),
      ...when.options,
    ],
  }
}

/** A path begins with a slash, or is one of the sources without: those have no dot. */
function named(what: string, ask: Ask): Subject {
  if (what.startsWith('/') || !/[.:]/.test(what)) return { kind: 'file', path: what }
  return { kind: 'field', field: what.endsWith('.*') ? what : fieldMeaning(what, ask.catalogue).name }
}

function everythingOf(kind: Kind): Subject {
  if (kind === 'packages' || kind === 'files') return { kind }
  return { kind: 'field', field: 'sysctl.*' }
}
