// What `mitra doctor` says of how this host's sockets are read.
import { agentPlan } from '../config/agent-plan.ts'
import type { Configuration } from '../config/load.ts'
import { NoDataError } from '../errors.ts'
import { Root } from '../host/root.ts'
import { sources } from '../sources/index.ts'
import { wayOf } from '../sources/sockets/socket-reader.ts'
import type { Way } from '../sources/sockets/socket-tables.ts'
import type { Check } from '../store/check.ts'

const words: Record<Way, string> = {
  inherited: 'over netlink, by an inherited descriptor',
  koffi: 'over netlink, through koffi',
  ss: 'by running ss',
  proc: 'from /proc, where no backlog stands and which costs most: at most 1 % of a processor is spent on it',
}

/** Tries it. None where the source is off, or the host has no sockets. */
export async function socketChecks(
  configuration: Configuration,
  env: Record<string, string | undefined>,
): Promise<Check[]> {
  const { root, sources: enabled } = agentPlan(configuration, sources)
  if (!enabled.some(({ name }) => name === 'sockets')) return []
  try {
    const { way, reasons } = await wayOf({ root: new Root(root), env, signal: new AbortController().signal })
    const because = reasons.length > 0 ? ` (${reasons.join('; ')})` : ''
    const check = { check: 'sockets', detail: `read ${words[way]}${because}` }
    if (way !== 'proc') return [{ ...check, status: 'ok' }]
    return [{ ...check, status: 'warning', next: 'install koffi or iproute2, and let the agent use AF_NETLINK' }]
  } catch (error) {
    if (error instanceof NoDataError) return []
    throw error
  }
}
