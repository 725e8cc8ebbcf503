import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { wholeCommandLine, withoutSecrets } from '../../src/parsers/command-line.ts'

const cases: readonly [words: string[], kept: string][] = [
  [['/usr/bin/memcached', '-m', '64', '-u', 'memcache'], '/usr/bin/memcached -m … -u …'],
  [['mysql', '-uroot', '-phunter2', 'shop'], 'mysql -u… -p… …'],
  [['app', '--db-password', 'hunter2', '--config=/etc/app.conf'], 'app --db-password … --config=/etc/app.conf'],
  [['app', '--token=abc', '--token-file=/run/secrets/t'], 'app --token=… --token-file=…'],
  [['app', '--password', '/x/hunter2', '/srv/app'], 'app --password … /srv/app'],
  [['java', '-Xmx4g', '-Dpassword=x', '-jar', '/opt/app.jar'], 'java -X… -D… -j… /opt/app.jar'],
  [['curl', 'https://user:pw@example.org/hook'], 'curl …'],
  [['redis-server *:6379'], 'redis-server …'],
  [['nginx: master process /usr/sbin/nginx -g daemon on;'], 'nginx: … /usr/sbin/nginx -g …'],
  [['(sd-pam)'], '(sd-pam)'],
  [['postgres: shop hunter2 10.0.0.1(4711) SELECT'], 'postgres: …'],
  [['app', '/hook/T0KENt0kenT0KENt0kenT0KENt0ken', '/var/lib/app/data-2.db'], 'app … /var/lib/app/data-2.db'],
  [['a', '--x', '\x1b[31m', 'b\nc'], 'a --x …'],
  [[''], ''],
]

for (const [words, kept] of cases)
  test(`keeps of ${JSON.stringify(words)} what is no secret`, () => assert.equal(withoutSecrets(words), kept))

test('nothing of a word that is neither option nor path is kept', () => {
  const secret = fc.stringMatching(/^[A-Za-z0-9!$%&*]{6,20}$/)
  fc.assert(
    fc.property(secret, fc.constantFrom('-p', '--password', '--password=', '-p=', '--user', ''), (text, before) => {
      const isOne = before.endsWith('=') || before === '-p'
      const words = isOne ? ['app', `${before}${text}`] : ['app', ...(before === '' ? [] : [before]), text]
      assert.ok(!withoutSecrets(words).includes(text))
    }),
  )
})

test('whole command lines are one line, and not endless', () => {
  assert.equal(wholeCommandLine(['a', 'b\nc', '\x1b[2J']), 'a b c  [2J')
  assert.equal(wholeCommandLine(['x'.repeat(5000)]).length, 1000)
})
