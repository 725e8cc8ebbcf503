// An Elasticsearch store of its own for a test: templates, aliases and indices under a prefix nobody else has.
import { randomBytes } from 'node:crypto'
import { declaredFields } from '../../src/commands/declared-fields.ts'
import { openElasticsearchStore } from '../../src/store/elasticsearch/driver.ts'
import { latestAlias, latestIndex } from '../../src/store/elasticsearch/mapping/index-names.ts'
import { type IndexTemplate, templatesOf } from '../../src/store/elasticsearch/mapping/index-template.ts'
import type { ElasticsearchTarget } from '../../src/store/open.ts'
import { request } from './request.ts'
import type { ServerAddress } from './server.ts'

/** How the server of a test is reached, with a prefix of its own. */
export function targetOf(address: ServerAddress, prefix = `t${randomBytes(4).toString('hex')}_`): ElasticsearchTarget {
  const { url, ca, username, password } = address
  return {
    nodes: [url],
    prefix,
    compression: true,
    timeout_s: 60,
    ...(ca !== undefined && { tls: { ca } }),
    ...(username !== undefined && password !== undefined && { auth: { username, password } }),
  }
}

/** Sets a prefix up; `change` may alter the templates first, for servers that lack a module. */
export async function setUp(
  address: ServerAddress,
  { prefix }: ElasticsearchTarget,
  change: (template: IndexTemplate) => IndexTemplate = (template) => template,
): Promise<void> {
  for (const template of templatesOf(prefix, declaredFields)) {
    const { name, body } = change(template)
    await request(address, `/_index_template/${name}`, { method: 'PUT', body })
  }
  await request(address, `/${latestIndex(prefix)}`, {
    method: 'PUT',
    body: { aliases: { [latestAlias(prefix)]: {} } },
  })
}

/** An open store on a prefix that was just set up; closing it removes the indices, whose mappings are large. */
export async function emptyStore(address: ServerAddress, change?: (template: IndexTemplate) => IndexTemplate) {
  const target = targetOf(address)
  await setUp(address, target, change)
  const store = await openElasticsearchStore(target, declaredFields)
  const close = store.close.bind(store)
  return Object.assign(store, {
    prefix: target.prefix,
    async close() {
      await close()
      await discard(address, target)
    },
  })
}

/** Removes what has the prefix. */
export async function discard(address: ServerAddress, { prefix }: ElasticsearchTarget): Promise<void> {
  const indices = Object.keys(await request(address, `/${prefix}*?expand_wildcards=all&filter_path=*.aliases`))
  for (const index of indices) await request(address, `/${encodeURIComponent(index)}`, { method: 'DELETE' })
  await request(address, `/_index_template/${prefix}*`, { method: 'DELETE' }).catch(() => {})
}
