import { test } from 'node:test'
import type { IndexTemplate } from '../../../src/store/elasticsearch/mapping/index-template.ts'
import type { Store } from '../../../src/store/store.ts'
import { emptyStore } from '../../elasticsearch/empty-store.ts'
import { keyedStore } from '../../elasticsearch/keyed-store.ts'
import type { ServerAddress } from '../../elasticsearch/server.ts'
import { elasticsearch, type Shared } from '../../elasticsearch/servers.ts'
import { storeContract } from '../contract.ts'

/** A minimal 8.19 has no pattern tokenizer, and its own analyzer takes a dotted name for one word. */
const notCutAtDots = 'this server comes without the tokenizer that cuts words at dots'
const whatPreviousCannot = {
  somaxconn: notCutAtDots,
  'content:net.core.somaxconn': notCutAtDots,
  '"somaxconn 128"': notCutAtDots,
  '"net somaxconn"~1': notCutAtDots,
  'content:soma*': notCutAtDots,
}

const whatAgentsDoNot = {
  'ends with the newest by time whatever the order of arrival':
    'an outbox takes what is observed later for newer, whatever the clock of its host does',
}

function contractOf(
  name: string,
  server: Shared,
  open: (address: ServerAddress) => Promise<Store>,
  skips?: Readonly<Record<string, string>>,
): void {
  if (server.skip === undefined) storeContract(`${name} ${server.version}`, () => open(server), skips)
  else test(`${name} store`, { skip: server.skip })
}

contractOf('Elasticsearch', await elasticsearch('current'), emptyStore)
contractOf(
  'Elasticsearch, from before,',
  await elasticsearch('previous'),
  (address) => emptyStore(address, withBuiltInAnalyzer),
  whatPreviousCannot,
)
contractOf('Elasticsearch with TLS and keys', await elasticsearch('secure'), keyedStore, whatAgentsDoNot)

function withBuiltInAnalyzer(template: IndexTemplate): IndexTemplate {
  const inner = template.body['template'] as { settings: { index: object } }
  const index = { ...inner.settings.index, analysis: { analyzer: { words: { type: 'standard' } } } }
  return { ...template, body: { ...template.body, template: { ...inner, settings: { index } } } }
}
