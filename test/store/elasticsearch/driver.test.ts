import { test } from 'node:test'
import { emptyStore } from '../../elasticsearch/empty-store.ts'
import { elasticsearch } from '../../elasticsearch/servers.ts'
import { storeContract } from '../contract.ts'

const server = await elasticsearch('current')

if (server.skip === undefined) storeContract(`Elasticsearch ${server.version}`, () => emptyStore(server))
else test('Elasticsearch store', { skip: server.skip })
