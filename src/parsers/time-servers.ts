// Time synchronisation: ntp.conf(5) of ntpd and NTPsec, chrony.conf(5). A line is a directive and its words.
import { append, type ConfigValues, tellingLines } from './config-values.ts'
import { typedValue } from './typed-value.ts'

/** Directives whose first word is a server, or another clock. */
const clocks = new Set(['server', 'pool', 'peer', 'refclock'])

/**
 * Values by directive in lower case: the names of `server`, `pool` and `peer`, with what is said of each as `<directive>_option`;
 * of the others the words of the line, or true where there are none.
 */
export function parseTimeServers(text: string): ConfigValues {
  const values: ConfigValues = new Map()
  for (const line of tellingLines(text, /^[#!;%]/)) {
    const [word = '', ...more] = line.replace(/\s#.*$/, '').split(/\s+/)
    const directive = word.toLowerCase()
    // ntpd takes the family of the address first
    const words = /^-[46]$/.test(more[0] ?? '') && clocks.has(directive) ? more.slice(1) : more
    if (words.length === 0) append(values, directive, true)
    else if (clocks.has(directive)) {
      append(values, directive, words[0] ?? '')
      if (words.length > 1) append(values, `${directive}_option`, words.slice(1).join(' '))
    } else append(values, directive, typedValue(words.join(' ')))
  }
  return values
}
