import assert from 'node:assert/strict'
import { endianness } from 'node:os'
import { test } from 'node:test'
import { kernelClockOf, loadKernelClock } from '../../src/host/kernel-clock.ts'

/** struct timex of a machine with long of 64 bits, as linux/timex.h lays it out. */
function timex(figures: { offset: bigint; freq: bigint; maxerror: bigint; esterror: bigint; status: number }): Buffer {
  const buffer = Buffer.from(new ArrayBuffer(208))
  const view = new DataView(buffer.buffer)
  const little = endianness() === 'LE'
  for (const [index, name] of (['offset', 'freq', 'maxerror', 'esterror'] as const).entries())
    view.setBigInt64(8 + index * 8, figures[name], little)
  view.setInt32(40, figures.status, little)
  return buffer
}

test('reads a clock that ntpd keeps, in micro- and in nanoseconds', () => {
  const kept = { offset: -1_234_567n, freq: -655_360n, maxerror: 245_000n, esterror: 512n, status: 0x2001 }
  assert.deepEqual(kernelClockOf(timex(kept), 0), {
    isSynchronized: true,
    offsetMs: -1.234567,
    frequencyPpm: -10,
    maxErrorMs: 245,
    estimatedErrorMs: 0.512,
  })
  assert.equal(kernelClockOf(timex({ ...kept, offset: -1234n, status: 1 }), 0).offsetMs, -1.234)
})

test('knows a clock that nobody keeps, and a leap second that is due', () => {
  const left = { offset: 0n, freq: 0n, maxerror: 16_000_000n, esterror: 16_000_000n, status: 0x40 }
  assert.deepEqual(kernelClockOf(timex(left), 5), {
    isSynchronized: false,
    offsetMs: 0,
    frequencyPpm: 0,
    maxErrorMs: 16_000,
    estimatedErrorMs: 16_000,
  })
  assert.equal(kernelClockOf(timex({ ...left, status: 1 }), 1).leap, 'insert')
})

test('asks the kernel of this machine, where koffi is and it may', async (context) => {
  const clock = (await loadKernelClock())?.()
  if (clock === undefined) return context.skip('the kernel may not be asked here')
  assert.ok(clock.maxErrorMs >= 0 && clock.maxErrorMs <= 16_000, `${clock.maxErrorMs} ms`)
  assert.ok(Math.abs(clock.frequencyPpm) <= 500)
  // the kernel itself gives up at 16 s
  if (clock.maxErrorMs === 16_000) assert.equal(clock.isSynchronized, false)
})
