import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { parseKeyValues } from '../../src/parsers/key-value.ts'

const settings: readonly [title: string, text: string, values: Record<string, string[]>][] = [
  ['os-release', 'NAME="Debian GNU/Linux"\nVERSION_ID="12"\n', { NAME: ['"Debian GNU/Linux"'], VERSION_ID: ['"12"'] }],
  ['one setting', '# tuned\nvm.swappiness=1\n', { 'vm.swappiness': ['1'] }],
  [
    'an ini file',
    '[client]\nport = 3306\n\n[mysqld]\n; limits\nport = 3307\n',
    { '[client] port': ['3306'], '[mysqld] port': ['3307'] },
  ],
  [
    'sshd_config, what is repeated and what is in blocks',
    'Port 22\nPort 2222\nX11Forwarding no\nPermitRootLogin no\nMatch User deploy\n  PermitRootLogin yes\n',
    {
      Port: ['22', '2222'],
      X11Forwarding: ['no'],
      PermitRootLogin: ['no'],
      '[Match User deploy] PermitRootLogin': ['yes'],
    },
  ],
  [
    'login.defs',
    'UMASK\t\t022\r\nPASS_MAX_DAYS\t99999\r\nPASS_MIN_DAYS 0\r\n',
    { UMASK: ['022'], PASS_MAX_DAYS: ['99999'], PASS_MIN_DAYS: ['0'] },
  ],
  [
    'nsswitch.conf',
    'passwd: files systemd\nhosts:  files dns\nnetgroup:\n',
    { passwd: ['files systemd'], hosts: ['files dns'], netgroup: [''] },
  ],
  ['exported variables', 'export PATH=/bin\nLANG=C\n', { PATH: ['/bin'], LANG: ['C'] }],
  ['an option called host', 'host = db1\nport = 1\n', { host: ['db1'], port: ['1'] }],
]

describe('a file of settings is understood:', () => {
  for (const [title, text, values] of settings)
    test(title, () => {
      const found = parseKeyValues(text)
      assert.deepEqual(Object.fromEntries(found?.values ?? []), values)
      assert.deepEqual(found?.rest, [])
    })
})

const others: readonly [title: string, text: string][] = [
  ['nothing', ''],
  ['comments', '# a = b\n'],
  ['fstab', 'UUID=a / ext4 defaults 0 1\nUUID=b /home ext4 defaults 0 2\ntmpfs /tmp tmpfs noatime 0 0\n'],
  ['hosts', '127.0.0.1 localhost\n::1 localhost\n10.0.0.1 db1\n10.0.0.2 db2\n'],
  ['passwd', 'root:x:0:0:root:/root:/bin/bash\nbin:x:2:2:bin:/bin:/usr/sbin/nologin\n'],
  ['limits.conf', 'root soft nofile 1\nroot hard nofile 2\nmysql soft nofile 3\nmysql hard nofile 4\n'],
  [
    'prose',
    'Welcome to this host, which is watched.\nBehave as you would in your own home.\nThank you very much for your visit.\n',
  ],
  ['nested YAML', 'indexer:\n  frequency: 300\n  prefix: mitra_\nlog:\n  level: info\n'],
  ['a script', '#!/bin/sh\nA=1\nif [ -f /etc/x ]; then\n  . /etc/x\nfi\nexec "$@"\n'],
  ['a crontab', '0 5 * * * root /bin/true\n5 5 * * * root /bin/false\n9 5 * * * root /bin/x\n'],
  ['JSON', '{\n  "a": 1,\n  "b": 2\n}\n'],
]

describe('a file of another kind is not:', () => {
  for (const [title, text] of others) test(title, () => assert.equal(parseKeyValues(text), undefined))
})

test('the few lines that set nothing are kept beside the settings', () => {
  const text = `${Array.from({ length: 20 }, (_, index) => `key${index} = ${index}\n`).join('')}!include other\ninclude /etc/other\n`
  assert.deepEqual(parseKeyValues(text)?.rest, ['include /etc/other'])
})

test('every line of a text of settings is a value, a heading, a comment or among the rest', () => {
  const line = fc.oneof(fc.constantFrom('a = 1', 'b=2', 'a = 3', '[x]', '# c', '', 'Host x'), fc.string())
  fc.assert(
    fc.property(fc.array(line), (rows) => {
      const text = rows.map((row) => `${row.replaceAll('\n', '')}\n`).join('')
      const found = parseKeyValues(text)
      if (!found) return
      const count = found.values.values().reduce((sum, values) => sum + values.length, 0)
      assert.ok(count + found.rest.length <= rows.length)
      assert.ok(count >= (count + found.rest.length) * 0.9)
    }),
  )
})

test('hostile lines take no more than linear time', () => {
  for (const row of [
    `${' '.repeat(1000)}x`,
    'a'.repeat(1000),
    `a${' '.repeat(900)}`,
    'a '.repeat(400),
    ':'.repeat(900),
  ]) {
    const started = performance.now()
    parseKeyValues(`${row}\n`.repeat(900))
    assert.ok(performance.now() - started < 2000, row.slice(0, 10))
  }
})
