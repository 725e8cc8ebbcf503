// How a cluster is: what `mitra doctor` says about it. Each check stands for itself; one that this login may not make is unknown.
import type { Client } from '@elastic/elasticsearch'
import { ActionableError } from '../../../errors.ts'
import { type Check, problemOf } from '../../check.ts'
import type { ElasticsearchTarget } from '../../open.ts'
import { connect } from '../connection/client.ts'
import { actionable, failureOf } from '../connection/failure.ts'
import { fieldCheck, readOnlyCheck, sizeChecks } from './health-indices.ts'
import { latestCheck, templateCheck } from './health-setup.ts'
import { type RoleName, roleNames, rolesOf } from './roles.ts'

/** What a check is made with. */
export interface Patient {
  client: Client
  prefix: string
  /** Milliseconds since the epoch. */
  now: number
  /** Days each view is meant to be kept; absent for ever. */
  kept: { days?: number; history?: number }
}

/** Looks at a cluster. Throws nothing: what keeps it from looking is a problem it reports. */
export async function healthOf(
  target: ElasticsearchTarget,
  { now, kept }: { now: number; kept: Patient['kept'] },
): Promise<Check[]> {
  const nodes = target.nodes.map((node) => new URL(node).origin).join(', ')
  try {
    const { client, version, notice } = await connect(target)
    try {
      const known = version === undefined ? 'its version is not for this login to know' : `Elasticsearch ${version}`
      const connection: Check = {
        check: 'connection',
        status: notice === undefined ? 'ok' : 'warning',
        detail: `${known}, at ${nodes}${notice === undefined ? '' : `: ${notice}`}`,
      }
      const patient = { client, prefix: target.prefix, now, kept }
      const others = await Promise.all(
        checks.map(({ check, look }) => looked(check, target, async () => [await look(patient)].flat())),
      )
      return [connection, ...others.flat()]
    } finally {
      await client.close()
    }
  } catch (error) {
    return [problemOf('connection', error)]
  }
}

type Finding = Omit<Check, 'check'>

const checks: readonly { check: string; look(patient: Patient): Promise<Check | Check[]> }[] = [
  { check: 'cluster', look: clusterCheck },
  { check: 'cluster reports', look: reportChecks },
  { check: 'rights', look: rightsCheck },
  { check: 'templates', look: templateCheck },
  { check: 'newest states', look: latestCheck },
  { check: 'fields', look: fieldCheck },
  { check: 'indices', look: sizeChecks },
  { check: 'writing', look: readOnlyCheck },
]

async function looked(check: string, target: ElasticsearchTarget, look: () => Promise<Check[]>): Promise<Check[]> {
  try {
    return await look()
  } catch (error) {
    if (error instanceof ActionableError) return [problemOf(check, error)]
    const failure = failureOf(error)
    if (failure.kind === 'forbidden')
      return [{ check, status: 'unknown', detail: 'this login may not see it; an operator’s may' }]
    return [problemOf(check, actionable(failure, target, error))]
  }
}

const meanings: Record<string, Finding> = {
  green: { status: 'ok', detail: 'green: every shard of mitra’s indices has all its copies' },
  yellow: {
    status: 'warning',
    detail: 'yellow: some shard of mitra’s indices lacks a copy; a lost disk could lose documents',
    next: 'bring the missing node back, or add one',
  },
  red: {
    status: 'problem',
    detail: 'red: some shard of mitra’s indices is nowhere; questions about it fail, writes to it wait',
    next: 'bring back the nodes that hold it: GET _cluster/allocation/explain tells why it is missing',
  },
}

async function clusterCheck({ client, prefix }: Patient): Promise<Check> {
  const { status, number_of_nodes, unassigned_shards } = await client.cluster.health({
    index: `${prefix}*`,
    expand_wildcards: 'all',
  })
  const { detail, ...rest } = meanings[status.toLowerCase()] ?? { status: 'unknown', detail: status }
  const nodes = `${number_of_nodes} ${number_of_nodes === 1 ? 'node' : 'nodes'}`
  const missing = unassigned_shards === 0 ? '' : `, ${unassigned_shards} without a node`
  return { check: 'cluster', ...rest, detail: `${detail} (${nodes}${missing})` }
}

interface Indicator {
  status: string
  symptom?: string
  diagnosis?: { action?: string }[]
}

/** What Elasticsearch reports about itself, where it concerns mitra: by the names in its health report. */
const reports: Readonly<Record<string, string>> = {
  disk: 'disk space',
  shards_capacity: 'room for shards',
  master_is_stable: 'master node',
  ilm: 'lifecycle management',
}

async function reportChecks({ client }: Patient): Promise<Check[]> {
  const { indicators } = (await client.transport.request({ method: 'GET', path: '/_health_report' })) as {
    indicators: Record<string, Indicator>
  }
  return Object.entries(reports).flatMap(([name, check]): Check[] => {
    const indicator = indicators[name]
    if (indicator === undefined) return []
    const { status, symptom = 'no more is known', diagnosis = [] } = indicator
    const finding = { check, detail: symptom.replace(/\.$/, '') }
    if (status === 'green') return [{ ...finding, status: 'ok' }]
    if (status === 'unknown') return [{ ...finding, status: 'unknown' }]
    const next = diagnosis[0]?.action?.replace(/\s+/g, ' ').trim()
    return [
      { ...finding, status: status === 'red' ? 'problem' : 'warning', next: next ?? 'GET _health_report tells more' },
    ]
  })
}

const abilities: Record<RoleName, string> = { agent: 'index', searcher: 'search', operator: 'set up and prune' }

async function rightsCheck({ client, prefix }: Patient): Promise<Check> {
  const check = 'rights'
  const roles = rolesOf(prefix)
  const wanted = roleNames.flatMap((role) => roles[role].indices)
  const cluster = [...new Set(roleNames.flatMap((role) => roles[role].cluster))]
  let answer: { cluster: Record<string, boolean>; index: Record<string, Record<string, boolean>> }
  try {
    answer = (await client.transport.request({
      method: 'POST',
      path: '/_security/user/_has_privileges',
      body: { cluster, index: wanted },
    })) as typeof answer
  } catch (error) {
    if (failureOf(error).kind !== 'unsupported') throw error
    return {
      check,
      status: 'warning',
      detail: 'security is off: whoever reaches Elasticsearch may read and change everything',
      next: 'set xpack.security.enabled in elasticsearch.yml, then `mitra setup --create-key`',
    }
  }
  const has = (name: string, privilege: string) => answer.index[name]?.[privilege] === true
  const able = roleNames.filter((role) => {
    const { cluster: ofCluster, indices } = roles[role]
    // lifecycle policies are for who asks for them
    const needed = ofCluster.filter((privilege) => privilege !== 'manage_ilm')
    return (
      needed.every((privilege) => answer.cluster[privilege]) &&
      indices.every(({ names, privileges }) => names.every((name) => privileges.every((each) => has(name, each))))
    )
  })
  if (able.length === 0)
    return {
      check,
      status: 'problem',
      detail: `this login has none of mitra’s roles on ${prefix}*`,
      next: 'give it one of the roles that `mitra setup --roles` prints; and see that indexer.prefix is right',
    }
  return { check, status: 'ok', detail: `this login may ${able.map((role) => abilities[role]).join(', ')}` }
}
