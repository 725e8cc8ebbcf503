// Writes batch after batch and says on stdout what the store has reported as stored; ended with kill -9 by crash.test.ts.
import { openEmbeddedStore } from '../../../src/store/embedded/driver.ts'
import { documentOf } from '../document-of.ts'

const [path = '', first = '0'] = process.argv.slice(2)
const store = await openEmbeddedStore(path, { mustExist: false })
for (let batch = Number(first); ; batch++) {
  const at = new Date(Date.UTC(2026, 10, 18) + batch * 1000).toISOString()
  await store.write([
    documentOf('h', '/state', at, { content: `state of batch ${batch}`, 'sysctl.kernel.batch': batch }),
    documentOf('h', `/file${batch}`, at, { content: `file of batch ${batch}` }),
    documentOf('h', '/proc/loadavg', at, { content: `${batch}`, 'event.kind': 'metric', 'loadavg.load1': batch }),
  ])
  process.stdout.write(`${batch}\n`)
}
