// What memcached answers to `stats`, `stats settings`, `stats slabs` and `stats items` (memcached, doc/protocol.txt): lines of
// `STAT name value`, here after a line with the question.
import type { Fields } from '../snapshot/document.ts'

export const memcachedQuestions = ['stats', 'stats settings', 'stats slabs', 'stats items'] as const

/** Of all settings, those that bound what is stored. */
const settings = new Set(['item_size_max', 'maxconns', 'num_threads', 'tcp_backlog'])
/** Of each slab class: how large its items are, how much memory it has, and what it had to throw out. */
const ofClass = new Set(['chunk_size', 'total_pages', 'number', 'age', 'evicted', 'outofmemory'])
/** Statistics that are no amount, or of the process alone. */
const leftOut = new Set(['pid', 'time', 'pointer_size'])
const mostLines = 10_000

/** Fields of the answers, `address` and the questions each on a line of its own before their lines. */
export function parseMemcachedStats(content: string): Fields {
  const fields: Fields = {}
  let question = ''
  for (const line of content.split('\n', mostLines)) {
    const [, name, text = ''] = /^STAT (\S{1,100}) (.{1,1000})$/.exec(line) ?? []
    if (name === undefined) {
      const address = /^address (\S.{0,300})$/.exec(line)?.[1]
      if (address === undefined) question = line
      else fields['memcached.address'] = address
    } else if (question === 'stats') statistic(fields, name, text)
    else if (question === 'stats settings' && settings.has(name)) put(fields, `memcached.${name}`, text)
    else if (question === 'stats slabs' || question === 'stats items') {
      const [, id, figure = ''] = /^(?:items:)?(\d{1,2}):(\w+)$/.exec(name) ?? []
      if (id !== undefined && ofClass.has(figure)) put(fields, `memcached_slab.${id}.${figure}`, text)
    }
  }
  share(fields, 'memcached.full_pct', fields['memcached.bytes'], fields['memcached.limit_maxbytes'])
  share(fields, 'memcached.hit_pct', fields['memcached.get_hits'], fields['memcached.cmd_get'])
  return fields
}

function statistic(fields: Fields, name: string, text: string): void {
  if (name === 'version') fields['memcached.version'] = text
  else if (/^[a-z]\w*$/.test(name) && !leftOut.has(name)) put(fields, `memcached.${name}`, text)
}

function put(fields: Fields, name: string, text: string): void {
  const value = /^-?\d{1,20}(\.\d{1,9})?$/.test(text) ? Number(text) : Number.NaN
  if (Number.isFinite(value) && Math.abs(value) < 2 ** 63) fields[name] = value
}

function share(fields: Fields, name: string, part: Fields[string] | undefined, whole: Fields[string] | undefined) {
  if (typeof part !== 'number' || typeof whole !== 'number' || whole <= 0 || part < 0) return
  fields[name] = Math.round((part / whole) * 1000) / 10
}

/** Statistics and settings that go down too; all others only go up while the server runs. */
export const memcachedGauges: readonly string[] = (
  'uptime max_connections curr_connections connection_structures response_obj_count response_obj_bytes read_buf_count ' +
  'read_buf_bytes read_buf_bytes_free reserved_fds limit_maxbytes accepting_conns threads hash_power_level hash_bytes ' +
  'hash_is_expanding slab_reassign_running lru_crawler_running log_watchers bytes curr_items slab_global_page_pool ' +
  'item_size_max maxconns num_threads tcp_backlog full_pct hit_pct'
).split(' ')
