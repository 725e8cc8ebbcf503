// The thread of `mitra explore` that makes the pages.
import { workerData } from 'node:worker_threads'
import { answerParent } from '../explorer/thread.ts'
import { openStore } from '../store/open.ts'
import { catalogue, declaredFields } from './declared-fields.ts'
import type { ThreadData } from './explore.ts'

const { target } = workerData as ThreadData

await answerParent(async () => {
  const store = await openStore(target, { mustExist: true, fields: async () => declaredFields })
  return { store, catalogue, fields: declaredFields, now: () => Date.now() }
})
