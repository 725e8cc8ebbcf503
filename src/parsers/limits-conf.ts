// Limits of sessions: limits.conf(5) of pam_limits. A line is `domain type item value`; the domain `*` is called the default there.
import { append, type ConfigValues, tellingLines } from './config-values.ts'
import { typedValue } from './typed-value.ts'

/** Values by `<domain>.<soft or hard>.<item>`, as `default.soft.nofile`; a type `-` sets both. The last line counts. */
export function parseLimitsConf(text: string): ConfigValues {
  const values: ConfigValues = new Map()
  for (const line of tellingLines(text)) {
    const [domain = '', type = '', item, value] = line.replace(/\s#.*$/, '').split(/\s+/)
    if (item === undefined || value === undefined || !/^(?:soft|hard|-)$/.test(type)) continue
    // a dot would divide the name of the user
    const whom = domain === '*' ? 'default' : domain.replaceAll('.', '_')
    for (const kind of type === '-' ? ['soft', 'hard'] : [type]) {
      const key = `${whom}.${kind}.${item}`
      values.delete(key)
      append(values, key, typedValue(value))
    }
  }
  return values
}
