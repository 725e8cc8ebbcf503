// Which fields a condition looks at: where it does not need the text, documents can be tested without it.
import type { Condition } from './ast.ts'

/** True when the condition, or a part of it, needs the text of a document (a field pattern with `*` may mean it too). */
export function namesContent(condition: Condition): boolean {
  return namesField(condition, (field) => field === 'content' || (field.includes('*') && !field.includes('.')))
}

/** Whether a field, or a pattern of fields, in any part of a condition passes a test. */
export function namesField(condition: Condition, isWanted: (field: string) => boolean): boolean {
  switch (condition.kind) {
    case 'all':
    case 'none':
      return false
    case 'bool':
      return [...condition.must, ...condition.should, ...condition.must_not].some((each) => namesField(each, isWanted))
    default:
      return isWanted(condition.field)
  }
}
