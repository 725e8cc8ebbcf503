// Every setting, one row each: the configuration's checks, defaults, default file and documentation are made from these.
import { isSetting, type Key, optional, type Setting, setting } from './setting.ts'
import { delivery, retention, store, storeSections } from './store-settings.ts'
import { web } from './web-settings.ts'

/** What an entry of `indexer.commands` has where it says nothing. */
export const commandDefaults = { timeout: 10, maxsize: 10 } as const

/** What a rule under `burst.rules` has where it says nothing; seconds. */
export const burstDefaults = { interval: 0.5, for: 120, rest: 900, look: 10 } as const
/** What a burst takes unless it is told: how the kernel fares, and quick to read. */
export const usualBurstSources = [
  'meminfo',
  'zoneinfo',
  'buddyinfo',
  'vmstat',
  'pressure',
  'diskstats',
  'loadavg',
  'netstat',
] as const

const ownFrequency: Key = {
  type: 'frequency',
  default: '`indexer.frequency`',
  help: 'How often it is read.',
}

/** How a file of a list becomes fields. */
const asFields: Readonly<Record<string, Key>> = {
  parse: {
    type: 'parseKind',
    help: 'How its text is read as fields; known files (sources.md) are without it.',
  },
  as: { type: 'fieldPrefix', help: 'With `parse`: its fields are `config.<as>.<key>`.' },
  keys: {
    type: 'keyCount',
    default: '200',
    help: 'With `parse`: keys a document may have as fields; what is beyond is found in its text.',
  },
}

/** One sentence for each section, by its name with dots. */
export const sections: Readonly<Record<string, string>> = {
  '': 'The host itself.',
  log: 'Where the agent reports what it does.',
  ...storeSections,
  web: 'The explorer: pages in a browser.',
  burst: 'What is taken many times a second while a condition holds.',
  indexer: 'What is read, how often, and where the Elasticsearch of the original configuration is.',
}

export const settings = {
  host: optional('hostName', {
    help: 'Name of the host in every document, in place of the name it has itself.',
    consequence: 'Documents are identified by host name and path: a new name is a new host.',
    example: 'host: web-01',
  }),
  root: setting('absolutePath', {
    default: '/',
    help: 'The tree that is read: another folder for a mounted host, a container or a disk image.',
  }),
  labels: setting('labels', {
    default: {},
    help: 'Facts about the host that it does not know itself; each becomes `labels.<name>` of every document.',
    example: 'labels: {role: web, datacentre: ams1}',
  }),
  log: {
    file: optional('absolutePath', {
      help: 'File that gets the log too, as JSON lines.',
      example: 'file: /var/log/mitra.log',
    }),
    maxsize: setting('megabytes', {
      default: 10,
      unit: 'MB',
      help: 'Size at which the log file is rotated.',
      consequence: 'Five files are kept, so the log takes at most five times this.',
    }),
    level: setting('logLevel', {
      default: 'info',
      help: 'How much is logged.',
      consequence: 'debug also says what is normal on some hosts, such as a kernel table that is not there.',
    }),
    format: setting('logFormat', {
      default: 'auto',
      help: 'How stderr looks: short text for people, JSON lines for services.',
      consequence: 'auto is text at a terminal and JSON elsewhere, under systemd too.',
    }),
  },
  store,
  delivery,
  indexer: {
    prefix: setting('indexPrefix', {
      default: 'mitra_',
      help: 'Start of the names of the Elasticsearch indices.',
    }),
    es_host: optional('hostAddress', {
      help: 'Host name or address of an Elasticsearch without TLS; else `store.elasticsearch.nodes`.',
      consequence: 'Snapshots go to Elasticsearch unless `store.driver` says embedded.',
      example: 'es_host: elastic-01',
    }),
    es_port: setting('port', { default: 9200, help: 'Port of Elasticsearch at `indexer.es_host`.' }),
    maxsize: setting('megabytesOrNoLimit', {
      default: 10,
      unit: 'MB',
      help: 'Size a file may have, -1 for no limit; a larger one is skipped with an error in the log.',
      consequence: 'A file is held in memory while it is read: the agent may need several times this.',
    }),
    files: setting('files', {
      default: [],
      help: 'Files to read: paths, globs and directories; what is not there is an error.',
      consequence: 'A list given here stands alone: `files_if_present` is then empty unless it is given too.',
      example: 'files: [/etc/hosts, "/etc/app/*.conf", {path: /var/lib/app/state, frequency: 60, required: false}]',
      each: {
        path: { type: 'pathPattern', required: true, help: 'What is read.' },
        frequency: ownFrequency,
        required: { type: 'boolean', default: 'true', help: 'Whether it is an error when nothing is there.' },
        ...asFields,
      },
    }),
    files_if_present: setting('optionalFiles', {
      default: [
        '/etc/hosts',
        '/etc/host.conf',
        '/etc/hostname',
        '/etc/resolv.conf',
        '/etc/nsswitch.conf',
        '/etc/sysctl.conf',
        '/etc/sysctl.d/*.conf',
        '/usr/lib/sysctl.d/*.conf',
        '/etc/security/limits.conf',
        '/etc/security/limits.d/*.conf',
        '/etc/ntp.conf',
        '/etc/ntpsec/ntp.conf',
        '/etc/chrony.conf',
        '/etc/chrony.d/*.conf',
        '/etc/chrony/chrony.conf',
        '/etc/chrony/conf.d/*.conf',
        '/etc/chrony/sources.d/*.sources',
        '/etc/systemd/*.conf',
        '/etc/fstab',
        '/etc/exports',
        '/etc/os-release',
        '/etc/passwd',
        '/etc/group',
        '/etc/shells',
        '/etc/login.defs',
        '/etc/ssh/sshd_config',
        '/etc/ssh/sshd_config.d/*.conf',
        '/etc/selinux/config',
        '/etc/modules',
        '/etc/modprobe.d/*.conf',
        '/etc/default/grub',
        '/etc/default/grub.d/*.cfg',
        '/etc/crontab',
        '/etc/cron.d/*',
        '/etc/logrotate.conf',
        '/proc/version',
        '/proc/cmdline',
        '/proc/mounts',
      ],
      help: 'Files to read where they exist.',
      consequence: 'The default names no file that is made to hold secrets; keep it so (no shadow, no keys).',
      each: {
        path: { type: 'pathPattern', required: true, help: 'What is read.' },
        frequency: ownFrequency,
        ...asFields,
      },
    }),
    commands: setting('commands', {
      default: [],
      help: 'Commands whose output is a document; run without a shell.',
      consequence: 'They run as the agent does, often as root, every time: name the program by its full path.',
      example: 'commands: [{path: ss -s, run: [/usr/bin/ss, -s], kind: metric, frequency: 60}]',
      each: {
        path: { type: 'documentPath', required: true, help: 'The path its document has, one command each.' },
        run: { type: 'programArguments', required: true, help: 'The program and its arguments.' },
        timeout: {
          type: 'seconds',
          default: `${commandDefaults.timeout}`,
          help: 'Seconds after which it and all it started are killed.',
        },
        maxsize: { type: 'megabytes', default: `${commandDefaults.maxsize}`, help: 'MB of output that are kept.' },
        kind: {
          type: 'kind',
          default: 'state, or what is known of the path',
          help: 'state keeps every change, metric keeps every observation.',
        },
        frequency: ownFrequency,
      },
    }),
    frequency: setting('frequency', {
      default: 300,
      unit: 'seconds',
      help: 'How often everything is read that has no frequency of its own.',
      consequence: 'A cron expression runs on every host at the same moment; seconds are spread over the hosts.',
    }),
    watch: setting('boolean', {
      default: true,
      help: 'Store a changed file within a second, not only at the next cycle.',
      consequence: 'Takes one inotify watch for each directory that holds a file to read.',
    }),
  },
  sources: setting('sources', {
    default: {},
    help: 'Kernel tables and other built-in sources, each true, false or a mapping.',
    example: 'sources: {packages: false, netstat: {frequency: 10}}',
    each: {
      enabled: { type: 'boolean', default: 'true', help: 'Whether it is read.' },
      frequency: ownFrequency,
    },
    own: {
      processes: {
        top: { type: 'processCount', default: '10', help: 'So many of the largest processes by resident memory.' },
        names: { type: 'names', help: 'Those of a name too; `*` stands for any characters, as in `php-fpm*`.' },
        users: { type: 'names', help: 'Those of a user too, by name or number.' },
        cgroups: {
          type: 'names',
          help: 'Those of a control group or one below it too, as `/system.slice/nginx.service`.',
        },
        arguments: {
          type: 'boolean',
          default: 'false',
          help: 'Whether arguments are kept as they are: they may hold passwords, which else become `…`.',
        },
      },
      memcached: {
        addresses: {
          type: 'serverAddresses',
          default: '127.0.0.1:11211',
          help: 'The servers asked: `host:port` or the path of a socket.',
        },
      },
    },
  }),
  burst: {
    rules: setting('burstRules', {
      default: [],
      help: 'When to take which sources many times a second, so that the evidence is there when people come.',
      consequence: 'Each rule reads its sources every `look` for its condition, and stores nothing of it.',
      example:
        'rules: [{name: memory below low, when: "zoneinfo.below_low:true", sources: [zoneinfo, buddyinfo, vmstat], interval: 0.5}]',
      each: {
        name: { type: 'oneLine', required: true, help: 'In the log, and `event.burst` of every sample.' },
        when: {
          type: 'queryText',
          required: true,
          help: 'The condition, a query as of `mitra search`: tested on samples and changed states of every cycle, and on what the rule’s own sources say.',
        },
        sources: { type: 'sourceNames', default: usualBurstSources.join(', '), help: 'What is taken.' },
        interval: { type: 'burstInterval', default: `${burstDefaults.interval}`, help: 'Seconds from round to round.' },
        for: {
          type: 'burstLength',
          default: `${burstDefaults.for}`,
          help: 'Seconds it lasts, whatever becomes of the condition.',
        },
        rest: {
          type: 'burstRest',
          default: `${burstDefaults.rest}`,
          help: 'Seconds from its end to the next of the rule.',
        },
        look: {
          type: 'burstLook',
          default: `${burstDefaults.look}`,
          help: 'How often its sources are read for the condition, beside the cycles; in seconds.',
        },
      },
    }),
    maxsize: setting('megabytes', {
      default: 100,
      unit: 'MB',
      help: 'Size that all bursts of a UTC day may have, of documents as JSON.',
      consequence: 'A condition that comes and goes fills no disk: when it is reached, bursts wait for the next day.',
    }),
  },
  retention,
  web,
}

/** The tree of settings as a configuration holds it: a value where the row is. */
type ValuesOf<Node> = { [Name in keyof Node]: Node[Name] extends Setting<infer Value> ? Value : ValuesOf<Node[Name]> }

/** Every setting with its value, under the names the YAML file has. */
export type Values = ValuesOf<typeof settings>

export interface SettingRow {
  /** With dots: `indexer.frequency`. */
  key: string
  setting: Setting
}

type Branch = Readonly<Record<string, unknown>>

/** The rows in order, by their full keys. */
export function settingRows(node: Branch = settings, section = ''): SettingRow[] {
  return Object.entries(node).flatMap(([name, child]) =>
    isSetting(child) ? [{ key: section + name, setting: child }] : settingRows(child as Branch, `${section}${name}.`),
  )
}

/** A fresh tree of every default. */
export function defaultValues(): Values {
  return defaultsOf(settings) as Values
}

function defaultsOf(node: Branch): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(node).map(([name, child]) => [
      name,
      isSetting(child) ? structuredClone(child.default) : defaultsOf(child as Branch),
    ]),
  )
}
