// The least that an agent, a person who searches and an operator need, as roles and as API keys.
import type { Client, estypes } from '@elastic/elasticsearch'
import { ActionableError } from '../../../errors.ts'
import { failureOf } from '../connection/failure.ts'
import { ownMeta } from '../mapping/index-template.ts'
import type { PlannedRequest, SetupStep } from './setup-plan.ts'

export const roleNames = ['agent', 'searcher', 'operator'] as const

export type RoleName = (typeof roleNames)[number]

/** As `PUT _security/role` and the `role_descriptors` of an API key take it. */
export interface RoleDescriptor {
  cluster: string[]
  indices: { names: string[]; privileges: string[] }[]
}

/** The role of each kind for the indices whose names begin with `prefix`. */
export function rolesOf(prefix: string): Record<RoleName, RoleDescriptor> {
  return {
    agent: {
      cluster: [],
      indices: [
        {
          // not all of `prefix*`: the lease of those who prune is none of its business
          names: ['latest*', 'days', '2*', 'history*'].map((name) => prefix + name),
          // The named privileges that hold these allow more: `index` updates too, whose answer can hold the document;
          // `create_index` lets a write make an index of a guessed mapping.
          privileges: [
            'indices:admin/create',
            'indices:admin/mappings/get*',
            'indices:admin/mapping/auto_put',
            'indices:admin/refresh*',
            'indices:data/write/bulk*',
            'indices:data/write/index*',
            // which index it is, lest a new one is taken for the one before
            'indices:monitor/settings/get*',
          ],
        },
      ],
    },
    searcher: {
      cluster: [],
      indices: [{ names: [`${prefix}*`], privileges: ['read', 'view_index_metadata'] }],
    },
    operator: {
      cluster: ['monitor', 'manage_index_templates', 'manage_ilm'],
      indices: [{ names: [`${prefix}*`], privileges: ['all'] }],
    },
  }
}

/** The name of a role in the cluster: `mitra_agent`. */
export function roleName(prefix: string, role: RoleName): string {
  return prefix + role
}

/** The requests that make the roles. */
export function roleRequests(prefix: string): PlannedRequest[] {
  const roles = rolesOf(prefix)
  return roleNames.map((role) => ({
    method: 'PUT',
    path: `_security/role/${roleName(prefix, role)}`,
    body: { ...roles[role], metadata: ownMeta },
  }))
}

/** Creates or updates the roles. Throws what the client throws, and ActionableError where there is no security. */
export async function createRoles(client: Client, prefix: string): Promise<SetupStep[]> {
  const steps: SetupStep[] = []
  for (const { method, path, body } of roleRequests(prefix)) {
    const answer = await secured(() => client.transport.request({ method, path: `/${path}`, body: { ...body } }))
    const { created } = (answer as { role: { created: boolean } }).role
    steps.push({ what: 'role', name: path.slice(path.lastIndexOf('/') + 1), action: created ? 'created' : 'updated' })
  }
  return steps
}

export interface KeyRequest {
  role: RoleName
  name: string
  /** As Elasticsearch writes durations: `365d`; for ever when absent. */
  expiration?: string
}

export interface CreatedKey {
  id: string
  name: string
  role: RoleName
  /** What `store.elasticsearch.api_key` takes; Elasticsearch tells it only now. */
  encoded: string
  /** Milliseconds since the epoch. */
  expiration?: number
}

/** Creates an API key that may do what the role may, and nothing else. Throws as `createRoles` does. */
export async function createKey(client: Client, prefix: string, request: KeyRequest): Promise<CreatedKey> {
  const { role, name, expiration } = request
  const answer = await secured(() =>
    client.security.createApiKey({
      name,
      role_descriptors: { [roleName(prefix, role)]: rolesOf(prefix)[role] as estypes.SecurityRoleDescriptor },
      metadata: ownMeta,
      ...(expiration !== undefined && { expiration }),
    }),
  )
  return {
    id: answer.id,
    name,
    role,
    encoded: answer.encoded,
    ...(answer.expiration !== undefined && { expiration: answer.expiration }),
  }
}

async function secured<Answer>(request: () => Promise<Answer>): Promise<Answer> {
  try {
    return await request()
  } catch (error) {
    const failure = failureOf(error)
    if (failure.kind === 'unsupported')
      throw new ActionableError('security is off in this Elasticsearch, so it has neither roles nor API keys', {
        next: 'set xpack.security.enabled in elasticsearch.yml, or go on without credentials',
        cause: error,
      })
    if (failure.kind === 'invalid')
      throw new ActionableError(`Elasticsearch does not make it: ${failure.reason}`, {
        next: 'log in with a user name and password: an API key cannot make keys with rights',
        cause: error,
      })
    throw error
  }
}
