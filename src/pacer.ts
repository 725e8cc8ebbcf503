// Lets long synchronous work give the event loop back in time.
import { setImmediate } from 'node:timers/promises'

export interface Pacer {
  /** True when the slice is over: cheap enough to ask before every small step. */
  isOver(): boolean
  /** Gives the event loop its turn and begins a new slice. */
  rest(): Promise<void>
}

/** Slices of so many milliseconds, looked at every so many steps. */
export function pacer(sliceMs = 5, stepsPerLook = 16): Pacer {
  let sliceEnd = performance.now() + sliceMs
  let steps = 0
  return {
    isOver: () => ++steps % stepsPerLook === 0 && performance.now() >= sliceEnd,
    async rest() {
      await setImmediate()
      sliceEnd = performance.now() + sliceMs
    },
  }
}
