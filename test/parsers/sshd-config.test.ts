import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readSshdConfig, sshdFields, sshdIncludePath, sshdIncludes, sshdText } from '../../src/parsers/sshd-config.ts'
import { areFieldsOf, survives, withCarriageReturns } from './malformed.ts'

const debian = `# This is the sshd server system-wide configuration file.
Include /etc/ssh/sshd_config.d/*.conf

#Port 22
#PermitRootLogin prohibit-password
KbdInteractiveAuthentication no
UsePAM yes
X11Forwarding yes
PrintMotd no
AcceptEnv LANG LC_*
Subsystem	sftp	/usr/lib/openssh/sftp-server
Match User anoncvs
	X11Forwarding no
	PermitTTY no
	ForceCommand cvs server
`

const fieldsOf = (text: string, included?: ReadonlyMap<string, string[]>) => sshdFields(readSshdConfig(text, included))

test('reads what holds for every connection, and apart what a Match block says', () => {
  const fields = {
    'config.sshd.KbdInteractiveAuthentication': 'no',
    'config.sshd.UsePAM': 'yes',
    'config.sshd.X11Forwarding': 'yes',
    'config.sshd.PrintMotd': 'no',
    'config.sshd.AcceptEnv': ['LANG', 'LC_*'],
    'config.sshd.Subsystem': 'sftp /usr/lib/openssh/sftp-server',
    'config.sshd.Match': 'User anoncvs',
    'config.sshd.match.X11Forwarding': 'no',
    'config.sshd.match.PermitTTY': 'no',
    'config.sshd.match.ForceCommand': 'cvs server',
  }
  assert.deepEqual(fieldsOf(debian), fields)
  assert.deepEqual(fieldsOf(withCarriageReturns(debian)), fields)
})

test('takes the first value of a keyword, in whatever case and form it is written', () => {
  assert.deepEqual(
    fieldsOf('permitrootlogin=no\nPermitRootLogin yes\nMAXAUTHTRIES = 3\n  Banner "/etc/my banner" # old\n'),
    {
      'config.sshd.PermitRootLogin': 'no',
      'config.sshd.MaxAuthTries': 3,
      'config.sshd.Banner': '/etc/my banner',
    },
  )
})

test('adds up the keywords that add up', () => {
  assert.deepEqual(fieldsOf('Port 22\nPort 2222\nAllowUsers a b\nallowusers c\nListenAddress ::\n'), {
    'config.sshd.Port': [22, 2222],
    'config.sshd.AllowUsers': ['a', 'b', 'c'],
    'config.sshd.ListenAddress': '::',
  })
})

test('reads an Include where it stands, and a block in it no further than its file', () => {
  const included = new Map([
    [
      '/etc/ssh/sshd_config.d/*.conf',
      [
        'PasswordAuthentication no\nMatch Group sftp\nForceCommand internal-sftp\n',
        'PasswordAuthentication yes\nUsePAM no\n',
      ],
    ],
    ['inner.conf', ['Match all\nMaxSessions 5\n']],
  ])
  const fields = fieldsOf(`${debian}Include inner.conf\nMatch all\nMaxSessions 7\n`, included)
  assert.equal(fields['config.sshd.PasswordAuthentication'], 'no')
  assert.equal(fields['config.sshd.UsePAM'], 'no')
  assert.equal(
    fields['config.sshd.match.MaxSessions'],
    5,
    '`Match all` of an included file does not leave the block it is in',
  )
  assert.equal(fields['config.sshd.MaxSessions'], 7, '`Match all` leaves the blocks of its own file')
  assert.deepEqual(fields['config.sshd.Match'], ['Group sftp', 'User anoncvs'])
})

test('names what is included, from /etc/ssh where the path is none', () => {
  assert.deepEqual(sshdIncludes('Include a.conf /b/*.conf\nMatch all\ninclude c\n'), ['a.conf', '/b/*.conf', 'c'])
  assert.deepEqual(['a.conf', '/b'].map(sshdIncludePath), ['/etc/ssh/a.conf', '/b'])
})

test('ends at files that include each other', () => {
  const text = 'Include x x\nPort 1\n'
  const config = readSshdConfig(text, new Map([['x', [text, text]]]))
  assert.ok((config.global.get('Port')?.length ?? 0) <= 1000)
})

test('writes settings as a file that says the same', () => {
  for (const text of [debian, 'Port 1\nPort 2\nListenAddress 0.0.0.0 rdomain x\nCiphers a,b\n'])
    assert.deepEqual(fieldsOf(sshdText(readSshdConfig(text))), fieldsOf(text))
})

test('survives whatever it is given', () => survives((text) => fieldsOf(text), [debian], areFieldsOf('config')))
