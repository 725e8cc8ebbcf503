// Writes state after state to a delivery into a real Elasticsearch and says on stdout what was accepted, a line of JSON for each
// snapshot. Ended with kill -9 by killed-agent.test.ts.
import { setTimeout as sleep } from 'node:timers/promises'
import type { ServerAddress } from '../elasticsearch/server.ts'
import { FaultRun, type FaultRunOptions } from './fault-run.ts'
import { snapshot } from './open.ts'

const [first = '0', options = '{}'] = process.argv.slice(2)
const { address, ...more } = JSON.parse(options) as FaultRunOptions & { address: ServerAddress }
const run = new FaultRun(address, more)
await run.reopen()
for (let round = Number(first); ; round++) {
  const documents = Array.from({ length: 10 }, (_, path) => snapshot(`/killed/${path}`, `state ${round}`, round))
  await run.writeThese(documents)
  process.stdout.write(`${documents.map((document) => JSON.stringify(document)).join('\n')}\n`)
  await sleep(5)
}
