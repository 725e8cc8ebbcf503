// Who differs: from most others, or from the own configuration.
import { type Compared, drift as driftOf, ranking } from '../../history/drift.ts'
import { type Deviation, effectiveDrift } from '../../history/effective.ts'
import type { Rarity } from '../../history/rarity.ts'
import type { Split } from '../../store/store.ts'
import { type DriftQuestion, driftQuestion, kinds } from '../drift-question.ts'
import { html, type Markup } from '../markup.ts'
import { picked } from '../moment.ts'
import { type Ask, definePage, param } from '../page.ts'
import { select, whenPicker } from '../parts.ts'
import { driftView } from './drift-view.ts'

export interface DriftModel extends Compared {
  command: string[]
  /** One field or file: what each value is held by. */
  splits?: Split[]
  /** Everything of a kind: values outside of a majority, the most suspicious first. */
  rarities?: Rarity[]
  /** How many things were compared, on how many all agree, and how many are each host's own. */
  counts?: { compared: number; agreed: number; own: number }
  /** Settings that are not in effect as configured. */
  deviations?: Deviation[]
}

const rowsShown = 200
const namesKept = 50

export const drift = definePage<DriftModel>({
  path: '/drift',
  section: 'drift',
  async load(ask) {
    const question = driftQuestion(ask)
    const { command, request } = question
    if (question.kind === 'effective' && question.what === '') {
      const { deviations, coverage } = await effectiveDrift(ask.store, request)
      return { command, deviations, coverage, alone: [], ungrouped: [] }
    }
    // a link to what most have needs one of them
    if (!question.isRanking)
      return { command, ...(await driftOf(ask.store, { ...request, names: namesKept, namesOfMost: true })) }
    const { compared, agreed, own, ...answer } = await ranking(ask.store, {
      ...request,
      names: namesKept,
      rows: rowsShown,
    })
    const rarities = answer.rarities.slice(0, rowsShown).map(withoutNamesOfMost)
    return { command, counts: { compared, agreed, own }, ...answer, rarities }
  },
  form,
  render(model, ask) {
    const question = driftQuestion(ask)
    const title = question.what === '' ? 'Drift' : `Drift of ${question.what}`
    return { title, main: html`<h1>Drift</h1>${form(ask)}${driftView(model, question)}` }
  },
  rows: (model) => [
    ...(model.deviations ?? []).map((deviation) => ({ ...deviation })),
    ...(model.rarities ?? []).map(({ item, group, value, hosts, of, score, names }) => ({
      item,
      group,
      value,
      hosts,
      of,
      score,
      names,
    })),
    ...(model.splits ?? []).flatMap(({ item, group, holdings }) =>
      holdings.map(({ value, hosts, names }) => ({ item, group, value, hosts, names })),
    ),
  ],
})

/** Not every store tells them. */
function withoutNamesOfMost({ majority, ...rarity }: Rarity): Rarity {
  return { ...rarity, majority: majority && { value: majority.value, hosts: majority.hosts } }
}

function form(ask: Ask): Markup {
  const { kind, what }: Pick<DriftQuestion, 'kind' | 'what'> = {
    kind: kinds.find(({ value }) => value === param(ask, 'of'))?.value ?? 'sysctls',
    what: param(ask, 'what') ?? '',
  }
  const groups = [
    { value: '', name: 'all hosts' },
    { value: 'peers', name: 'hosts of the same kernel and system' },
    { value: 'labels.role', name: 'hosts of the same role' },
  ]
  const group = param(ask, 'group') ?? ''
  const choices = groups.some(({ value }) => value === group)
    ? groups
    : [...groups, { value: group, name: `hosts of the same ${group}` }]
  return html`<form class="ask" action="/drift">
<label>compare ${select('of', 'What is compared', kinds, kind)}</label>
<label class="grow">or one field or file <input type="search" name="what" value="${what}" placeholder="sysctl.vm.swappiness, /etc/resolv.conf" data-complete="field" data-focus autocomplete="off" spellcheck="false" autocapitalize="off"></label>
<label>among ${select('group', 'Compared with', choices, group)}</label>
<label class="grow">of the hosts with <input type="search" name="universe" value="${param(ask, 'universe')}" placeholder="labels.role:web" data-complete autocomplete="off" spellcheck="false" autocapitalize="off"></label>
${whenPicker(picked(ask), { history: false })}
<button>Compare</button>
</form>`
}
