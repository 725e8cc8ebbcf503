// Arguments and options that several commands share; options are sets to spread into their declarations.

/** A host whose sources are shown. */
export const hostArgument = { required: true, summary: 'Name of a host; `.` or localhost for this one.' } as const

/** A source of that host. */
export const pathArgument = {
  required: true,
  summary: 'Path of a file, or another name of a source such as /proc/sys or `packages`.',
} as const

/** Where settings and store are. */
export const storeOptions = {
  config: {
    short: 'c',
    value: 'FILE',
    completes: 'file',
    summary: 'Configuration file.',
    defaultText: '$MITRA_CONFIG, /etc/mitra/mitra.yml, the user’s own, built-in settings',
  },
  store: {
    value: 'PATH',
    completes: 'file',
    summary: 'Database file of the embedded store, whatever the configuration says.',
  },
} as const

/** Which documents are asked. */
export const viewOptions = {
  at: {
    value: 'TIME',
    summary:
      'Ask the state at this time: ISO 8601, `now-2h`, or a day, which means its end; of each source the newest until then, however old.',
  },
  day: { value: 'DAY', summary: 'Ask the state at the end of this day (UTC): a date, `today`, `yesterday`, `now-3d`.' },
  from: {
    value: 'TIME',
    summary: 'Ask the last states of each day from this time on: ISO 8601, a date, `now-2h`, `yesterday`.',
  },
  to: {
    value: 'TIME',
    summary: 'Ask the last states of each day up to this time.',
    defaultText: 'now, when --from is given',
  },
  history: { summary: 'Ask every version kept, between --from and --to where given.' },
} as const

/** Which hosts are asked. */
export const universeOption = {
  universe: {
    value: 'QUERY',
    completes: 'query',
    summary: 'Ask only hosts with a document that matches.',
    defaultText: 'all hosts',
  },
} as const

/** How the query is read. */
export const queryOptions = {
  'default-operator': {
    value: 'OPERATOR',
    choices: ['and', 'or'],
    default: 'and',
    summary: 'What joins two terms with nothing between them.',
  },
} as const

/** How a list comes out. */
export const listOptions = {
  json: { summary: 'One JSON object a line, times in UTC.' },
  csv: { summary: 'Comma-separated values with a heading line.' },
  fields: {
    value: 'A,B',
    completes: 'field',
    summary: 'Only these fields, in this order; `*` stands for any characters.',
  },
  limit: {
    value: 'N',
    number: true,
    summary: 'At most so many; 0 for all.',
    defaultText: '50 at a terminal, else all',
  },
} as const

/** Colours and messages. */
export const outputOptions = {
  color: {
    value: 'WHEN',
    choices: ['auto', 'always', 'never'],
    default: 'auto',
    summary: 'Colours; `auto` heeds the terminal, NO_COLOR and FORCE_COLOR.',
  },
  quiet: { short: 'q', summary: 'No hints, no coverage, no progress: only results and errors.' },
} as const
