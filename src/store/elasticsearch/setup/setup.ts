// Setting a cluster up: templates, the index of the newest states, and where asked for lifecycle policies. Everything is created
// or updated in place; nothing is ever deleted, and what is not mitra's is left alone.
import { isDeepStrictEqual } from 'node:util'
import type { Client } from '@elastic/elasticsearch'
import { ActionableError } from '../../../errors.ts'
import { dayOf } from '../../../snapshot/document.ts'
import { failureOf } from '../connection/failure.ts'
import { dayIndex, historyIndex, latestAlias, latestIndex } from '../mapping/index-names.ts'
import { type IndexTemplate, templateVersion } from '../mapping/index-template.ts'
import { type SetupPlan, type SetupStep, withSettings } from './setup-plan.ts'

export { type PlannedRequest, planSetup, requestsOf, type SetupPlan, type SetupStep } from './setup-plan.ts'

type Json = Readonly<Record<string, unknown>>

export interface SetupOptions {
  /** Milliseconds since the epoch: whose day's indices are updated. */
  now: number
  /** Replaces what a newer mitra made. */
  force?: boolean
}

/**
 * Puts a plan in place and says what became of each part. Throws what the client throws, and ActionableError where the cluster has
 * no lifecycle management or another index stands in the way.
 */
export async function applySetup(client: Client, plan: SetupPlan, options: SetupOptions): Promise<SetupStep[]> {
  const steps: SetupStep[] = []
  for (const policy of plan.policies) steps.push(await putPolicy(client, policy))
  for (const template of plan.templates) steps.push(await putTemplate(client, template, options))
  const today = dayOf(options.now)
  const isBlocked = () => steps.some(({ action }) => action === 'foreign' || action === 'refused')
  if (!isBlocked()) steps.push(...(await shadowed(client, plan.prefix, today)))
  // indices would be made from something else
  if (isBlocked()) return steps
  steps.push(...(await makeLatest(client, plan.prefix)))
  const [days, latest, history] = ['days', 'latest', 'history'].map((view) =>
    plan.templates.find(({ name }) => name === plan.prefix + view),
  )
  const indices: [string, IndexTemplate | undefined][] = [
    [latestAlias(plan.prefix), latest],
    [dayIndex(plan.prefix, today), days],
    [historyIndex(plan.prefix, today), history],
  ]
  for (const [index, template] of indices)
    if (template) steps.push(...(await updateMappings(client, index, template, options)))
  for (const policy of plan.policies) await follow(client, policy.name, plan.prefix)
  return steps
}

async function putPolicy(client: Client, { name, body }: { name: string; body: Json }): Promise<SetupStep> {
  const path = `/_ilm/policy/${encodeURIComponent(name)}`
  const before = await client.transport.request({ method: 'GET', path }, { ignore: [400, 404] })
  try {
    await client.transport.request({ method: 'PUT', path, body: { ...body } })
  } catch (error) {
    if (failureOf(error).kind !== 'unsupported') throw error
    throw new ActionableError('this Elasticsearch has no index lifecycle management', {
      next: 'set up without --ilm: `mitra prune`, which the agent runs once a day, moves and removes old days',
      cause: error,
    })
  }
  const after = await client.transport.request({ method: 'GET', path })
  return { what: 'lifecycle policy', name, action: changeOf(policyIn(before, name), policyIn(after, name)) }
}

function policyIn(answer: unknown, name: string): unknown {
  return (answer as Record<string, { policy?: unknown } | undefined> | undefined)?.[name]?.policy
}

function changeOf(before: unknown, after: unknown): 'created' | 'updated' | 'unchanged' {
  if (before === undefined) return 'created'
  return isDeepStrictEqual(before, after) ? 'unchanged' : 'updated'
}

async function putTemplate(client: Client, template: IndexTemplate, options: SetupOptions): Promise<SetupStep> {
  const { name } = template
  const step = { what: 'index template', name } as const
  const before = await templateIn(client, name)
  if (before !== undefined) {
    const version = versionIn(before)
    if (version === undefined)
      return { ...step, action: 'foreign', detail: 'an index template of that name is not of mitra' }
    if (version > templateVersion && !options.force)
      return { ...step, action: 'kept newer', detail: `version ${version}, this mitra has ${templateVersion}` }
  }
  // a lifecycle stays until another is given
  const lifecycle = (before as StoredTemplate | undefined)?.template?.settings?.index?.lifecycle
  const { body } = lifecycle === undefined ? template : withSettings(template, { lifecycle }, 'keep')
  const path = `/_index_template/${encodeURIComponent(name)}`
  try {
    await client.transport.request({ method: 'PUT', path, body: { ...body } })
  } catch (error) {
    // a template of the same priority has the same indices, or this Elasticsearch lacks a module
    const failure = failureOf(error)
    if (failure.kind !== 'invalid') throw error
    return { ...step, action: 'refused', detail: failure.reason }
  }
  const after = await templateIn(client, name)
  return { ...step, action: changeOf(withoutDates(before), withoutDates(after)) }
}

interface StoredTemplate {
  _meta?: { mitra?: { version?: unknown } }
  template?: { settings?: { index?: { lifecycle?: unknown } } }
}

async function templateIn(client: Client, name: string): Promise<Json | undefined> {
  const { index_templates: found = [] } = await client.indices.getIndexTemplate({ name }, { ignore: [404] })
  return found.find((each) => each.name === name)?.index_template as Json | undefined
}

/** Where a template of higher priority, which wins without a word, has indices of mitra. */
async function shadowed(client: Client, prefix: string, today: number): Promise<SetupStep[]> {
  const steps: SetupStep[] = []
  const views = { days: dayIndex(prefix, today + 1), history: historyIndex(prefix, today + 1) }
  for (const [view, index] of Object.entries(views)) {
    if (await isOwn(client, index)) continue
    const detail = `an index template of higher priority has ${index}`
    steps.push({ what: 'index template', name: prefix + view, action: 'foreign', detail })
  }
  return steps
}

/** Whether an index of this name would be made from a template of mitra. */
export async function isOwn(client: Client, index: string): Promise<boolean> {
  // empty where no template has it
  const { template }: { template?: { mappings?: unknown } } = await client.indices.simulateIndexTemplate({
    name: index,
  })
  return versionIn(template?.mappings) !== undefined
}

/** The version something of mitra carries; undefined for what is not mitra's. */
export function versionIn(stored: unknown): number | undefined {
  const version = (stored as StoredTemplate | undefined)?._meta?.mitra?.version
  return typeof version === 'number' ? version : undefined
}

/** Servers of 9.2 and later tell when a template was put. */
function withoutDates(template: Json | undefined): Json | undefined {
  if (template === undefined) return undefined
  return Object.fromEntries(Object.entries(template).filter(([name]) => !/_date(_millis)?$/.test(name)))
}

/** The index behind the alias of the newest states, made once. */
async function makeLatest(client: Client, prefix: string): Promise<SetupStep[]> {
  const [alias, index] = [latestAlias(prefix), latestIndex(prefix)]
  const named = await client.indices.get({ index: alias, filter_path: '*.aliases' }, { ignore: [404] })
  if (alias in named)
    throw new ActionableError(`an index is named ${alias}, where mitra needs an alias`, {
      next: `it was made by a write without \`mitra setup\`: stop what writes there and remove it with DELETE ${alias}`,
    })
  if (Object.values(named).some(({ aliases }) => aliases?.[alias] !== undefined)) return []
  const step = { what: 'index', name: index } as const
  if (await client.indices.exists({ index })) {
    await client.indices.putAlias({ index, name: alias })
    return [{ ...step, action: 'updated', detail: `has the alias ${alias} again` }]
  }
  try {
    await client.indices.create({ index, aliases: { [alias]: {} } })
  } catch (error) {
    // another set-up was faster
    const failure = failureOf(error)
    if (failure.kind !== 'invalid' || failure.type !== 'resource_already_exists_exception') throw error
    return [{ ...step, action: 'unchanged' }]
  }
  return [{ ...step, action: 'created' }]
}

/** Adds new fields to an index that is there, or to all behind an alias. */
async function updateMappings(
  client: Client,
  index: string,
  template: IndexTemplate,
  { force }: SetupOptions,
): Promise<SetupStep[]> {
  const found = await client.indices.getMapping({ index, ignore_unavailable: true, filter_path: '*.mappings' })
  const steps: SetupStep[] = []
  for (const [name, { mappings: before }] of Object.entries(found)) {
    const step = { what: 'mapping', name } as const
    const version = versionIn(before)
    if (version === undefined) steps.push({ ...step, action: 'foreign', detail: 'it has not the mapping of mitra' })
    else if (version > templateVersion && !force) steps.push({ ...step, action: 'kept newer' })
    else steps.push({ ...step, ...(await updateMapping(client, name, before, template.mappings)) })
  }
  return steps
}

async function updateMapping(
  client: Client,
  index: string,
  before: unknown,
  mappings: Json,
): Promise<Pick<SetupStep, 'action' | 'detail'>> {
  try {
    // what an index leaves out of `_source` is settled when it is made; reading leaves it out in any case
    const { _source, ...changeable } = mappings
    await client.indices.putMapping({ index, ...changeable })
  } catch (error) {
    const failure = failureOf(error)
    if (failure.kind !== 'invalid') throw error
    return { action: 'refused', detail: failure.reason }
  }
  const after = (await client.indices.getMapping({ index }))[index]?.mappings
  return { action: changeOf(before, after) === 'unchanged' ? 'unchanged' : 'updated' }
}

/** Puts the daily indices that are there under their policy. */
async function follow(client: Client, policy: string, prefix: string): Promise<void> {
  const index = policy === `${prefix}days` ? `${prefix}2*` : `${prefix}history_*`
  await client.indices.putSettings({
    index,
    allow_no_indices: true,
    settings: { index: { lifecycle: { name: policy } } },
  })
}
