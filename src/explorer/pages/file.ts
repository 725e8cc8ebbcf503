// One source of a host: what it says, its versions and what each changed, and who says the same.
import { standingOf } from '../../history/change.ts'
import { summaryOf } from '../../history/change-summary.ts'
import { hasValue } from '../../history/conditions.ts'
import { type Version, versionsOf } from '../../history/versions.ts'
import { type Document, timeOf } from '../../snapshot/document.ts'
import type { Store } from '../../store/store.ts'
import { hostAddress } from '../addresses.ts'
import { type Difference, type DifferenceForm, differenceOf } from '../difference.ts'
import { limits, taken } from '../limits.ts'
import { html } from '../markup.ts'
import { time } from '../moment.ts'
import { type Ask, definePage, NotKnown, param } from '../page.ts'
import { fileView } from './file-view.ts'

/** One of its versions. */
export interface ListedVersion {
  at: string
  summary: string
  /** Whether there is a version before it to compare with. */
  has_before: boolean
}

export interface FileModel {
  host: string
  path: string
  command: string[]
  document: Document
  content_cut: boolean
  versions: ListedVersion[]
  versions_cut: boolean
  /** From the version before to the one shown. */
  difference?: Difference
  /** Of a file's exact content, and of its path with another one. */
  same: string[]
  others: string[]
}

const mostVersions = 200

/** `path`, `at`; `show=changes` for what the version changed, in the `form` unified, side or keys. */
export const file = definePage<FileModel>({
  path: '/file/:name',
  section: 'hosts',
  async load(ask) {
    const { store, name: host } = ask
    const path = param(ask, 'path')
    if (path === undefined) throw new NotKnown('which path is not said')
    const at = param(ask, 'at')
    const moment = at === undefined ? undefined : time(at, 'at', ask, { roundUp: true })
    const document = await store.get(host, path, moment)
    if (!document)
      throw new NotKnown(`nothing is known of "${path}" on ${host}${moment === undefined ? '' : ` at ${at}`}`, {
        next: 'the page of the host lists what it holds',
      })
    const found = await taken(versionsOf(store, { host, path }), { rows: mostVersions })
    const shown = found.rows.find((version) => timeOf(version.document) <= timeOf(document))
    const isDifference = param(ask, 'show') === 'changes' && shown?.before !== undefined
    const { content } = document
    const isCut = content !== undefined && content.length > limits.characters
    return {
      host,
      path,
      command: isDifference
        ? ['diff', host, path, '--from', shown.before?.['@timestamp'] ?? '', '--to', document['@timestamp']]
        : ['show', host, path, ...(at === undefined ? [] : ['--at', at])],
      document: isCut ? { ...document, content: content.slice(0, limits.characters) } : document,
      content_cut: isCut,
      versions: found.rows.map(listed),
      versions_cut: found.cut !== undefined,
      ...(isDifference && shown.before && { difference: differenceOf(shown.before, shown.document, formOf(ask)) }),
      ...(await alike(store, document)),
    }
  },
  form: (ask) => html`<p><a href="${hostAddress(ask.name)}">${ask.name}</a></p>`,
  render: (model, ask) => ({
    title: `${model.path} of ${model.host}`,
    main: fileView(model, { isDifference: model.difference !== undefined, form: formOf(ask), at: param(ask, 'at') }),
  }),
  rows: ({ versions }) => versions.map((version) => ({ ...version })),
})

export function formOf(ask: Pick<Ask, 'params'>): DifferenceForm {
  const form = param(ask, 'form')
  return form === 'side' || form === 'keys' ? form : 'unified'
}

function listed({ document, before, change, isBeyondHistory }: Version): ListedVersion {
  const first = standingOf(document) === 'removed' ? 'removed' : 'the oldest that is kept'
  const beyond = isBeyondHistory ? ', from the daily view' : ''
  return {
    at: document['@timestamp'],
    summary: change ? summaryOf(change) : first + beyond,
    has_before: before !== undefined,
  }
}

type Alike = Pick<FileModel, 'same' | 'others'>

const mostAlike = 50_000

/** Which hosts have this very content at the path, and which another, at present. */
async function alike(store: Store, document: Document): Promise<Alike> {
  const hash = document['file.hash.sha256']
  if (hash === undefined || document['event.kind'] !== 'state') return { same: [], others: [] }
  const condition = hasValue('file.path', document['file.path'])
  const alike: Alike = { same: [], others: [] }
  const { rows } = await taken(store.select({ condition, view: { kind: 'latest' }, fields: ['file.hash.sha256'] }), {
    rows: mostAlike,
  })
  for (const { host, values } of rows)
    if (host !== document['host.name'] && values[0] !== undefined)
      alike[values[0] === hash ? 'same' : 'others'].push(host)
  return alike
}
