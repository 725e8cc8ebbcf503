import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cgroupFigures, parseCgroupFacts } from '../../src/parsers/cgroup-facts.ts'
import { areFieldsOf, survives, withCarriageReturns } from './malformed.ts'

const text = `system memory.current 812044288
system memory.events.oom_kill 4
user memory.events.oom_kill 1
system memory.pressure.full_avg60 0.70
oom_killed /system.slice/api.service 4
oom_killed /user.slice/user-1000.slice 1
`

test('figures are by group, kills of all are added up and their places named', () => {
  assert.deepEqual(parseCgroupFacts(text), {
    'cgroup.system.memory.current': 812_044_288,
    'cgroup.system.memory.events.oom_kill': 4,
    'cgroup.user.memory.events.oom_kill': 1,
    'cgroup.system.memory.pressure.full_avg60': 0.7,
    'cgroup.oom_kill': 5,
    'cgroup.oom_killed': ['/system.slice/api.service', '/user.slice/user-1000.slice'],
  })
  assert.deepEqual(parseCgroupFacts(withCarriageReturns(text)), parseCgroupFacts(text))
})

const files: [file: string, content: string, figures: [string, number][]][] = [
  ['memory.current', '4096\n', [['memory.current', 4096]]],
  ['memory.current', 'max\n', []],
  [
    'memory.events',
    'low 0\nhigh 1\nmax 2\noom 3\noom_kill 4\noom_group_kill 5\n',
    [
      ['memory.events.high', 1],
      ['memory.events.max', 2],
      ['memory.events.oom', 3],
      ['memory.events.oom_kill', 4],
    ],
  ],
  ['cpu.stat', 'usage_usec 5\nnr_throttled 7\nnr_throttled 1 2\n', [['cpu.stat.nr_throttled', 7]]],
  ['io.pressure', 'full avg10=0.00 avg60=1.50 avg300=0.00 total=9\n', [['io.pressure.full_avg60', 1.5]]],
  ['memory.events', '', []],
]

for (const [file, content, figures] of files)
  test(`${file} of ${JSON.stringify(content.slice(0, 12))} gives ${figures.length} figures`, () => {
    assert.deepEqual(cgroupFigures(file, content), figures)
  })

test('survives malformed text', () => survives(parseCgroupFacts, [text], areFieldsOf('cgroup')))
