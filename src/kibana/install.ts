// Brings files of saved objects into Kibana: after a look at who is there, in which version and whether the space exists, for
// Kibana imports into a space that does not exist without a word.
import { ActionableError } from '../errors.ts'
import { because, connectionFailure, loginFailure, refusal } from './failure.ts'
import type { KibanaFile } from './files.ts'
import { type Answer, ask, type KibanaTarget, type Upload } from './http.ts'
import { ndjsonOf, type ObjectType, type SavedObject } from './saved-object.ts'

export interface InstallStep {
  what: 'data view' | 'Discover session' | 'dashboard'
  /** Its title; of a data view, what it is of. */
  name: string
  action: 'created' | 'updated' | 'refused'
  /** Of what was refused: why. */
  detail?: string
}

export interface Kibana {
  version: string
  /** Something to say once, that is no error. */
  notice?: string
}

const oldest = { major: 8, minor: 19 }
const newestMajor = 9

/** Who is there. Throws ActionableError when it is no Kibana, is not ready, refuses the login, is too old or lacks the space. */
export async function meetKibana(target: KibanaTarget): Promise<Kibana> {
  const answer = await answerOf(target, '/api/status')
  const version = versionIn(answer, target)
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major < oldest.major || (major === oldest.major && minor < oldest.minor))
    throw new ActionableError(`Kibana at ${target.url} has version ${version}, mitra needs 8.19 or newer`, {
      next: 'update Kibana together with its Elasticsearch',
    })
  if (target.space !== undefined) await findSpace(target, target.space)
  if (major <= newestMajor) return { version }
  return { version, notice: `Kibana ${version} is newer than this mitra knows; it was made for 8.19 and 9` }
}

/** Installs every file, over what is there, and says what became of each object. Throws ActionableError where no file can come in. */
export async function installFiles(target: KibanaTarget, files: readonly KibanaFile[]): Promise<InstallStep[]> {
  const steps = new Map<string, InstallStep>()
  for (const { name, objects } of files) {
    const answer = await answerOf(target, importPath(target), { name, text: ndjsonOf(objects) })
    for (const object of objects) {
      const key = `${object.type} ${object.id}`
      const step = stepOf(object, answer)
      // a data view comes with each file: what became of it first counts, unless it fails later
      if (!steps.has(key) || step.action === 'refused') steps.set(key, step)
    }
  }
  return [...steps.values()]
}

/** Where a file is sent to, below the address. */
export function importPath({ space }: Pick<KibanaTarget, 'space'>): string {
  return `${space === undefined ? '' : `/s/${space}`}/api/saved_objects/_import?overwrite=true`
}

async function answerOf(target: KibanaTarget, path: string, upload?: Upload): Promise<Answer> {
  let answer: Answer
  try {
    answer = await ask(target, path, upload)
  } catch (error) {
    throw connectionFailure(error, target)
  }
  const refused = refusal(answer, target)
  if (refused) throw refused
  return answer
}

interface Status {
  version?: { number?: unknown }
  status?: { overall?: { level?: unknown } }
}

function versionIn({ status, body }: Answer, target: KibanaTarget): string {
  const told = (typeof body === 'object' && body !== null ? body : {}) as Status
  const version = told.version?.number
  if (status === 200 && typeof version === 'string') return version
  // whoever it does not know learns whether it is up, and no more
  if (status === 200 && told.status?.overall?.level !== undefined) throw loginFailure(target)
  throw new ActionableError(`what answers at ${target.url} is no Kibana (status ${status})`, {
    next: 'give the address as the browser shows it, with the path it may have; its port is 5601 by default',
  })
}

async function findSpace(target: KibanaTarget, space: string): Promise<void> {
  const { status } = await answerOf(target, `/api/spaces/space/${encodeURIComponent(space)}`)
  if (status === 200) return
  if (status !== 404)
    throw new ActionableError(`Kibana at ${target.url} does not tell of the space "${space}" (status ${status})`, {
      next: 'see its log',
    })
  const { body } = await answerOf(target, '/api/spaces/space')
  const ids = Array.isArray(body) ? body.map(({ id }: { id?: unknown }) => String(id)) : []
  throw new ActionableError(`Kibana at ${target.url} has no space "${space}"`, {
    next: ids.length === 0 ? 'make it there first' : `make it there first, or choose of ${ids.slice(0, 20).join(', ')}`,
  })
}

const names: Readonly<Record<ObjectType, InstallStep['what']>> = {
  'index-pattern': 'data view',
  search: 'Discover session',
  dashboard: 'dashboard',
}

interface Imported {
  success?: boolean
  successResults?: readonly { type?: unknown; id?: unknown; overwrite?: boolean }[]
  errors?: readonly { type?: unknown; id?: unknown; error?: ImportError }[]
}

interface ImportError {
  type?: string
  message?: string
  references?: readonly { type: string; id: string }[]
}

/** What became of an object; the status is 200 even where nothing was imported. */
function stepOf({ type, id, attributes }: SavedObject, { status, body }: Answer): InstallStep {
  const step = { what: names[type], name: attributes.title }
  const refused = (detail: string): InstallStep => ({ ...step, action: 'refused', detail })
  if (status !== 200) return refused(`status ${status}${because(body)}`)
  const { success, successResults = [], errors = [] } = (body ?? {}) as Imported
  const is = (each: { type?: unknown; id?: unknown }) => each.type === type && each.id === id
  const failed = errors.find(is)
  if (failed) return refused(reasonOf(failed.error))
  const done = successResults.find(is)
  if (done) return { ...step, action: done.overwrite ? 'updated' : 'created' }
  return refused(success === false ? 'nothing came in, because of another object of its file' : 'Kibana does not tell')
}

function reasonOf({ type = 'unknown', message, references = [] }: ImportError = {}): string {
  if (references.length > 0) return `${type}: ${references.map((each) => `${each.type} ${each.id}`).join(', ')}`
  return `${type}${because({ message })}`
}
