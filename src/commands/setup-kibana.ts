// `mitra setup --kibana`: brings data views, Discover sessions and dashboards into Kibana.
import type { Configuration } from '../config/load.ts'
import { ActionableError } from '../errors.ts'
import type { KibanaTarget } from '../kibana/http.ts'
import type { InstallStep } from '../kibana/install.ts'
import type { Place } from '../kibana/place.ts'
import type { ElasticsearchTarget } from '../store/open.ts'
import type { Io } from '../terminal/io.ts'
import { createWaiting } from '../terminal/progress.ts'
import { type Column, type ListOptions, writeList } from './listing.ts'

export interface KibanaOptions extends Pick<ListOptions, 'json' | 'color' | 'quiet'> {
  kibana: string
  space: string | undefined
  'dry-run': boolean
}

const columns: readonly Column<InstallStep>[] = [
  { name: 'what', kind: 'text', value: (step) => step.what },
  { name: 'name', kind: 'text', value: (step) => step.name, style: 'bold' },
  { name: 'action', kind: 'text', value: (step) => step.action },
  { name: 'detail', kind: 'text', value: (step) => step.detail },
]

/** `cluster` has the login, which Kibana knows too. A dry run prints the objects as one file that can be imported by hand. */
export async function setUpKibana(
  options: KibanaOptions,
  { indexer }: Configuration,
  cluster: () => ElasticsearchTarget,
  io: Io,
): Promise<number> {
  const [{ readAddress }, { allLines, kibanaFiles }, { declaredFields }, { importPath, installFiles, meetKibana }] =
    await Promise.all([
      import('../kibana/address.ts'),
      import('../kibana/files.ts'),
      import('./declared-fields.ts'),
      import('../kibana/install.ts'),
    ])
  const address = readAddress(options.kibana, options.space)
  const { space } = address
  const place: Place = { prefix: indexer.prefix, ...(space !== undefined && { space }) }
  const files = kibanaFiles(place, declaredFields)
  if (options['dry-run']) {
    await io.stdout.write(allLines(files))
    if (!options.quiet) await io.stderr.write(`would be sent to ${address.url}${importPath(address)}\n`)
    return 0
  }
  const { auth, tls: { ca, verify = true } = {}, timeout_s } = cluster()
  const target: KibanaTarget = {
    ...address,
    ...(auth && { auth }),
    tls: { verify, ...(ca !== undefined && { ca }) },
    timeout_s,
    stop: io.signal,
  }
  const waiting = createWaiting(io, 'waiting for Kibana', options)
  try {
    const { notice } = await waiting.during(() => meetKibana(target))
    if (notice !== undefined && !options.quiet) await io.stderr.write(`${notice}\n`)
    const steps = await waiting.during(() => installFiles(target, files))
    await writeList(steps, columns, { ...options, csv: false, fields: undefined, limit: 0 }, io)
    const refused = steps.filter(({ action }) => action === 'refused')
    if (refused.length === 0) return 0
    throw new ActionableError(`Kibana refused ${refused.map(({ what, name }) => `${what} "${name}"`).join(', ')}`, {
      next: 'the detail says why; `mitra setup --kibana URL --dry-run` prints what was sent',
    })
  } finally {
    waiting.end()
  }
}
