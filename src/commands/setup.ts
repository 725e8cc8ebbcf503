// `mitra setup`: prepares Elasticsearch once, and makes the roles and keys that agents and people need.
import { moveOf } from '../config/agent-plan.ts'
import type { Configuration } from '../config/load.ts'
import { ActionableError } from '../errors.ts'
import type { Connected } from '../store/elasticsearch/connection/client.ts'
import type { Lifecycle } from '../store/elasticsearch/setup/lifecycle.ts'
import type { RoleName } from '../store/elasticsearch/setup/roles.ts'
import type { PlannedRequest, SetupStep } from '../store/elasticsearch/setup/setup-plan.ts'
import type { ElasticsearchTarget } from '../store/open.ts'
import type { Io } from '../terminal/io.ts'
import { jsonLine } from '../terminal/ndjson.ts'
import { utcTime } from '../terminal/time.ts'
import { defineCommand } from './command.ts'
import { configurationOf, storeTarget, waitingFor } from './configured.ts'
import { type Column, writeList } from './listing.ts'
import { outputOptions, storeOptions } from './options.ts'

const columns: readonly Column<SetupStep>[] = [
  { name: 'what', kind: 'text', value: (step) => step.what },
  { name: 'name', kind: 'text', value: (step) => step.name, style: 'bold' },
  { name: 'action', kind: 'text', value: (step) => step.action },
  { name: 'detail', kind: 'text', value: (step) => step.detail },
]

const kinds = ['agent', 'searcher', 'operator'] as const satisfies readonly RoleName[]

export const setup = defineCommand({
  description:
    'Puts the index templates in place and makes the index of the newest states. Run it once before the first agent, and after each update of mitra: it adds what is new, to the indices of today too, and never deletes anything. What a newer mitra made is kept, and so is a template of that name that is not mitra’s. Its login needs the rights of the operator.\n\n' +
    'An agent’s key writes its documents and can read none; a searcher’s reads and nothing else; an operator’s does all with the indices of mitra, so that it can set up, prune and look after them. Create them once with a login that may manage security: a key is shown only then.\n\n' +
    'With --json there is one object a line; a key is one object with `encoded`, the value for `store.elasticsearch.api_key`. The exit status is 2 when some part could not be set up.',
  arguments: {},
  options: {
    'dry-run': { short: 'n', summary: 'Print the requests, as Dev Tools of Kibana take them, and send none.' },
    force: { summary: 'Replace what a newer mitra made.' },
    ilm: {
      summary:
        'Write lifecycle policies from `retention` too, for clusters with index lifecycle management; else `mitra prune` does the work.',
    },
    roles: { summary: 'Print the roles of agent, searcher and operator as requests, and do nothing else.' },
    'create-roles': { summary: 'Create or update these roles, and do nothing else.' },
    'create-key': {
      value: 'ROLE',
      choices: kinds,
      summary: 'Create an API key with the rights of one role and print it, and do nothing else.',
    },
    name: { value: 'NAME', summary: 'Name of the key.', defaultText: 'prefix and role' },
    expires: { value: 'DURATION', summary: 'When the key ends, such as 90d.', defaultText: 'never' },
    kibana: {
      value: 'URL',
      summary:
        'Install data views, Discover sessions and dashboards in the Kibana at this address, over those of before, and do nothing else; with --dry-run print them as a file to import.',
    },
    space: { value: 'ID', summary: 'Of the Kibana: the space they go to.', defaultText: 'that of the address' },
    json: { summary: 'One JSON object a line.' },
    ...outputOptions,
    config: storeOptions.config,
  },
  examples: [
    { asks: 'Prepare Elasticsearch for mitra', line: 'mitra setup' },
    { asks: 'What would be put in place', line: 'mitra setup --dry-run' },
    { asks: 'A key for the agents of all hosts', line: 'mitra setup --create-key agent --expires 365d > agent.key' },
    { asks: 'Which roles to give to whom', line: 'mitra setup --roles' },
    { asks: 'Dashboards in Kibana', line: 'mitra setup --kibana http://127.0.0.1:5601' },
  ],
  async run(input, io) {
    const { options } = input
    const work = chosenWork(options)
    const configuration = await configurationOf(options, io)
    const { prefix } = configuration.indexer
    const { kibana } = options
    if (kibana !== undefined) {
      const { setUpKibana } = await import('./setup-kibana.ts')
      return setUpKibana({ ...options, kibana }, configuration, () => clusterOf(configuration), io)
    }
    if (work === 'roles')
      return printRequests((await import('../store/elasticsearch/setup/roles.ts')).roleRequests(prefix), io)
    const [{ applySetup, planSetup, requestsOf }, { declaredFields }] = await Promise.all([
      import('../store/elasticsearch/setup/setup.ts'),
      import('./declared-fields.ts'),
    ])
    const lifecycle = options.ilm ? lifecycleOf(configuration) : undefined
    const plan = planSetup(prefix, declaredFields, lifecycle)
    if (work === 'dry-run') return printRequests(requestsOf(plan), io)
    const target = clusterOf(configuration)
    const [{ withClient }, { createKey, createRoles }] = await Promise.all([
      import('../store/elasticsearch/connection/client.ts'),
      import('../store/elasticsearch/setup/roles.ts'),
    ])
    const waiting = waitingFor({ driver: 'elasticsearch', ...target }, options, io)
    const setUp = async ({ client, notice }: Connected) => {
      if (notice !== undefined && !options.quiet) await io.stderr.write(`${notice}\n`)
      if (work === 'create-key') {
        const role = options['create-key'] as RoleName
        const { name = prefix + role, expires } = options
        const wanted = { role, name, ...(expires !== undefined && { expiration: durationOf(expires) }) }
        const key = await waiting.during(() => createKey(client, prefix, wanted))
        const { expiration, ...rest } = key
        const shown = { ...rest, ...(expiration !== undefined && { expires: utcTime(expiration) }) }
        await io.stdout.write(options.json ? jsonLine(shown) : `${key.encoded}\n`)
        if (!options.quiet) await io.stderr.write(`key "${name}" (${key.id}); it cannot be shown again\n`)
        return 0
      }
      const steps = await waiting.during(() =>
        work === 'create-roles'
          ? createRoles(client, prefix)
          : applySetup(client, plan, { now: io.now(), force: options.force }),
      )
      await writeList(steps, columns, { ...options, csv: false, fields: undefined, limit: 0 }, io)
      complain(steps)
      return 0
    }
    return withClient(target, setUp, waiting.during).finally(waiting.end)
  },
})

type Work = 'set up' | 'dry-run' | 'roles' | 'create-roles' | 'create-key' | 'kibana'

/** What is asked for; throws where options do not go together. */
function chosenWork(options: {
  'dry-run': boolean
  roles: boolean
  'create-roles': boolean
  'create-key': string | undefined
  kibana: string | undefined
  space: string | undefined
  name: string | undefined
  expires: string | undefined
  ilm: boolean
  force: boolean
}): Work {
  const asked = (['kibana', 'dry-run', 'roles', 'create-roles', 'create-key'] as const).filter(
    (name) =>
      options[name] !== false && options[name] !== undefined && !(name === 'dry-run' && options.kibana !== undefined),
  )
  const [work = 'set up', another] = asked
  if (another !== undefined) throw new ActionableError(`--${work} and --${another} exclude each other`)
  for (const name of ['name', 'expires'] as const)
    if (options[name] !== undefined && work !== 'create-key')
      throw new ActionableError(`--${name} is for --create-key, which is not given`)
  if (options.space !== undefined && work !== 'kibana')
    throw new ActionableError('--space is for --kibana, which is not given')
  for (const name of ['ilm', 'force'] as const)
    if (options[name] && work !== 'set up' && work !== 'dry-run')
      throw new ActionableError(`--${name} has no meaning with --${work}`)
  return work
}

function clusterOf(configuration: Configuration): ElasticsearchTarget {
  const target = storeTarget({ store: undefined }, configuration)
  if (target.driver === 'elasticsearch') return target
  throw new ActionableError('the embedded store needs no setup, and no Elasticsearch is configured', {
    next: 'set store.elasticsearch.nodes to the addresses of an Elasticsearch to use one',
  })
}

/** Durations as people and Elasticsearch both write them. */
function durationOf(text: string): string {
  if (/^[1-9]\d{0,5}(d|h|m|s)$/.test(text)) return text
  throw new ActionableError(`--expires must be a whole number with d, h, m or s, got "${text}"`)
}

function lifecycleOf({ retention }: Configuration): Lifecycle {
  const { days, history, merge, warm, cold } = retention
  const [moveToWarm, moveToCold] = [moveOf(warm), moveOf(cold)]
  return {
    ...(days !== -1 && { days }),
    ...(history !== -1 && { history }),
    merge,
    ...(moveToWarm && { warm: moveToWarm }),
    ...(moveToCold && { cold: moveToCold }),
  }
}

async function printRequests(requests: readonly PlannedRequest[], io: Io): Promise<number> {
  const texts = requests.map(({ method, path, body }) => `${method} ${path}\n${JSON.stringify(body, null, 2)}\n`)
  await io.stdout.write(texts.join('\n'))
  return 0
}

/** What was left as it is although it should not be. */
function complain(steps: readonly SetupStep[]): void {
  const left = steps.filter(({ action }) => action === 'foreign' || action === 'refused')
  if (left.length === 0) return
  const next = left.some(({ action }) => action === 'foreign')
    ? 'rename or remove what has the name or the indices there, or choose another indexer.prefix'
    : left.some(({ what }) => what === 'index template')
      ? 'the detail says what stands in the way: another index template, or a module this Elasticsearch lacks'
      : 'today’s indices may stay as they are, tomorrow’s are made anew; the index of the newest states has to be copied to a new one'
  throw new ActionableError(`${left.map(({ what, name }) => `${what} ${name}`).join(', ')} could not be set up`, {
    next,
  })
}
