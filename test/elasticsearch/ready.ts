// When a server that was started can be used.
import { setTimeout as sleep } from 'node:timers/promises'
import { isAlive, type ProcessIdentity } from './processes.ts'
import { type Address, request } from './request.ts'

/** Waits until a server answers and can keep documents; throws as soon as its process has ended. */
export async function answers(address: Address, leader: ProcessIdentity, log: () => string): Promise<void> {
  const limit_ms = 240_000
  for (const since = Date.now(); Date.now() - since < limit_ms; await sleep(100)) {
    if (!isAlive(leader)) throw new Error(`Elasticsearch ended as it started:\n${log().slice(-4000)}`)
    try {
      await request(address, '/_cluster/health?wait_for_status=yellow&timeout=10s', { timeout_ms: 15_000 })
      return
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'CERT_HAS_EXPIRED') return
    }
  }
  throw new Error(`Elasticsearch did not answer within ${limit_ms / 1000} s:\n${log().slice(-4000)}`)
}
