// The names that templates know before any host tells them.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { declaredFields } from '../../../../src/commands/declared-fields.ts'
import { fieldTypesOf } from '../../../../src/store/elasticsearch/mapping/field-types.ts'
import { mostFields, templatesOf } from '../../../../src/store/elasticsearch/mapping/index-template.ts'
import { kernelNames } from '../../../../src/store/elasticsearch/mapping/kernel-names.ts'
import { targetOf } from '../../../elasticsearch/empty-store.ts'
import { request } from '../../../elasticsearch/request.ts'
import type { ServerAddress } from '../../../elasticsearch/server.ts'
import { elasticsearch } from '../../../elasticsearch/servers.ts'
import { kernelNamesPath, kernelNames as namesOfGolden } from './generate-kernel-names.ts'

const server = await elasticsearch('current')

test('the names are those of the golden documents', () => {
  const stale = 'run `npx node test/store/elasticsearch/mapping/generate-kernel-names.ts`'
  assert.equal(readFileSync(kernelNamesPath, 'utf8'), namesOfGolden(), stale)
})

test('they leave most of the room for names that only hosts know, and are names a mapping takes', () => {
  const types = fieldTypesOf(declaredFields)
  assert.ok(kernelNames.length > 1000 && kernelNames.length < mostFields / 2, `${kernelNames.length}`)
  assert.deepEqual(
    kernelNames.filter(({ name }) => !types.isOfFamily(name)),
    [],
  )
})

interface Mapping {
  dynamic?: boolean | string
  type?: string
  properties?: Record<string, Mapping>
}

test('an index knows of each name what the first document with it would have made', async (t) => {
  if (server.skip !== undefined) return t.skip(server.skip)
  const { prefix } = targetOf(server)
  const [template] = templatesOf(prefix, declaredFields)
  const { settings, mappings } = template!.body['template'] as { settings: Mapping; mappings: Mapping }
  const index = (name: string, method: string, body?: object) =>
    request(server, `/${prefix}${name}`, { method, ...(body && { body }) })
  try {
    await index('known', 'PUT', { settings, mappings })
    await index('learning', 'PUT', { settings, mappings: template?.mappings })
    const document = Object.fromEntries(kernelNames.map(({ name, type }) => [name, examples[type]]))
    await index('learning/_doc/1', 'PUT', document)
    assert.deepEqual(await propertiesOf(`${prefix}learning`), await propertiesOf(`${prefix}known`))
  } finally {
    await Promise.all(['known', 'learning'].map((name) => index(name, 'DELETE'))).catch(() => {})
  }

  async function propertiesOf(name: string): Promise<object> {
    const answer = (await request(server as ServerAddress, `/${name}/_mapping`)) as Record<
      string,
      { mappings: Mapping }
    >
    const found = new Map(leaves(answer[name]?.mappings ?? {}))
    return Object.fromEntries(kernelNames.map((known) => [known.name, found.get(known.name)]))
  }
})

const examples: Partial<Record<string, string | number | boolean>> = {
  keyword: 'text',
  boolean: true,
  long: 1,
  double: 1.5,
}

/** The fields of a mapping by their names. */
function* leaves({ properties = {} }: Mapping, before = ''): Generator<[string, Mapping]> {
  for (const [name, each] of Object.entries(properties))
    if (each.properties) yield* leaves(each, `${before}${name}.`)
    else yield [before + name, each]
}
