// `mitra assert`: whether rules hold on the fleet, and who breaks them.
import { basename } from 'node:path'
import type { FleetRule } from '../config/rules.ts'
import { ActionableError } from '../errors.ts'
import { assertion } from '../history/assertion.ts'
import type { Store, View } from '../store/store.ts'
import { junitReport, tapReport } from '../terminal/test-report.ts'
import { type Checked, resultOf, writeOffenders, writeRules } from './assert-output.ts'
import { defineCommand } from './command.ts'
import { withStore } from './configured.ts'
import { silentAfter, silentBefore } from './coverage.ts'
import { durationOf, viewOf } from './moment.ts'
import { listOptions, outputOptions, queryOptions, storeOptions, universeOption, viewOptions } from './options.ts'
import { type Question, readQuestion } from './question.ts'
import { sayUnknownFields } from './unknown-fields.ts'

export const assert = defineCommand({
  description:
    'Checks that every host has a document that matches QUERY (--on all), that none has (--on none), or that every host with a document that matches another query has one (--on QUERY). Lists the hosts that break the rule with what they hold of the fields it names, and why they break it: `differs`, `without` (no such source or field), `removed`, `error` (could not be read), `silent` (it held when the host was last heard of), or `matches` where none was to.\n\n' +
    'What is not known to hold does not pass: where all are to match, a silent host breaks the rule, unless --allow-silent. A question that no host is asked is an error, in a file of rules it is skipped.\n\n' +
    '--rules takes a YAML file; config/rules.yml is an example with the settings of a busy web tier. The exit status is 0 when all rules hold, 1 when one does not (warnings aside), 2 when they could not be checked.',
  arguments: {
    query: { many: true, completes: 'query', summary: 'What a document of the host must match, or must not.' },
  },
  options: {
    on: {
      value: 'WHOM',
      default: 'all',
      completes: 'query',
      summary: 'Who must match: `all`, `none`, or the hosts with a document that matches this query.',
    },
    ...universeOption,
    rules: { value: 'FILE', completes: 'file', summary: 'Check the rules of this YAML file, in place of QUERY.' },
    silent: { value: 'DURATION', summary: 'Take hosts last seen longer ago for silent.', defaultText: '1h' },
    'allow-silent': { summary: 'Take for true what a silent host last said.' },
    tap: { summary: 'Report as TAP 14, a test for each rule.' },
    junit: { summary: 'Report as the XML of JUnit, a test case for each rule.' },
    at: viewOptions.at,
    day: viewOptions.day,
    ...queryOptions,
    ...listOptions,
    ...outputOptions,
    ...storeOptions,
  },
  examples: [
    {
      asks: 'Do all web servers have deep accept queues',
      line: "mitra assert 'filename:/proc/sys AND sysctl.net.core.somaxconn:>=16384' --on labels.role:web",
    },
    { asks: 'Is telnet installed anywhere', line: 'mitra assert package.name:telnetd --on none' },
    { asks: 'Check a file of rules in CI', line: 'mitra assert --rules config/rules.yml --junit > mitra.xml' },
  ],
  async run(input, io) {
    const { options } = input
    const silence = options.silent === undefined ? silentAfter : durationOf(options.silent, '--silent')
    const view = viewOf({ ...options, from: undefined, to: undefined, history: false }, io)
    const report = reportOf(options)
    const read = (text: string) => readQuestion(text, options, io)
    const { file, rules } = await rulesOf(input.arguments.query.join(' '), options)
    const asked = await Promise.all(
      rules.map((rule, index) => readRule(rule, file && `${file}: rules[${index}]`, read)),
    )
    return withStore(options, io, 'read', async (store) => {
      await sayUnknownFields(
        asked.flatMap(({ questions }) => questions.flatMap(({ fields }) => fields)),
        options,
        store,
        io,
      )
      const checking = { view, silentBefore: silentBefore(view, io, silence), allowSilent: options['allow-silent'] }
      const checked: Checked[] = []
      for (const rule of asked) checked.push(await check(store, rule, checking))
      if (checked.every(({ verdict }) => verdict.status === 'nobody')) throw nobody(file, options)
      if (report === 'tap') await io.stdout.write(tapReport(checked.map((each) => resultOf(each, silence))))
      else if (report === 'junit') {
        const results = checked.map((each) => resultOf(each, silence))
        await io.stdout.write(junitReport(file === undefined ? 'mitra assert' : basename(file), results, io.now()))
      } else if (file === undefined) await writeOffenders(checked[0]!, silence, options, io)
      else await writeRules(checked, silence, options, io)
      return checked.some(({ rule, verdict }) => verdict.status === 'fails' && rule.severity === 'error') ? 1 : 0
    })
  },
})

interface AskedRule {
  rule: FleetRule
  on: 'all' | 'none'
  question: Question
  universe: Question | undefined
  /** All that is asked. */
  questions: Question[]
}

function reportOf(options: { tap: boolean; junit: boolean; json: boolean; csv: boolean }): 'tap' | 'junit' | 'list' {
  const given = (['tap', 'junit', 'json', 'csv'] as const).filter((name) => options[name])
  if (given.length > 1)
    throw new ActionableError(`${given.map((name) => `--${name}`).join(' and ')} exclude each other`)
  return options.tap ? 'tap' : options.junit ? 'junit' : 'list'
}

async function rulesOf(
  query: string,
  { rules: file, on, universe }: { rules: string | undefined; on: string; universe: string | undefined },
): Promise<{ file?: string; rules: FleetRule[] }> {
  if (file !== undefined) {
    if (query.trim() !== '' || on !== 'all' || universe !== undefined)
      throw new ActionableError('--rules excludes QUERY, --on and --universe', {
        next: 'the file says them of each rule',
      })
    return { file, rules: await (await import('../config/rules.ts')).loadRules(file) }
  }
  if (query.trim() === '')
    throw new ActionableError('there is no rule to check', { next: 'give a QUERY, or a file of rules with --rules' })
  return { rules: [{ name: query, query, on, universe, severity: 'error' }] }
}

/** `place`: where the rule stands, for mistakes in its queries. */
async function readRule(
  rule: FleetRule,
  place: string | undefined,
  read: (text: string) => Promise<Question>,
): Promise<AskedRule> {
  const readKey = async (key: 'query' | 'on' | 'universe', text: string) => {
    try {
      return await read(text)
    } catch (error) {
      if (place === undefined || !(error instanceof ActionableError)) throw error
      const next = error.next === undefined ? {} : { next: error.next }
      throw new ActionableError(`${place}.${key}:\n${error.message}`, { ...next, cause: error })
    }
  }
  const question = await readKey('query', rule.query)
  const whom = rule.on === 'all' || rule.on === 'none' ? undefined : await readKey('on', rule.on)
  const among = rule.universe === undefined ? undefined : await readKey('universe', rule.universe)
  if (whom && among)
    throw new ActionableError(`${place === undefined ? '' : `${place}: `}a query for \`on\` excludes \`universe\``, {
      next: 'one of them says whom to ask',
    })
  const universe = whom ?? among
  const questions = [question, ...(universe ? [universe] : [])]
  return { rule, on: rule.on === 'none' ? 'none' : 'all', question, universe, questions }
}

async function check(
  store: Store,
  { rule, on, question, universe }: AskedRule,
  checking: { view: View; silentBefore: number; allowSilent: boolean },
): Promise<Checked> {
  const start = performance.now()
  const { condition, fields } = question
  const verdict = await assertion(store, {
    condition,
    on,
    fields,
    ...(universe && { universe: universe.condition }),
    ...checking,
  })
  return { rule, verdict, milliseconds: performance.now() - start }
}

function nobody(file: string | undefined, options: { on: string; universe: string | undefined }): ActionableError {
  const isNarrowed = file !== undefined || options.universe !== undefined || !['all', 'none'].includes(options.on)
  return new ActionableError('there is no host to ask, so nothing is known', {
    next: isNarrowed ? '`mitra hosts QUERY` shows whom a query finds' : '`mitra hosts` lists the hosts of the store',
  })
}
