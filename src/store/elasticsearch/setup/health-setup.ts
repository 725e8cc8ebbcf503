// Whether a cluster is set up for this mitra: its templates and the alias of the newest states.
import { dayOf } from '../../../snapshot/document.ts'
import type { Check } from '../../check.ts'
import { dayIndex, latestAlias } from '../mapping/index-names.ts'
import { templatesOf, templateVersion } from '../mapping/index-template.ts'
import type { Patient } from './health.ts'
import { isOwn, versionIn } from './setup.ts'

/** Whether the templates are there, of this version, and in force. */
export async function templateCheck({ client, prefix, now }: Patient): Promise<Check> {
  const check = 'templates'
  const { index_templates: found = [] } = await client.indices.getIndexTemplate(
    { name: `${prefix}*` },
    { ignore: [404] },
  )
  const names = templatesOf(prefix, []).map(({ name }) => name)
  const versions = names.map((name) =>
    versionIn(found.find((template) => template.name === name)?.index_template as unknown),
  )
  const missing = names.filter((_, at) => versions[at] === undefined)
  if (missing.length > 0)
    return {
      check,
      status: 'problem',
      detail: `there is no index template ${missing.join(', ')} of mitra`,
      next: 'run `mitra setup`',
    }
  const oldest = Math.min(...(versions as number[]))
  const newest = Math.max(...(versions as number[]))
  if (newest > templateVersion)
    return {
      check,
      status: 'warning',
      detail: `version ${newest}, made by a newer mitra: this one has ${templateVersion}`,
      next: 'update mitra on this machine',
    }
  if (oldest < templateVersion)
    return {
      check,
      status: 'warning',
      detail: `version ${oldest}, made by an older mitra: this one has ${templateVersion}`,
      next: 'run `mitra setup`; older agents go on writing',
    }
  // another template of a higher priority wins without a word
  const tomorrow = dayIndex(prefix, dayOf(now) + 1)
  if (!(await isOwn(client, tomorrow)))
    return {
      check,
      status: 'problem',
      detail: `an index template that is not of mitra takes ${tomorrow}`,
      next: `GET _index_template shows which: give it other patterns or a priority below that of ${prefix}days`,
    }
  return { check, status: 'ok', detail: `version ${templateVersion}, as this mitra has` }
}

/** Whether the alias stands for one index of mitra. */
export async function latestCheck({ client, prefix }: Patient): Promise<Check> {
  const check = 'newest states'
  const alias = latestAlias(prefix)
  const found = await client.indices.getMapping(
    { index: alias, filter_path: '*.mappings._meta', ignore_unavailable: true },
    { ignore: [404] },
  )
  const indices = Object.keys(found).filter((name) => name !== 'error' && name !== 'status')
  const [index] = indices
  if (index === undefined)
    return {
      check,
      status: 'problem',
      detail: `there is no ${alias} of mitra`,
      next: 'run `mitra setup`; and see that indexer.prefix is right',
    }
  if (index === alias)
    return {
      check,
      status: 'problem',
      detail: `${alias} is an index, where mitra needs an alias`,
      next: `stop what writes there, remove it with DELETE ${alias} and run \`mitra setup\``,
    }
  if (indices.length > 1)
    return {
      check,
      status: 'problem',
      detail: `${alias} stands for several indices: ${indices.join(', ')}`,
      next: `keep it on one of them: POST _aliases`,
    }
  const version = versionIn(found[index]?.mappings)
  const older = version !== undefined && version < templateVersion
  return {
    check,
    status: older ? 'warning' : 'ok',
    detail: `${alias} is ${index}, with mapping version ${version}`,
    ...(older && { next: 'run `mitra setup`, which adds the new fields' }),
  }
}
