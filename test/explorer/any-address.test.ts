// Whatever stands in an address: a page, or a word about what is wrong with it; never a defect, never markup that came with it.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { openEmbeddedStore } from '../../src/store/embedded/driver.ts'
import { scenarioStore } from '../scenario/scenario-store.ts'
import { answeringOver } from './served.ts'

const store = await openEmbeddedStore(await scenarioStore(), { mustExist: true })
after(() => store.close())
const { answer } = answeringOver(store)

const path = fc.constantFrom(
  '/',
  '/search',
  '/hosts',
  '/log',
  '/values',
  '/drift',
  '/compare',
  '/diff',
  '/complete',
  '/host/web1',
  '/file/web1',
  '/charts/web1',
)
const name = fc.constantFrom(
  'q',
  'without',
  'when',
  'day',
  'at',
  'since',
  'from',
  'to',
  'n',
  'field',
  'order',
  'of',
  'what',
  'group',
  'universe',
  'host',
  'host2',
  'path',
  'path2',
  'form',
  'show',
  'match',
  'only',
)
const sensible = fc.constantFrom(
  'now',
  'yesterday',
  '2026-11-19',
  '1h',
  'now-2d',
  'web1',
  'web2',
  '/etc/hosts',
  '/proc/meminfo',
  'packages',
  'somaxconn',
  'labels.role',
  'sysctl.vm.swappiness',
  'host.*',
  'keys',
  'changes',
  'peers',
  'effective',
  '-1',
  '1e9',
  'history',
  'day',
)
const value = fc.oneof(
  { weight: 3, arbitrary: sensible },
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom('<b>"\'</b>', '(', '[1 TO', '/x(/', '\u202e', '\0'),
)

test('every address is answered', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      path,
      fc.array(fc.tuple(name, value), { maxLength: 5 }),
      fc.constantFrom('', '.json', '.csv'),
      async (page, params, suffix) => {
        const well = params.map(([key, text]): [string, string] => [key, text.toWellFormed()])
        const url = `http://127.0.0.1:5640${page === '/' && suffix ? '/index' : page}${suffix}?${new URLSearchParams(well)}`
        const { status, type, body } = await answer({ url, accept: 'text/html' })
        assert.ok([200, 400, 404].includes(status), `${status} ${url}: ${body.slice(0, 300)}`)
        if (type.startsWith('text/html')) assert.ok(!/<b>"|<script>|undefined<|NaN/.test(body), url)
        if (type.startsWith('application/json')) JSON.parse(body)
      },
    ),
    { numRuns: 150 },
  )
})
