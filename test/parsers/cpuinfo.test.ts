import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCpuinfo } from '../../src/parsers/cpuinfo.ts'
import { survives, withCarriageReturns } from './malformed.ts'

const x86 = `processor\t: 0
vendor_id\t: GenuineIntel
cpu family\t: 6
model\t\t: 85
model name\t: Intel(R) Xeon(R) Gold 6130 CPU @ 2.10GHz
cpu MHz\t\t: 2095.078

processor\t: 1
model name\t: Intel(R) Xeon(R) Gold 6130 CPU @ 2.10GHz
power management:

`
const arm64 = 'processor\t: 0\nBogoMIPS\t: 50.00\nCPU implementer\t: 0x41\n\nprocessor\t: 1\nBogoMIPS\t: 50.00\n'
const arm = 'Processor\t: ARMv6-compatible processor rev 7 (v6l)\nBogoMIPS\t: 697.95\nHardware\t: BCM2708\n'
const s390 =
  'vendor_id       : IBM/S390\n# processors    : 2\nprocessor 0: version = FF,  identification = 0133E8\nprocessor 1: version = FF\n'
const power =
  'processor\t: 0\ncpu\t\t: POWER9, altivec supported\nclock\t\t: 2166.000000MHz\n\nmachine\t\t: PowerNV 8335-GTH\n'
const mips =
  'system type\t\t: Atheros\nmachine\t\t\t: MikroTik RB750\nprocessor\t\t: 0\ncpu model\t\t: MIPS 24Kc V7.4\n'

test('counts processors and names the first, whatever the architecture', () => {
  assert.deepEqual(parseCpuinfo(x86), { count: 2, model: 'Intel(R) Xeon(R) Gold 6130 CPU @ 2.10GHz' })
  assert.deepEqual(parseCpuinfo(arm64), { count: 2 })
  assert.deepEqual(parseCpuinfo(s390), { count: 2 })
  assert.deepEqual(parseCpuinfo(power), { count: 1, model: 'POWER9, altivec supported' })
})

test('counts the one processor that a kernel without SMP does not number', () => {
  assert.deepEqual(parseCpuinfo(arm), { count: 1, model: 'ARMv6-compatible processor rev 7 (v6l)' })
})

test('prefers the name of the processor to that of the board', () => {
  assert.deepEqual(parseCpuinfo(mips), { count: 1, model: 'MIPS 24Kc V7.4' })
})

test('reads the same with carriage returns', () => {
  assert.deepEqual(parseCpuinfo(withCarriageReturns(x86)), parseCpuinfo(x86))
})

test('takes no value from another line', () => {
  assert.deepEqual(parseCpuinfo('processor\t: 0\nmodel name\t:\nflags\t: fpu\n'), { count: 1 })
  assert.deepEqual(parseCpuinfo('processor\t:\n0\n'), { count: 0 })
  assert.deepEqual(parseCpuinfo(''), { count: 0 })
})

test('cuts a name beyond 200 characters', () => {
  assert.equal(parseCpuinfo(`model name: ${'x'.repeat(1000)}`).model?.length, 201)
})

test('survives malformed text', () =>
  survives(parseCpuinfo, [x86, arm, s390, mips], ({ count, model }) => {
    assert.ok(Number.isSafeInteger(count) && count >= 0)
    assert.ok(model === undefined || (model !== '' && model === model.trim()))
  }))
