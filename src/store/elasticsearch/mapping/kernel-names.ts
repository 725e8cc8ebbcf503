// Names that kernels give to figures and settings, known before a host tells them. Each name that is new to an index is a change
// of its mapping, which all nodes must hear of before the document is in: a first snapshot took a minute instead of seconds.
import type { FieldType } from '../../../snapshot/field.ts'
import names from './kernel-names.json' with { type: 'json' }

export interface KernelName {
  name: string
  type: FieldType
}

/** The known names of the families, with the type that the first host with it would have given them. */
export const kernelNames: readonly KernelName[] = Object.entries(
  names as Record<string, Record<string, string[]>>,
).flatMap(([prefix, byType]) =>
  Object.entries(byType).flatMap(([type, own]) =>
    own.map((name) => ({ name: prefix + name, type: type as FieldType })),
  ),
)
