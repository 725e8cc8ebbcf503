// Writes batch after batch to a delivery and says on stdout what was accepted; what its store took is appended to a file. Ended
// with kill -9 by crash.test.ts.
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { openDelivery } from '../../src/delivery/delivery.ts'
import type { Parcel } from '../../src/store/store.ts'
import { snapshot } from './open.ts'

const [folder = '', first = '0'] = process.argv.slice(2)
const taken = join(folder, 'taken.ndjson')

const receiver = {
  async deliver(parcels: readonly Parcel[]) {
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 4))
    return parcels.map((parcel) => {
      if (Math.random() < 0.1) return { status: 'retry' as const, reason: 'busy' }
      appendFileSync(taken, `${JSON.stringify(parcel)}\n`)
      return { status: 'stored' as const }
    })
  },
  async close() {},
}

const delivery = await openDelivery({
  path: join(folder, 'outbox.db'),
  maxBytes: 100_000_000,
  deadLetters: join(folder, 'dead-letters.ndjson'),
  receiver: async () => receiver,
  log: { info() {}, warn() {}, error: (message) => process.stderr.write(`${message}\n`) },
  sleep: async () => {
    await new Promise((resolve) => setTimeout(resolve, 1))
  },
})
for (let batch = Number(first); ; batch++) {
  await delivery.write([
    snapshot('/state', `state of batch ${batch}`, batch),
    snapshot('/same', 'the same every time', batch),
    snapshot(`/file${batch}`, `file of batch ${batch}`, batch),
    snapshot('/proc/loadavg', `${batch}`, batch, 'metric'),
  ])
  process.stdout.write(`${batch}\n`)
  await new Promise((resolve) => setTimeout(resolve, 1))
}
