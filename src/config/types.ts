// What a setting may be: the rule as people read it, and the schema that holds it. The rules of stores are in store-types.ts.
import * as v from 'valibot'
import { burstTypes } from './burst-types.ts'
import { isCronExpression } from './cron.ts'
import { unclosedIn } from './glob-syntax.ts'
import { absolutePath, isMapping, rule } from './rule.ts'
import { storeTypes } from './store-types.ts'

export { isMapping } from './rule.ts'

// Timers hold 2^31 ms, which is 24.8 days.
const maxSeconds = 24 * 86_400
const maxMegabytes = 1_000_000

const boolean = rule('true or false', v.boolean())
const megabytes = rule(
  `a number of MB above 0, at most ${maxMegabytes}`,
  v.pipe(v.number(), v.gtValue(0), v.maxValue(maxMegabytes)),
)
const megabytesOrNoLimit = rule(
  `a number of MB above 0, at most ${maxMegabytes}, or -1 for no limit`,
  v.pipe(
    v.number(),
    v.check((value) => value === -1 || (value > 0 && value <= maxMegabytes)),
  ),
)
const seconds = rule('a number of seconds above 0, at most 86400', v.pipe(v.number(), v.gtValue(0), v.maxValue(86_400)))
const days = rule(
  'a whole number of days, 1 to 36500, or -1 for no limit',
  v.pipe(
    v.number(),
    v.integer(),
    v.check((value) => value === -1 || (value >= 1 && value <= 36_500)),
  ),
)
const port = rule('a port number, 1 to 65535', v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)))
const hostName = rule(
  'a host name of letters, digits, dots, hyphens and underscores',
  v.pipe(v.string(), v.regex(/^[\p{L}\p{N}_]([\p{L}\p{N}._-]*[\p{L}\p{N}_])?$/u), v.maxLength(253)),
)
const hostAddress = rule(
  'a host name or an address, without scheme and port',
  v.pipe(v.string(), v.regex(/^([a-z\d_]([a-z\d._-]*[a-z\d_])?\.?|\[?[a-f\d:]*:[a-f\d:.]*\]?)$/i), v.maxLength(253)),
)
const indexPrefix = rule(
  'the start of an index name: lower-case letters, digits, ".", "_" and "-", a letter or digit first',
  v.pipe(v.string(), v.regex(/^[a-z\d][a-z\d._-]*$/), v.maxLength(100)),
)
const frequency = rule(
  `a number of seconds from 1 to ${maxSeconds}, or a cron expression`,
  v.union([v.pipe(v.number(), v.minValue(1), v.maxValue(maxSeconds)), v.pipe(v.string(), v.check(isCronExpression))]),
)
const kind = rule('state or metric', v.picklist(['state', 'metric']))
const pathPattern = rule(
  'an absolute path, a glob or a directory',
  v.pipe(
    v.string(),
    v.regex(/^\/[^\0]*$/),
    v.maxLength(4096),
    v.check((text) => unclosedIn(text) !== '[', 'has a "[" that is not closed (write [[] for the character itself)'),
    v.check((text) => unclosedIn(text) !== '{', 'has a "{" that is not closed (write [{] for the character itself)'),
  ),
)
const documentPath = rule(
  'the path its document has: a text without control characters',
  v.pipe(v.string(), v.regex(/^[^\s\p{Cc}]([^\p{Cc}]*[^\s\p{Cc}])?$/u), v.maxLength(1024)),
)
const programArguments = rule(
  'a list of texts, the program first',
  v.pipe(
    v.array(v.message(v.pipe(v.string(), v.regex(/^[^\0]*$/)), 'must be a text (quote it)')),
    v.check((list) => list.length > 0 && list[0] !== ''),
  ),
)
const label = rule(
  'a text, a number, true or false',
  v.union([v.string(), v.pipe(v.number(), v.finite()), v.boolean()]),
)

const labelRule = 'must have a name of letters, digits and underscores, a letter first'

/** A mapping with just these keys; the keys themselves are held by the rows of settings.ts. */
function keyed<const E extends v.ObjectEntries>(entries: E) {
  return v.pipe(v.custom<Record<string, unknown>>(isMapping), v.object(entries))
}

const parseKind = rule(
  'keyvalue, ini, json, yaml, toml, space or csv',
  v.picklist(['keyvalue', 'ini', 'json', 'yaml', 'toml', 'space', 'csv']),
)
/** How the text of a file becomes fields. */
export type ParseKind = v.InferOutput<typeof parseKind.schema>
const fieldPrefix = rule(
  'a name of letters, digits and underscores, a letter first',
  v.pipe(v.string(), v.regex(/^[a-z]\w{0,39}$/i)),
)
const keyCount = rule('a whole number, 1 to 1000', v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000)))

/** How a file becomes fields. */
const formatKeys = {
  parse: v.exactOptional(parseKind.schema),
  as: v.exactOptional(fieldPrefix.schema),
  keys: v.exactOptional(keyCount.schema),
}
const fileKeys = keyed({
  path: pathPattern.schema,
  frequency: v.exactOptional(frequency.schema),
  required: v.exactOptional(boolean.schema),
  ...formatKeys,
})
const optionalFileKeys = keyed({
  path: pathPattern.schema,
  frequency: v.exactOptional(frequency.schema),
  ...formatKeys,
})
const commandKeys = keyed({
  path: documentPath.schema,
  run: programArguments.schema,
  timeout: v.exactOptional(seconds.schema),
  maxsize: v.exactOptional(megabytes.schema),
  kind: v.exactOptional(kind.schema),
  frequency: v.exactOptional(frequency.schema),
})
const names = rule(
  'a list of texts',
  v.array(v.message(v.pipe(v.string(), v.regex(/^[^\p{Cc}]+$/u), v.maxLength(1000)), 'must be a text (quote it)')),
)
const processCount = rule(
  'a whole number from 0 to 100',
  v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(100)),
)
const serverAddresses = rule(
  'a list of host:port and paths of sockets',
  v.pipe(
    v.array(
      v.message(
        v.pipe(
          v.string(),
          v.regex(/^(\/[^\0]+|[a-z\d_]([a-z\d._-]*[a-z\d_])?:\d{1,5}|\[[a-f\d:.]+\]:\d{1,5})$/i),
          v.maxLength(300),
        ),
        'must be host:port, [address]:port or the path of a socket',
      ),
    ),
    v.maxLength(32),
  ),
)

const anySourceKeys = {
  enabled: v.exactOptional(boolean.schema),
  frequency: v.exactOptional(frequency.schema),
}
const onOrOff = v.message(v.boolean(), 'must be true, false, or a mapping with enabled and frequency')

/** True, false or a mapping: of the keys any source has, and of its own. */
function sourceOf<const E extends v.ObjectEntries>(own: E) {
  const mapping = keyed({ ...anySourceKeys, ...own })
  return v.lazy((input) => (isMapping(input) ? mapping : onOrOff))
}

/** Every type a setting can have, by the name its row gives. */
export const types = {
  boolean,
  megabytes,
  megabytesOrNoLimit,
  seconds,
  days,
  port,
  absolutePath,
  hostName,
  hostAddress,
  indexPrefix,
  frequency,
  kind,
  pathPattern,
  parseKind,
  fieldPrefix,
  keyCount,
  documentPath,
  programArguments,
  names,
  processCount,
  serverAddresses,
  logLevel: rule('error, warn, info or debug', v.picklist(['error', 'warn', 'info', 'debug'])),
  logFormat: rule('auto, text or json', v.picklist(['auto', 'text', 'json'])),
  ...storeTypes,
  ...burstTypes,
  prune: rule(
    'true for once a day, false, or a cron expression',
    v.union([v.boolean(), v.pipe(v.string(), v.check(isCronExpression))]),
  ),
  storeDriver: rule('embedded or elasticsearch', v.picklist(['embedded', 'elasticsearch'])),
  labels: rule(
    'a mapping of labels to texts, numbers, true or false',
    v.pipe(
      v.custom<Record<string, string | number | boolean>>(isMapping),
      v.rawCheck(({ dataset, addIssue }) => {
        if (!dataset.typed) return
        for (const [key, value] of Object.entries(dataset.value)) {
          const path = [{ type: 'object', origin: 'value', input: dataset.value, key, value }] as const
          if (!/^[a-z]\w{0,63}$/i.test(key)) addIssue({ path: [...path], message: labelRule })
          else if (!v.is(label.schema, value)) addIssue({ path: [...path], message: `must be ${label.accepts}` })
        }
      }),
    ),
  ),
  files: rule(
    'a list of absolute paths, globs and directories',
    v.array(v.lazy((input) => (isMapping(input) ? fileKeys : pathPattern.schema))),
  ),
  optionalFiles: rule(
    'a list of absolute paths, globs and directories',
    v.array(v.lazy((input) => (isMapping(input) ? optionalFileKeys : pathPattern.schema))),
  ),
  commands: rule('a list of commands', v.array(v.message(commandKeys, 'must be a mapping with path and run'))),
  sources: rule(
    'a mapping of sources to true, false or their settings',
    v.pipe(
      v.custom<Record<string, unknown>>(isMapping),
      v.objectWithRest(
        {
          processes: v.exactOptional(
            sourceOf({
              top: v.exactOptional(processCount.schema),
              names: v.exactOptional(names.schema),
              users: v.exactOptional(names.schema),
              cgroups: v.exactOptional(names.schema),
              arguments: v.exactOptional(boolean.schema),
            }),
          ),
          memcached: v.exactOptional(sourceOf({ addresses: v.exactOptional(serverAddresses.schema) })),
        },
        sourceOf({}),
      ),
    ),
  ),
}

export type TypeName = keyof typeof types
/** What a setting of a type holds. */
export type ValueOf<Name extends TypeName> = v.InferOutput<(typeof types)[Name]['schema']>

/** One value that breaks a rule: where below the setting, and the rule. */
export interface Breach {
  path: readonly string[]
  message: string
  /** A required key that is not there. */
  missing: boolean
}

/** Holds a value against its type: what breaks the rule, nothing when all is well. */
export function breachesOf(name: TypeName, value: unknown): Breach[] {
  const result = v.safeParse(types[name].schema as v.GenericSchema, value)
  return (result.issues ?? []).map((issue) => ({
    path: (issue.path ?? []).map((item) => String(item.key)),
    message: issue.message,
    missing: issue.type === 'object' && issue.path?.at(-1)?.origin === 'key',
  }))
}
