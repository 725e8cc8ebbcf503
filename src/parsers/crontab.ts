// Timed jobs of the system: crontab(5), /etc/crontab and /etc/cron.d. A line sets a variable, or has a schedule (five columns or one
// @word), a user and a command.
import { append, type ConfigValues, tellingLines } from './config-values.ts'
import { typedValue, unquoted } from './typed-value.ts'

const assignment = /^([A-Za-z_]\w{0,63})\s*=\s*(.*)$/
const schedule = /^(@[a-z]{1,20}|(?:[\d*,/~A-Za-z-]{1,100}\s+){4}[\d*,/~A-Za-z-]{1,100})\s+(\S.*)$/

/**
 * `command`, `user`, `schedule`, `job` (schedule, user and command of a line) and variables as `env.<NAME>`. What follows a `%` is
 * the input of the job and left out.
 */
export function parseCrontab(text: string): ConfigValues {
  const values: ConfigValues = new Map()
  for (const line of tellingLines(text)) {
    const [, name, value = ''] = assignment.exec(line) ?? []
    if (name !== undefined) {
      values.set(`env.${name}`, [typedValue(unquoted(value) ?? value)])
      continue
    }
    const [, times, rest = ''] = schedule.exec(line) ?? []
    if (times === undefined) continue
    const [, user, after = ''] = /^(\S+)\s+(\S.*)$/.exec(rest) ?? []
    if (user === undefined) continue
    const when = times.replace(/\s+/g, ' ')
    const command = after.replace(/(?<!\\)%.*$/, '').trimEnd()
    append(values, 'command', command)
    append(values, 'user', user)
    append(values, 'schedule', when)
    append(values, 'job', `${when} ${user} ${command}`)
  }
  return values
}
