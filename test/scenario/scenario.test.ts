// Holds the facts that the stories lean on, as the embedded store gives them.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { catalogue } from '../../src/commands/declared-fields.ts'
import { parseQuery } from '../../src/query/parser.ts'
import { resolveQuery } from '../../src/query/resolve.ts'
import { type Document, dayOf } from '../../src/snapshot/document.ts'
import { openEmbeddedStore } from '../../src/store/embedded/driver.ts'
import type { Store, View } from '../../src/store/store.ts'
import { scenarioDocuments, scenarioNow } from './scenario.ts'
import { scenarioStore } from './scenario-store.ts'
import { readScript } from './script.ts'

const hour = 3_600_000
let store: Store

before(async () => {
  store = await openEmbeddedStore(await scenarioStore(), { mustExist: true })
})
after(() => store.close())

const ask = (query: string) => resolveQuery(parseQuery(query), catalogue, scenarioNow)
const history: View = { kind: 'history' }

/** Newest first. */
function versions(query: string, view: View = history): Promise<Document[]> {
  return Array.fromAsync(store.search({ condition: ask(query), view }))
}

async function hosts(query: string, without: string[] = []): Promise<string[]> {
  const view = { kind: 'latest' } as const
  const request = { all: [ask(query)], without: without.map(ask), view, silentBefore: scenarioNow - hour }
  return (await store.hosts(request)).hosts.map(({ name }) => name)
}

const at = (time: string, host: string, path: string) => store.get(host, path, Date.parse(time))
const figures = async (time: string, path: string, fields: string[]) => {
  const document = await at(time, 'db1', path)
  return fields.map((field) => Number(document?.[field]))
}

test('the same script gives the same documents to the byte', async () => {
  const script = readScript()
  const few = { ...script, actors: script.actors.filter(({ name }) => ['db1', 'mc4'].includes(name)) }
  assert.equal(JSON.stringify(await scenarioDocuments(few)), JSON.stringify(await scenarioDocuments(few)))
})

test('twelve hosts under thirteen names, of which two are silent', async () => {
  const answer = await store.hosts({ all: [], without: [], view: { kind: 'latest' }, silentBefore: scenarioNow - hour })
  assert.equal(answer.hosts.length, 13)
  assert.deepEqual(
    answer.hosts.filter(({ silent }) => silent).map(({ name }) => name),
    ['db3', 'mc4'],
  )
  const ids = await store.values('host.id', { condition: ask(''), view: { kind: 'latest' } })
  assert.equal(ids.values.length, 12)
})

describe('the page cache that vanished', () => {
  const [cached, free, anonymous] = ['meminfo.Cached', 'meminfo.MemFree', 'meminfo.AnonPages']
  for (const [when, time, lowest, highest] of [
    ['just before', '2026-11-17T14:03:06Z', [13.2, 0.6, 16.5], [13.6, 0.9, 16.7]],
    ['in its midst', '2026-11-17T14:03:08.250Z', [9, 4, 16.5], [10, 5, 16.7]],
    ['seconds after', '2026-11-17T14:03:12Z', [0.19, 13.8, 16.5], [0.21, 14.2, 16.7]],
    ['during', '2026-11-17T14:20:00Z', [0.19, 13.7, 16.5], [0.21, 14.2, 16.7]],
  ] as const) {
    test(`Cached, MemFree and AnonPages ${when}`, async () => {
      const values = await figures(time, '/proc/meminfo', [cached!, free!, anonymous!])
      for (const [index, value] of values.entries())
        assert.ok(value / 1e9 >= lowest[index]! && value / 1e9 <= highest[index]!, `${values}`)
    })
  }

  test('free pages fall under low before it and under min as it begins, and end above high', async () => {
    const zone = (time: string) =>
      figures(
        time,
        '/proc/zoneinfo',
        ['free', 'min', 'low', 'high'].map((name) => `zoneinfo.node0.Normal.${name}`),
      )
    const [earlier = 0, , , high = 0] = await zone('2026-11-17T14:02:00.900Z')
    assert.ok(earlier > high)
    const [before = 0, , low = 0] = await zone('2026-11-17T14:03:05.900Z')
    assert.ok(before < low)
    const [begin = 0, min = 0] = await zone('2026-11-17T14:03:07.300Z')
    assert.ok(begin < min)
    const [end = 0] = await zone('2026-11-17T14:03:12Z')
    assert.ok(end > 50 * high)
  })

  test('reclaim and major faults jump, kswapd first', async () => {
    const names = ['vmstat.pgscan_kswapd_normal', 'vmstat.pgsteal_direct_normal', 'vmstat.pgmajfault']
    const times = ['14:02:50', '14:03:05.900', '14:03:12'].map((time) => `2026-11-17T${time}Z`)
    const [calm, woken, over] = await Promise.all(times.map((time) => figures(time, '/proc/vmstat', names)))
    const grown = (from = [0], to = [0]) => to.map((value, index) => value - from[index]!)
    const [kswapd = 0, direct = 0, faults = 0] = grown(calm, woken)
    assert.ok(kswapd > 100_000 && direct < 10 && faults < 10, `${kswapd} ${direct} ${faults}`)
    assert.ok(grown(woken, over).every((value) => value > 10_000))
  })

  test('one source fails and one is gone in it', async () => {
    const failed = await versions('host.name:db1 AND _exists_:error.message AND filename:"netstat -s"')
    assert.equal(failed.at(-1)?.['@timestamp'], '2026-11-17T14:03:13.255Z')
    assert.equal(failed[0]?.['error.message'], 'input/output error')
    const day = {
      kind: 'history',
      from: Date.parse('2026-11-17T14:04:30Z'),
      to: Date.parse('2026-11-17T15:10:00Z'),
    } as const
    assert.equal((await versions('host.name:db1 AND filename:/proc/buddyinfo', day)).length, 0)
  })
})

describe('dropped connections', () => {
  test('three hosts with 128 on the 15th, two before and after', async () => {
    const somaxconn = async (day: string) => {
      const time = Date.parse(`2026-11-${day}T12:00:00Z`)
      const view = { kind: 'days', from: dayOf(time), to: dayOf(time) } as const
      return (await versions('filename:/proc/sys AND sysctl.net.core.somaxconn:128', view)).map((d) => d['host.name'])
    }
    assert.deepEqual(await somaxconn('13'), ['web2', 'web4'])
    assert.deepEqual(await somaxconn('15'), ['web2', 'web3', 'web4'])
    assert.deepEqual(await somaxconn('19'), ['web2', 'web4'])
  })

  test('web3 changes within five minutes of the hand that did it, and back', async () => {
    const kept = (await versions('host.name:web3 AND filename:/proc/sys')).reverse()
    assert.deepEqual(
      kept.map((document) => [document['@timestamp'].slice(0, 15), document['sysctl.net.core.somaxconn']]),
      [
        ['2026-11-11T00:0', 16384],
        ['2026-11-14T09:1', 128],
        ['2026-11-18T16:4', 16384],
      ],
    )
  })

  test('web2 and web4 drop in the hour of the peak, the others do not, and web2 does now', async () => {
    const peak = {
      kind: 'history',
      from: Date.parse('2026-11-19T10:20:00Z'),
      to: Date.parse('2026-11-19T11:00:00Z'),
    } as const
    const dropping = await versions('netstat_rate.TcpExt.ListenDrops:>30', peak)
    assert.deepEqual([...new Set(dropping.map((document) => document['host.name']))], ['web2', 'web4'])
    assert.ok(dropping.length >= 16)
    assert.deepEqual(await hosts('netstat_rate.TcpExt.ListenDrops:>0'), ['web2'])
  })

  test('the accept queue of nginx is full at the peak where somaxconn is 128', async () => {
    const time = Date.parse('2026-11-19T10:40:00Z')
    const full = await versions('socket.listen.pct:>80', { kind: 'moment', at: time })
    assert.deepEqual(full.map((document) => [document['host.name'], document['socket.listen.backlog']]).sort(), [
      ['web2', 128],
      ['web4', 128],
    ])
    const nginx = await store.get('web1', 'sockets/tcp/0.0.0.0:80', time)
    assert.deepEqual([nginx?.['socket.listen.queue'], nginx?.['socket.listen.backlog']], [371, 16384])
    assert.deepEqual(await hosts('socket.listen.pct:>80'), [])
  })

  test('the tuning list holds but for those who are known for it', async () => {
    assert.deepEqual(await hosts('filename:/proc/sys AND NOT sysctl.net.core.somaxconn:16384'), ['web2', 'web4'])
    assert.deepEqual(await hosts('filename:/proc/sys AND sysctl.net.ipv4.tcp_tw_recycle:1'), ['cache3'])
    assert.deepEqual(await hosts('filename:/proc/sys AND NOT sysctl.net.ipv4.tcp_fin_timeout:7'), ['db2', 'web1'])
    assert.deepEqual(await hosts('filename:/proc/sys AND sysctl.net.ipv4.tcp_slow_start_after_idle:1'), ['web5'])
  })
})

test('half and half, and one odd value among twelve', async () => {
  const day = dayOf(Date.parse('2026-11-12T00:00:00Z'))
  const view = { kind: 'days', from: day, to: day } as const
  const split = async (key: string) =>
    (await store.values(`sysctl.${key}`, { condition: ask('filename:/proc/sys'), view })).values.map((row) => [
      row.value,
      row.hosts,
    ])
  assert.deepEqual(await split('vm.dirty_ratio'), [
    [10, 6],
    [20, 6],
  ])
  assert.deepEqual(await split('net.ipv4.ip_forward'), [
    [0, 11],
    [1, 1],
  ])
  const names = await store.values('sysctl.kernel.unprivileged_bpf_disabled', {
    condition: ask('filename:/proc/sys'),
    view: { kind: 'latest' },
  })
  assert.deepEqual(
    names.values.map((row) => [row.value, row.hosts]),
    [
      [1, 4],
      [2, 4],
    ],
  )
})

test('configured is one thing and effective another', async () => {
  const value = async (host: string, path: string, key: string) => (await store.get(host, path))?.[`sysctl.${key}`]
  const fin = 'net.ipv4.tcp_fin_timeout'
  const paths = ['/etc/sysctl.d/10-base.conf', '/etc/sysctl.d/60-network.conf', '/etc/sysctl.conf', '/proc/sys']
  assert.deepEqual(await Promise.all(paths.map((path) => value('web1', path, fin))), [30, 7, 15, 15])
  assert.equal(await value('cache1', '/etc/sysctl.conf', 'vm.swappiness'), 1)
  assert.equal(await value('db2', '/etc/sysctl.d/90-mysql.conf', 'vm.swappiness'), 1)
  assert.equal(await value('db2', '/proc/sys', 'vm.swappiness'), 60)
})

test('elsewhere in effect is what the files say, in the order of sysctl(8)', async () => {
  const documents = await versions('filename:/proc/sys OR filename:*/sysctl.*', { kind: 'latest' })
  const different: string[] = []
  for (const [host, own] of Map.groupBy(documents, (document) => document['host.name'])) {
    const inEffect = own.find((document) => document['file.path'] === '/proc/sys')
    const configured = new Map<string, unknown>()
    // By name; of two with the same name the one in /etc; /etc/sysctl.conf last.
    const order = ({ 'file.path': path, 'file.name': name }: Document) =>
      path === '/etc/sysctl.conf' ? '~' : String(name)
    const files = own.filter((document) => document !== inEffect && document['event.dataset'] === 'mitra.file')
    const seen = Map.groupBy(files, order)
    for (const name of [...seen.keys()].sort()) {
      const file = seen.get(name)!.sort((one, other) => (one['file.path'] < other['file.path'] ? -1 : 1))[0]!
      for (const [key, value] of Object.entries(file)) if (key.startsWith('sysctl.')) configured.set(key, value)
    }
    for (const [key, value] of configured)
      if (!isDeepStrictEqual(value, inEffect?.[key])) different.push(`${host} ${key}`)
  }
  assert.deepEqual(different.sort(), [
    'db2 sysctl.net.ipv4.tcp_fin_timeout',
    'db2 sysctl.vm.swappiness',
    'web5 sysctl.net.ipv4.tcp_slow_start_after_idle',
  ])
})

test('memory of processes grows on cache3 until it crashes, and begins small again', async () => {
  const anonymous = async (time: string) => {
    const document = await at(time, 'cache3', '/proc/meminfo')
    return Number(document?.['meminfo.AnonPages']) / 1e9
  }
  const series = await Promise.all(
    ['12T12:00', '15T12:00', '18T12:00', '19T03:16', '19T04:00', '21T11:00'].map((time) =>
      anonymous(`2026-11-${time}:00Z`),
    ),
  )
  assert.deepEqual(series.map(Math.round), [3, 5, 7, 8, 0, 2])
})

describe('packages', () => {
  test('openssl is old on web4 alone of Debian, and the configuration came with it', async () => {
    assert.deepEqual(await hosts('package.name_version:"openssl-3.0.11-1~deb12u2"'), ['web4'])
    assert.equal((await hosts('package.name_version:"openssl-3.0.13-1~deb12u1"')).length, 7)
    const changed = await versions('filename:/etc/ssl/openssl.cnf AND MinProtocol')
    assert.equal(new Set(changed.map((document) => document['file.hash.sha256'])).size, 1)
    for (const { '@timestamp': time } of changed) assert.match(time, /^2026-11-1[24]T/)
  })

  test('db2 lacks zsh, web1 has lost telnet', async () => {
    assert.deepEqual(await hosts('host.name:*', ['package.name:zsh']), ['db2'])
    assert.deepEqual(await hosts('host.os.id:debian', ['package.name:telnet']), ['web1'])
  })
})

test('one hunk reaches ten hosts within five minutes, and one host gets another', async () => {
  const day = { kind: 'history', from: Date.parse('2026-11-18T08:00:00Z') } as const
  const changed = await versions('filename:/etc/resolv.conf AND "10.20.2.53"', day)
  const times = changed.map((document) => document['@timestamp']).sort()
  assert.equal(changed.length, 11)
  assert.deepEqual([times[0], times[9]], ['2026-11-18T08:30:00.130Z', '2026-11-18T08:34:45.430Z'])
  const texts = Map.groupBy(changed, (document) => document.content)
  assert.deepEqual([...texts.values()].map((same) => same.length).sort(), [1, 10])
})

describe('lives', () => {
  const boots = async (host: string) => {
    const kept = (await versions(`host.name:${host} AND filename:host`)).reverse()
    return kept.filter(
      (document, index) => index === 0 || document['host.boot.id'] !== kept[index - 1]!['host.boot.id'],
    )
  }
  for (const [host, kernels] of [
    ['web1', ['6.1.0-18-amd64', '6.1.0-21-amd64']],
    ['cache3', ['4.4.0-210-generic', '4.4.0-210-generic']],
    ['db1', ['3.10.0-957.el7.x86_64']],
  ] as const) {
    test(`${host} has run ${kernels.length} time(s), counters from 0 each time`, async () => {
      const starts = await boots(host)
      assert.deepEqual(
        starts.map((document) => document['host.os.kernel']),
        kernels,
      )
      for (const start of starts.slice(1)) {
        assert.equal(start['host.uptime'], 40)
        const after = await store.get(host, 'netstat -s', Date.parse(start['@timestamp']) + 1000)
        assert.ok(Number(after?.['netstat.Tcp.InSegs']) < 1_000_000)
        assert.equal(after?.['netstat_rate.Tcp.InSegs'], undefined)
      }
    })
  }

  test('what was set by hand is gone after the reboot', async () => {
    const overcommit = async (time: string) => (await at(time, 'web1', '/proc/sys'))?.['sysctl.vm.overcommit_memory']
    const times = ['2026-11-13T15:00:00Z', '2026-11-13T15:11:00Z', '2026-11-16T02:05:00Z']
    assert.deepEqual(await Promise.all(times.map(overcommit)), [0, 1, 0])
  })

  test('cache4 is mc4 under another name', async () => {
    const [old, young] = [
      await versions('host.name:mc4 AND filename:host'),
      await versions('host.name:cache4 AND filename:host'),
    ]
    assert.equal(old[0]?.['host.id'], young[0]?.['host.id'])
    assert.ok(old[0]!['@timestamp'] < '2026-11-14T10' && young.at(-1)!['@timestamp'] === '2026-11-14T10:00:00.000Z')
  })

  test('cache2 was away for three days', async () => {
    const seen = await versions('host.name:cache2 AND filename:host')
    const days = new Set(seen.map((document) => document['@timestamp'].slice(8, 10)))
    assert.deepEqual([...days].sort(), ['11', '12', '13', '16', '17', '18', '19', '20', '21'])
  })
})

describe('files', () => {
  const states = async (host: string, path: string) =>
    (await versions(`host.name:${host} AND filename:"${path}"`)).reverse()

  test('ntp.conf of cache1 is removed and made again', async () => {
    const kept = await states('cache1', '/etc/ntp.conf')
    assert.deepEqual(
      kept.map((document) => document['file.exists']),
      [true, false, true],
    )
    assert.notEqual(kept[0]?.['file.inode'], kept[2]?.['file.inode'])
  })

  test('limits.conf of db2 cannot be read for two days and is what it was', async () => {
    const kept = await states('db2', '/etc/security/limits.conf')
    assert.deepEqual(
      kept.map((document) => document['error.message']),
      [undefined, 'permission denied', undefined],
    )
    assert.equal(kept[0]?.content, kept[2]?.content)
    assert.equal(kept[1]?.['file.exists'], true)
  })

  test('/etc/hosts of web1 has two versions within a second', async () => {
    const kept = (await states('web1', '/etc/hosts')).slice(-2)
    assert.deepEqual(
      kept.map((document) => document['@timestamp']),
      ['2026-11-14T13:37:00.250Z', '2026-11-14T13:37:01.000Z'],
    )
    assert.notEqual(kept[0]?.content, kept[1]?.content)
  })

  for (const [host, path, count] of [
    ['web2', '/etc/passwd', 2],
    ['db2', '/etc/cron.d/backup', 1],
    ['cache4', '/etc/ssh/sshd_config', 2],
    ['web1', '/etc/ld.so.cache', 2],
    ['web5', '/etc/nginx/blocked.conf', 2],
    ['web3', '/etc/fstab', 2],
    ['web4', '/etc/fstab', 1],
  ] as const) {
    test(`${path} of ${host}: ${count} version(s)`, async () => assert.equal((await states(host, path)).length, count))
  }

  test('the file that is no text has no content, the big one is big', async () => {
    const [library] = await states('web1', '/etc/ld.so.cache')
    assert.deepEqual([library?.['file.encoding'], library?.content], ['binary', undefined])
    assert.ok(Number((await store.get('web5', '/etc/nginx/blocked.conf'))?.['file.size']) > 150_000)
    assert.deepEqual(await hosts('filename:/etc/hosts AND file.size:>4096'), ['cache2'])
    assert.equal((await hosts('filename:/etc/fstab AND ext4')).length, 10)
  })
})
