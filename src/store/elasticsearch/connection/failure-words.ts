// Every failure in one line and what to do about it. The line says where, the next step how.
import type { ElasticsearchTarget } from '../../open.ts'
import type { Failure } from './failure.ts'

export interface Words {
  message: string
  next: string
}

/** The words for a failure. */
export function wordsOf(failure: Failure, target: ElasticsearchTarget): Words {
  const all = placesOf(target)
  const at = 'node' in failure && failure.node !== undefined && target.nodes.length === 1 ? failure.node : all
  switch (failure.kind) {
    case 'unreachable':
      return unreachableWords(failure, target, all)
    case 'timeout':
      return {
        message: `Elasticsearch at ${at} gave no answer within ${target.timeout_s} s`,
        next: 'see how busy it is, or raise store.elasticsearch.timeout',
      }
    case 'busy':
      if (failure.lacks === 'memory')
        return {
          message: `Elasticsearch at ${at} has too little memory left to take requests now (status ${failure.status})`,
          next: 'try again later; if it stays so give its nodes a larger heap, or add nodes',
        }
      return {
        message: `Elasticsearch at ${at} cannot take requests now (status ${failure.status})`,
        next:
          failure.status === 429
            ? 'it has more work than it can do: try again later, or give it more nodes'
            : 'try again later, and look at the health of the cluster if it stays so',
      }
    case 'unauthorized':
      return unauthorizedWords(target, at)
    case 'forbidden':
      return forbiddenWords(failure, target, all)
    case 'not_set_up':
      return {
        message: `Elasticsearch at ${all} is not set up for mitra: there is no ${failure.index ?? `${target.prefix}latest`} of mitra`,
        next: 'run `mitra setup` once, with a login that may manage indices and templates; and see that indexer.prefix is right',
      }
    case 'read_only':
      return readOnlyWords(failure, target, all)
    case 'closed': {
      const which = failure.index ?? `an index of ${target.prefix}*`
      return {
        message: `Elasticsearch at ${all} has ${which} closed: it can be neither read nor written`,
        next: `open it with POST ${failure.index ?? `${target.prefix}*`}/_open`,
      }
    }
    case 'red':
      return {
        message: `Elasticsearch at ${all} lacks shards of ${failure.index ?? `${target.prefix}*`}, so an answer would be incomplete`,
        next: 'its health is red: bring back the nodes that hold them; `mitra doctor` shows the state',
      }
    case 'tls':
      return tlsWords(failure, at)
    case 'too_large':
      return {
        message: `Elasticsearch at ${all} refuses a request of this size`,
        next: 'raise http.max_content_length there, or what a proxy in between allows; or lower indexer.maxsize',
      }
    case 'invalid':
      return {
        message: `Elasticsearch at ${all} does not accept the request: ${failure.reason}`,
        next: 'if the query is right this is a mistake of mitra, or the indices were made by another version: see `mitra doctor`',
      }
    case 'unsupported':
      return {
        message: `Elasticsearch at ${all} has no such feature`,
        next: 'its distribution or its settings leave it out',
      }
    case 'expired':
      return {
        message: `Elasticsearch at ${all} no longer knows the position in a long answer`,
        next: 'ask again, and read the answer without long pauses',
      }
    case 'wrong_product':
      return {
        message: `what answers at ${at} is no Elasticsearch`,
        next: 'set store.elasticsearch.nodes to the addresses of an Elasticsearch 8.19 or 9; OpenSearch is none',
      }
    case 'too_old':
      return {
        message: `Elasticsearch at ${all} has version ${failure.version}, mitra needs 8.19 or newer`,
        next: 'update Elasticsearch, or use the embedded store',
      }
    case 'aborted':
      return { message: `a request to Elasticsearch at ${all} was given up`, next: 'run it again' }
    case 'server': {
      const status = failure.status === undefined ? '' : ` (status ${failure.status})`
      return {
        message: `Elasticsearch at ${all} failed${status}: ${failure.reason}`,
        next: 'its log tells more',
      }
    }
    default:
      return failure satisfies never
  }
}

/** Nodes as people know them, without credentials. */
function placesOf({ nodes }: ElasticsearchTarget): string {
  return nodes.map((node) => new URL(node).origin).join(', ')
}

function hostsOf({ nodes }: ElasticsearchTarget): string {
  return [...new Set(nodes.map((node) => new URL(node).hostname))].join(', ')
}

type Of<Kind extends Failure['kind']> = Extract<Failure, { kind: Kind }>

function unreachableWords(
  { reason, code, status }: Of<'unreachable'>,
  target: ElasticsearchTarget,
  all: string,
): Words {
  const through = target.proxy === undefined ? '' : ` through the proxy ${new URL(target.proxy).host}`
  const isPlain = target.nodes.some((node) => node.startsWith('http:'))
  const message = (why: string) => `failed to reach Elasticsearch at ${all}${through}: ${why}`
  switch (reason) {
    case 'dns':
      return {
        message: message(`no address is known for ${target.proxy === undefined ? hostsOf(target) : 'it'}`),
        next: 'see that store.elasticsearch.nodes is spelt right and that this host can look up names',
      }
    case 'refused':
      return {
        message: message('nothing listens there (connection refused)'),
        next: 'see that Elasticsearch runs and that the port in store.elasticsearch.nodes is right',
      }
    case 'reset':
      return {
        message: message('the connection was closed'),
        next: isPlain
          ? 'if it expects TLS, write https in store.elasticsearch.nodes; else see its log'
          : 'see its log, and what stands between',
      }
    case 'no_route':
      return { message: message('the network has no way there'), next: 'see the routes and firewalls of this host' }
    case 'no_answer':
      return {
        message: message('nothing answers there'),
        next: 'see that the host is up and that no firewall drops the connection',
      }
    case 'not_http':
      return {
        message: message('what answers there does not speak HTTP'),
        next: isPlain
          ? 'write https in store.elasticsearch.nodes if it expects TLS; its HTTP port is 9200 by default, not 9300'
          : 'its HTTP port is 9200 by default, not 9300',
      }
    case 'proxy':
      return {
        message: message(`the proxy refuses with status ${status ?? 'unknown'}`),
        next: 'see store.elasticsearch.proxy, its login and what it allows',
      }
    case 'other':
      return {
        message: message(code ?? 'the connection failed'),
        next: 'see store.elasticsearch.nodes and the network between',
      }
    default:
      return reason satisfies never
  }
}

function unauthorizedWords({ auth }: ElasticsearchTarget, at: string): Words {
  if (auth === undefined)
    return {
      message: `Elasticsearch at ${at} wants a login`,
      next: 'set store.elasticsearch.api_key, or username and password',
    }
  const given =
    'apiKey' in auth
      ? 'the API key'
      : 'bearer' in auth
        ? 'the bearer token'
        : `user "${auth.username}" and its password`
  const next =
    'apiKey' in auth
      ? 'see that store.elasticsearch.api_key is the encoded key of this cluster, neither expired nor invalidated'
      : 'bearer' in auth
        ? 'see that store.elasticsearch.bearer_token is of this cluster and has not expired'
        : 'see store.elasticsearch.username and password'
  return { message: `Elasticsearch at ${at} does not accept ${given}`, next }
}

function forbiddenWords(
  { action, privileges, indices }: Of<'forbidden'>,
  target: ElasticsearchTarget,
  all: string,
): Words {
  const what = action === undefined ? 'this' : `${action}${indices === undefined ? '' : ` on ${indices}`}`
  const which = privileges === undefined ? '' : `: it needs the privilege ${privileges.slice(0, 3).join(' or ')}`
  return {
    message: `the login to Elasticsearch at ${all} may not do ${what}${which}`,
    next: `use a login with that right; \`mitra setup --roles\` prints the roles for ${target.prefix}*, \`mitra doctor\` what this login may do`,
  }
}

function readOnlyWords({ reason, index }: Of<'read_only'>, { prefix }: ElasticsearchTarget, all: string): Words {
  const which = index ?? `${prefix}*`
  switch (reason) {
    case 'disk':
      return {
        message: `Elasticsearch at ${all} keeps ${which} read-only: a disk is fuller than the flood-stage watermark`,
        next: 'free room there, for instance with `mitra prune`, or add a node; writing goes on by itself then',
      }
    case 'index':
      return {
        message: `Elasticsearch at ${all} does not let ${which} be written: an index.blocks setting is in force`,
        next: `remove it with PUT ${which}/_settings {"index.blocks.write": null, "index.blocks.read_only": null}`,
      }
    case 'no_master':
      return {
        message: `the cluster of Elasticsearch at ${all} has no master node now`,
        next: 'see that most of its master-eligible nodes are up and see each other',
      }
    default:
      return reason satisfies never
  }
}

function tlsWords({ reason, code }: Of<'tls'>, at: string): Words {
  switch (reason) {
    case 'untrusted':
      return {
        message: `the certificate of Elasticsearch at ${at} is signed by nobody this host trusts`,
        next: 'set store.elasticsearch.ca to the PEM file of its authority, or ca_fingerprint',
      }
    case 'expired':
      return {
        message: `the certificate of Elasticsearch at ${at} has expired`,
        next: 'renew it there; and see that the clock of this host is right',
      }
    case 'not_yet_valid':
      return {
        message: `the certificate of Elasticsearch at ${at} is not valid yet`,
        next: 'see that the clock of this host is right',
      }
    case 'wrong_name':
      return {
        message: `the certificate of Elasticsearch at ${at} is for another name`,
        next: 'write the name the certificate has in store.elasticsearch.nodes',
      }
    case 'fingerprint':
      return {
        message: `the certificates of Elasticsearch at ${at} do not have the fingerprint that was given`,
        next: 'set store.elasticsearch.ca_fingerprint to the SHA-256 fingerprint of its authority, or ca to a PEM file where it does not send that certificate; if neither changed, somebody may be listening in',
      }
    case 'not_tls':
      return {
        message: `what answers at ${at} does not speak TLS`,
        next: 'write http in store.elasticsearch.nodes, or turn TLS on in Elasticsearch; its HTTP port is 9200 by default',
      }
    case 'handshake':
      return {
        message: `TLS with Elasticsearch at ${at} failed${code === undefined ? '' : ` (${code})`}`,
        next: 'see which protocols, ciphers and client certificates it asks for',
      }
    default:
      return reason satisfies never
  }
}
