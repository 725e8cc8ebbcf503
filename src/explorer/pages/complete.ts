// What may come next in a query: names of fields, and values of the field it is at.
import { fieldMeaning } from '../../query/field-meaning.ts'
import type { Scalar } from '../../snapshot/document.ts'
import type { Store } from '../../store/store.ts'
import { counted, duration } from '../../terminal/units.ts'
import { termFor } from '../ask-question.ts'
import { countsOf, isCounted } from '../facets.ts'
import { html } from '../markup.ts'
import { type Ask, definePage, param } from '../page.ts'
import { storedFields } from '../stored-fields.ts'

interface Suggestion {
  /** Takes the place of what was typed from `from` on. */
  text: string
  /** What it is, one sentence or a number of hosts. */
  note: string
}

interface Model {
  /** Offset in the query, in UTF-16 units. */
  from: number
  suggestions: Suggestion[]
}

const most = 12

/** `q`: the query up to where the cursor is; with `of=host`, the name of a host. JSON alone has a use for it. */
export const complete = definePage<Model>({
  path: '/complete',
  async load(ask) {
    const typed = ask.params.get('q') ?? ''
    if (param(ask, 'of') === 'host') return { from: 0, suggestions: await hostSuggestions(typed, ask) }
    const [word = ''] = /[^\s()!]*$/.exec(typed) ?? []
    const text = word.replace(/^[+-]/, '')
    const from = typed.length - text.length
    if (text === '' || text.includes('"')) return { from, suggestions: [] }
    const [, field, value] = /^([\w@.*-]+):(.*)$/s.exec(text) ?? []
    const suggestions =
      field === undefined ? await fieldSuggestions(text, ask) : await valueSuggestions(field, value ?? '', ask)
    return { from, suggestions }
  },
  render: () => ({ title: 'Completion', main: html`<p>This is for programs: ask <code>/complete.json?q=</code></p>` }),
})

async function hostSuggestions(typed: string, ask: Ask): Promise<Suggestion[]> {
  const wanted = typed.trim().toLowerCase()
  const { hosts } = await ask.store.hosts({ all: [], without: [], view: { kind: 'latest' }, silentBefore: 0 })
  const found = hosts.filter(({ name }) => name.toLowerCase().includes(wanted))
  return found.slice(0, most).map(({ name, seen }) => ({ text: name, note: `seen ${duration(ask.now() - seen)} ago` }))
}

async function fieldSuggestions(typed: string, ask: Ask): Promise<Suggestion[]> {
  const stored = (await storedFields(ask.store)).map(({ name }) => name)
  const summaries = new Map(
    ask.fields.flatMap(({ name, alias, summary }) => [
      [name, summary],
      [alias ?? name, summary],
    ]),
  )
  const declared = [...summaries.keys()].filter((name) => !name.endsWith('*'))
  const wanted = typed.toLowerCase()
  const rank = (name: string): number => {
    const found = name.toLowerCase().indexOf(wanted)
    if (found === -1) return -1
    const isStart = found === 0 || name[found - 1] === '.'
    return (found === 0 ? 0 : isStart ? 1 : 2) + name.length / 1000
  }
  return [...new Set([...declared, ...stored])]
    .map((name) => ({ name, rank: rank(name) }))
    .filter((each) => each.rank >= 0)
    .sort((one, other) => one.rank - other.rank || (one.name < other.name ? -1 : 1))
    .slice(0, most)
    .map(({ name }) => ({ text: `${name}:`, note: summaries.get(name) ?? '' }))
}

async function valueSuggestions(field: string, typed: string, ask: Ask): Promise<Suggestion[]> {
  const { name } = fieldMeaning(field, ask.catalogue)
  if (name.includes('*') || name === 'content') return []
  const wanted = typed.toLowerCase()
  const values = (await valuesOf(ask.store, name)).filter(({ value }) => String(value).toLowerCase().includes(wanted))
  return values.slice(0, most).map(({ value, note }) => ({ text: `${field}${termFor('', value)}`, note }))
}

interface Known {
  value: Scalar
  note: string
}

const keptMs = 30_000
const mostKept = 2000
const kept = new WeakMap<Store, Map<string, { values: Promise<Known[]>; until: number }>>()

/** The values most hosts have, asked once in a while: somebody who types asks with each letter. */
function valuesOf(store: Store, field: string): Promise<Known[]> {
  const ofStore = kept.get(store) ?? new Map()
  kept.set(store, ofStore)
  const known = ofStore.get(field)
  if (known && known.until > performance.now()) return known.values
  const values = isCounted(field) ? countedValues(store, field) : storedValues(store, field)
  ofStore.set(field, { values, until: performance.now() + keptMs })
  values.catch(() => ofStore.delete(field))
  return values
}

async function countedValues(store: Store, field: string): Promise<Known[]> {
  const { counts } = await countsOf(store, { condition: { kind: 'exists', field }, view: { kind: 'latest' } })
  const most = [...(counts.get(field) ?? [])].sort(([, one], [, other]) => other - one)
  return most.slice(0, mostKept).map(([value, documents]) => ({ value, note: counted(documents, 'document') }))
}

async function storedValues(store: Store, field: string): Promise<Known[]> {
  const answer = await store.values(field, { condition: { kind: 'exists', field }, view: { kind: 'latest' } })
  return answer.values.slice(0, mostKept).map(({ value, hosts }) => ({ value, note: counted(hosts, 'host') }))
}
