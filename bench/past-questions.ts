// Questions about time and fleet, as a person types them.
import { rounded, table, timedInTurn } from './measure.ts'

export interface PastQuestion {
  asks: string
  command: string[]
}

/** What history, log, drift and moments take; about the newest day and one before it. */
export function pastQuestionsAbout({
  lastDay,
  earlierDay,
  firstDay,
  host,
}: {
  lastDay: string
  earlierDay: string
  firstDay: string
  host: string
}) {
  const endOfDay = `${lastDay}T23:59:59.999Z`
  return [
    { asks: 'every version of a file of a host', command: ['history', host, '/etc/hosts'] },
    { asks: 'what changed on the fleet on a day', command: ['log', '--from', `${lastDay}T00:00Z`, '--to', endOfDay] },
    {
      asks: 'the first day of the fleet, when all of it appeared',
      command: ['log', '--from', `${firstDay}T00:00Z`, '--to', `${firstDay}T23:59:59.999Z`],
    },
    { asks: 'all settings by how suspicious their minority is', command: ['drift'] },
    { asks: 'who differs in one setting', command: ['drift', 'sysctl.vm.swappiness'] },
    { asks: 'who differs among hosts of a role', command: ['drift', '--group-by', 'labels.role'] },
    {
      asks: 'hosts with somaxconn 128 at a past moment',
      command: ['hosts', 'sysctl.net.core.somaxconn:128', '--at', `${earlierDay}T12:00Z`],
    },
    {
      asks: 'values of vm.swappiness at the end of a past day',
      command: ['values', 'sysctl.vm.swappiness', '--day', earlierDay],
    },
    { asks: 'since when is dirty_ratio over 20', command: ['when', 'filename:/proc/sys sysctl.vm.dirty_ratio:>20'] },
  ] satisfies PastQuestion[]
}

/** Runs each as a process of its own, in turn with `node -e 0`, and prints what they took. */
export function timePastQuestions(mitra: string, store: readonly string[], questions: readonly PastQuestion[]): void {
  const rows = questions.map(({ asks, command }) => {
    const [mine, bare] = timedInTurn(
      [
        [process.execPath, mitra, ...command, ...store],
        [process.execPath, '-e', '0'],
      ],
      7,
    )
    return [asks, `mitra ${command.join(' ')}`, ...[mine?.p50, mine?.p95, bare?.p50].map((ms) => rounded(ms ?? NaN, 0))]
  })
  table(['question', 'command', 'p50 ms', 'p95 ms', 'node -e 0, p50 ms'], rows)
}
