// A source that could not be read is a document too: "which hosts cannot read X" is a question.
import { NoDataError } from '../errors.ts'
import { reasonOf } from '../host/system-error.ts'
import type { Observation } from '../snapshot/observation.ts'

/** The observation of a failure, with its `error.message`. A NoDataError passes through: nothing to read is no failure. */
export function failedObservation(about: Omit<Observation, 'fields' | 'content'>, error: unknown): Observation {
  if (error instanceof NoDataError) throw error
  return { ...about, fields: { 'error.message': reasonOf(error) } }
}
