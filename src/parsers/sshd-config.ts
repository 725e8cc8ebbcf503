// Settings of the OpenSSH server: sshd_config(5), as servconf.c of OpenSSH reads it.
//
// Of most keywords the first value counts, wherever it stands; a few add up. Match begins a block that lasts to the next Match, or to
// the end of the included file it stands in; what an Include inside a block brings is of that block. Keywords have no case.
import { append, type ConfigValues, configFields } from './config-values.ts'
import { typedValue } from './typed-value.ts'

export interface SshdConfig {
  /** For every connection. */
  global: Map<string, string[]>
  /** For those that match, in order. */
  blocks: { condition: string; settings: Map<string, string[]> }[]
}

/** Texts of the files each pattern of an Include stands for, in their order. */
export type Included = ReadonlyMap<string, readonly string[]>

const deepest = 16
/** Files may include each other over and over. */
const mostTexts = 1000

/** The settings of a file, and of those it includes where they are given. */
export function readSshdConfig(text: string, included: Included = new Map()): SshdConfig {
  const config: SshdConfig = { global: new Map(), blocks: [] }
  let texts = 0
  const take = (from: string, outer: Block | undefined, depth: number) => {
    if (depth > deepest || ++texts > mostTexts) return
    let block = outer
    for (const { keyword, words } of readLines(from)) {
      if (keyword === 'Match') {
        const condition = words.join(' ')
        if (/^all$/i.test(condition)) block = outer
        else {
          block = { condition: outer ? `${outer.condition} and ${condition}` : condition, settings: new Map() }
          config.blocks.push(block)
        }
      } else if (keyword === 'Include') {
        for (const pattern of words) for (const other of included.get(pattern) ?? []) take(other, block, depth + 1)
      } else set(block?.settings ?? config.global, keyword, words)
    }
  }
  take(text, undefined, 0)
  return config
}

type Block = SshdConfig['blocks'][number]

/** The patterns of every Include of a text. */
export function sshdIncludes(text: string): string[] {
  return Array.from(readLines(text)).flatMap(({ keyword, words }) => (keyword === 'Include' ? words : []))
}

/** The path a pattern of an Include means. */
export function sshdIncludePath(pattern: string): string {
  return pattern.startsWith('/') ? pattern : `/etc/ssh/${pattern}`
}

/** Such settings as a file that says the same, without anything to include. */
export function sshdText({ global, blocks }: SshdConfig): string {
  const lines = (settings: SshdConfig['global'], indent: string) =>
    Array.from(settings, ([keyword, values]) =>
      adding.has(keyword)
        ? values.map((value) => `${indent}${keyword} ${value}\n`).join('')
        : `${indent}${keyword} ${values.join(' ')}\n`,
    ).join('')
  return (
    lines(global, '') +
    blocks.map(({ condition, settings }) => `Match ${condition}\n${lines(settings, '    ')}`).join('')
  )
}

/** `config.sshd.<Keyword>` of what is for every connection, `config.sshd.match.<Keyword>` of what is for some. */
export function sshdFields(config: SshdConfig): ReturnType<typeof configFields> {
  const values: ConfigValues = new Map()
  for (const [keyword, said] of config.global) append(values, keyword, ...fieldValues(keyword, said))
  for (const { condition, settings } of config.blocks) {
    append(values, 'Match', condition)
    for (const [keyword, said] of settings) append(values, `match.${keyword}`, ...fieldValues(keyword, said))
  }
  return configFields('sshd', values)
}

function fieldValues(keyword: string, said: readonly string[]) {
  return adding.has(keyword) ? said.map(typedValue) : [typedValue(said.join(' '))]
}

function set(settings: Map<string, string[]>, keyword: string, words: readonly string[]): void {
  const before = settings.get(keyword)
  const said = wholeLine.has(keyword) ? [words.join(' ')] : [...words]
  if (before === undefined) settings.set(keyword, said)
  else if (adding.has(keyword)) before.push(...said)
}

const longestLine = 10_000

function* readLines(text: string): Generator<{ keyword: string; words: string[] }> {
  for (const row of text.split('\n')) {
    const line = row.trim()
    if (line === '' || line.startsWith('#') || line.length > longestLine) continue
    const [, name = '', rest = ''] = /^([A-Za-z]\w{0,63})(?:\s*=\s*|\s+)(.+)$/.exec(line) ?? []
    const words = wordsOf(rest)
    if (name !== '' && words.length > 0) yield { keyword: canonical.get(name.toLowerCase()) ?? name, words }
  }
}

/** Words, quoted or not; one that begins with # ends the line, as it does since OpenSSH 8.5. */
function wordsOf(rest: string): string[] {
  const words: string[] = []
  for (const [whole, double, single] of rest.matchAll(/"([^"]*)"|'([^']*)'|\S+/g)) {
    if (whole.startsWith('#')) break
    words.push(double ?? single ?? whole)
  }
  return words
}

/** Keywords whose values add up. */
const adding = new Set(
  'AcceptEnv AllowGroups AllowUsers DenyGroups DenyUsers HostCertificate HostKey ListenAddress Port Subsystem'.split(
    ' ',
  ),
)
const wholeLine = new Set(['ListenAddress', 'Subsystem'])

/** As the manual page spells them, of OpenSSH 5.3 to 10. */
const canonical = new Map(
  `AcceptEnv AddressFamily AllowAgentForwarding AllowGroups AllowStreamLocalForwarding AllowTcpForwarding AllowUsers
  AuthenticationMethods AuthorizedKeysCommand AuthorizedKeysCommandRunAs AuthorizedKeysCommandUser AuthorizedKeysFile
  AuthorizedPrincipalsCommand AuthorizedPrincipalsCommandUser AuthorizedPrincipalsFile Banner CASignatureAlgorithms ChannelTimeout
  ChallengeResponseAuthentication ChrootDirectory Ciphers ClientAliveCountMax ClientAliveInterval Compression DebianBanner DenyGroups
  DenyUsers DisableForwarding ExposeAuthInfo FingerprintHash ForceCommand GatewayPorts GSSAPIAuthentication
  GSSAPICleanupCredentials GSSAPIKeyExchange GSSAPIStoreCredentialsOnRekey GSSAPIStrictAcceptorCheck HostbasedAcceptedAlgorithms
  HostbasedAcceptedKeyTypes HostbasedAuthentication HostbasedUsesNameFromPacketOnly HostCertificate HostKey HostKeyAgent
  HostKeyAlgorithms IgnoreRhosts IgnoreUserKnownHosts Include IPQoS KbdInteractiveAuthentication KerberosAuthentication
  KerberosGetAFSToken KerberosOrLocalPasswd KerberosTicketCleanup KexAlgorithms KeyRegenerationInterval ListenAddress LoginGraceTime
  LogLevel LogVerbose MACs Match MaxAuthTries MaxSessions MaxStartups ModuliFile PAMServiceName PasswordAuthentication
  PermitEmptyPasswords PermitListen PermitOpen PermitRootLogin PermitTTY PermitTunnel PermitUserEnvironment PermitUserRC
  PerSourceMaxStartups PerSourceNetBlockSize PerSourcePenalties PerSourcePenaltyExemptList PidFile Port PrintLastLog PrintMotd
  Protocol PubkeyAcceptedAlgorithms PubkeyAcceptedKeyTypes PubkeyAuthentication PubkeyAuthOptions RefuseConnection RekeyLimit
  RequiredRSASize RevokedKeys RDomain RhostsRSAAuthentication RSAAuthentication SecurityKeyProvider ServerKeyBits SetEnv ShowPatchLevel
  SshdAuthPath SshdSessionPath StreamLocalBindMask StreamLocalBindUnlink StrictModes Subsystem SyslogFacility TCPKeepAlive
  TrustedUserCAKeys UnusedConnectionTimeout UseDNS UseLogin UsePAM UsePrivilegeSeparation VersionAddendum X11DisplayOffset
  X11Forwarding X11UseLocalhost XAuthLocation`
    .split(/\s+/)
    .map((name) => [name.toLowerCase(), name]),
)
