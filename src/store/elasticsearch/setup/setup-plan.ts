// What a set-up puts in place: as data, and as the requests that would do it.
import type { Field } from '../../../snapshot/field.ts'
import { latestAlias, latestIndex } from '../mapping/index-names.ts'
import { type IndexTemplate, templatesOf } from '../mapping/index-template.ts'
import { type Lifecycle, policiesOf } from './lifecycle.ts'

type Json = Readonly<Record<string, unknown>>

/** A request as Kibana's Dev Tools take it: `PUT _index_template/mitra_days`. */
export interface PlannedRequest {
  method: 'PUT' | 'POST'
  path: string
  body: Json
}

export interface SetupStep {
  what: 'lifecycle policy' | 'index template' | 'index' | 'mapping' | 'role'
  name: string
  /**
   * `kept newer`: it was made by a newer mitra. `foreign`: something that is not mitra's has the name. `refused`: the mapping of
   * an index that is there cannot be changed so, or a template not be put. The last two need somebody to act.
   */
  action: 'created' | 'updated' | 'unchanged' | 'kept newer' | 'foreign' | 'refused'
  detail?: string
}

export interface SetupPlan {
  prefix: string
  templates: readonly IndexTemplate[]
  policies: readonly { name: string; body: Json }[]
}

/** What a set-up puts in place for `prefix`; with `lifecycle` the policies too, which the templates then name. */
export function planSetup(prefix: string, fields: readonly Field[], lifecycle?: Lifecycle): SetupPlan {
  const templates = templatesOf(prefix, fields)
  if (lifecycle === undefined) return { prefix, templates, policies: [] }
  const { days, history } = policiesOf(prefix, lifecycle)
  return {
    prefix,
    policies: [days, history],
    templates: templates.map((template) => {
      const policy = [days, history].find(({ name }) => name === template.name)
      return policy === undefined ? template : withSettings(template, { lifecycle: { name: policy.name } })
    }),
  }
}

/** The plan as requests, in order. */
export function requestsOf({ prefix, templates, policies }: SetupPlan): PlannedRequest[] {
  const put = (path: string, body: Json): PlannedRequest => ({ method: 'PUT', path, body })
  return [
    ...policies.map(({ name, body }) => put(`_ilm/policy/${name}`, body)),
    ...templates.map(({ name, body }) => put(`_index_template/${name}`, body)),
    put(latestIndex(prefix), { aliases: { [latestAlias(prefix)]: {} } }),
  ]
}

/** A template with further index settings; with `keep` those it has already win. */
export function withSettings(
  template: IndexTemplate,
  more: Json,
  which: 'replace' | 'keep' = 'replace',
): IndexTemplate {
  const inner = template.body['template'] as { settings: { index: Json } }
  const { index } = inner.settings
  const settings = { index: which === 'keep' ? { ...more, ...index } : { ...index, ...more } }
  return { ...template, body: { ...template.body, template: { ...inner, settings } } }
}
