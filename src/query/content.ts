// Whether a condition looks at `content`: if not, documents can be tested without their text.
import type { Condition } from './ast.ts'

/** True when the condition, or a part of it, needs the text of a document (a field pattern with `*` may mean it too). */
export function namesContent(condition: Condition): boolean {
  switch (condition.kind) {
    case 'all':
    case 'none':
      return false
    case 'bool':
      return [...condition.must, ...condition.should, ...condition.must_not].some(namesContent)
    default:
      return condition.field === 'content' || (condition.field.includes('*') && !condition.field.includes('.'))
  }
}
