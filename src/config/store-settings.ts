// The settings of where snapshots go, how they get there and how long they are kept; a part of settings.ts.
import { optional, setting } from './setting.ts'

export const storeSections = {
  store: 'Where snapshots are kept.',
  'store.embedded': 'One file on this host, nothing to install.',
  'store.elasticsearch': 'A cluster for a whole fleet.',
  delivery: 'What is on its way to Elasticsearch is kept on disk until it is there.',
  retention: 'How long snapshots are kept.',
  'retention.warm':
    'Elasticsearch: where days go that are asked less often; nothing is moved unless tier or attribute is given.',
  'retention.cold': 'The same for older days still.',
} as const

export const store = {
  driver: setting('storeDriver', {
    default: 'embedded',
    help: 'Which store is used.',
    consequence: 'With `store.elasticsearch.nodes` or `indexer.es_host` set, the default is elasticsearch.',
  }),
  embedded: {
    path: setting('absolutePath', {
      default: '/var/lib/mitra/mitra.db',
      help: 'The database file of the embedded store.',
      consequence:
        'For users other than root the default is `mitra/mitra.db` in `$XDG_STATE_HOME` or `~/.local/state`.',
    }),
  },
  elasticsearch: {
    nodes: optional('nodes', {
      help: 'URLs of the nodes, with their ports; when one cannot be reached the next is tried.',
      consequence: 'Snapshots go to Elasticsearch unless `store.driver` says embedded.',
      example: 'nodes: ["https://elastic-01:9200", "https://elastic-02:9200"]',
    }),
    api_key: optional('secret', {
      help: 'API key, encoded or as `id:key`; one of the three ways to authenticate.',
      consequence: 'As a mapping with `file` it is read from there when the configuration is.',
      example: 'api_key: {file: /etc/mitra/api-key}',
    }),
    username: optional('plainText', { help: 'User name, with `password`.' }),
    password: optional('secret', { help: 'Password of `username`, or a mapping with `file`.' }),
    bearer_token: optional('secret', {
      help: 'Bearer token of a service account or of single sign-on, or a mapping with `file`.',
      example: 'bearer_token: {file: /etc/mitra/token}',
    }),
    ca: optional('absolutePath', {
      help: 'PEM file of the authorities that may sign the certificates of the nodes, in place of those of the system.',
      example: 'ca: /etc/mitra/ca.pem',
    }),
    ca_fingerprint: optional('fingerprint', {
      help: 'SHA-256 fingerprint of the certificate of the authority, as Elasticsearch prints it when it first starts.',
      example: `ca_fingerprint: ${'0a1b2c3d'.repeat(8)}`,
    }),
    verify: setting('boolean', {
      default: true,
      help: 'Whether the certificates of the nodes are verified.',
      consequence: 'With false, whoever stands between can read everything and the credentials too.',
    }),
    proxy: optional('proxy', {
      help: 'URL of an HTTP proxy on the way to the nodes, with user name and password if it asks for them.',
      example: 'proxy: http://proxy-01:3128',
    }),
    compression: setting('boolean', {
      default: true,
      help: 'Whether requests and answers are compressed.',
    }),
    timeout: setting('seconds', {
      default: 30,
      unit: 'seconds',
      help: 'How long a request may take.',
    }),
  },
}

export const delivery = {
  path: setting('absolutePath', {
    default: '/var/lib/mitra/outbox.db',
    help: 'The outbox: the file of what Elasticsearch has not yet accepted.',
    consequence: 'For users other than root the default is `mitra/outbox.db` in `$XDG_STATE_HOME` or `~/.local/state`.',
  }),
  maxsize: setting('megabytes', {
    default: 1024,
    unit: 'MB',
    help: 'Size the outbox may have.',
    consequence: 'When it is full the oldest samples go first, the newest state of a file never.',
  }),
  dead_letters: setting('absolutePath', {
    default: '/var/lib/mitra/dead-letters.ndjson',
    help: 'File of the documents that Elasticsearch will never take, each with the reason.',
    consequence: 'Unless it is given it lies beside `delivery.path`.',
  }),
}

export const retention = {
  days: setting('days', {
    default: 90,
    unit: 'days',
    help: 'Age at which a day of the daily view goes, -1 for never.',
  }),
  history: setting('days', {
    default: 30,
    unit: 'days',
    help: 'Age at which versions and samples of the history go, -1 for never.',
    consequence: 'Questions about a moment longer ago are answered to the day.',
  }),
  hosts: setting('days', {
    default: -1,
    unit: 'days',
    help: 'Silence after which a host is forgotten altogether, -1 for never.',
  }),
  prune: setting('prune', {
    default: true,
    help: 'Whether or when the agent removes what is too old; `mitra prune` does it at any time.',
    consequence: 'In Elasticsearch one agent does it for all, one whose login has the rights of the operator.',
  }),
  merge: setting('boolean', {
    default: true,
    help: 'Elasticsearch: whether finished days are merged into one segment, which makes them smaller and faster.',
  }),
  warm: {
    after: setting('hours', { default: 48, unit: 'hours', help: 'Age of a day, from its end, at which it is moved.' }),
    tier: optional('tier', {
      help: 'The tier it is moved to.',
      example: 'tier: data_warm',
    }),
    attribute: optional('nodeAttributes', {
      help: 'In place of a tier, the attribute of the nodes it is moved to.',
      example: 'attribute: {box_type: warm}',
    }),
  },
  cold: {
    after: setting('hours', { default: 168, unit: 'hours', help: 'Age of a day, from its end, at which it is moved.' }),
    tier: optional('tier', {
      help: 'The tier it is moved to.',
      example: 'tier: data_cold',
    }),
    attribute: optional('nodeAttributes', {
      help: 'In place of a tier, the attribute of the nodes it is moved to.',
      example: 'attribute: {box_type: cold}',
    }),
  },
}
