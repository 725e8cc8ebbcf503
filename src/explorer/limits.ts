// Limits of what one page asks and shows. What was cut is always said.

/** Rows, texts and times of a page. */
export const limits = {
  /** Characters of a query. */
  query: 2000,
  /** Documents on a page of search, at first and at most. */
  documents: 50,
  mostDocuments: 1000,
  /** Rows of any other table. */
  rows: 500,
  /** Characters of a text that a page shows. */
  characters: 400_000,
  /** How long one question may give rows, in milliseconds. */
  taking_ms: 5000,
  /** How long a page may take at all, in milliseconds; then it is given up. */
  page_ms: 20_000,
} as const

export interface Taken<T> {
  rows: T[]
  /** What ended it before its end. */
  cut?: 'rows' | 'time'
}

/** The first rows, as many as may be within the time. */
export async function taken<T>(
  source: AsyncIterable<T>,
  { rows: most, ms = limits.taking_ms }: { rows: number; ms?: number },
): Promise<Taken<T>> {
  const until = performance.now() + ms
  const rows: T[] = []
  for await (const row of source) {
    if (rows.length >= most) return { rows, cut: 'rows' }
    rows.push(row)
    if (performance.now() > until) return { rows, cut: 'time' }
  }
  return { rows }
}
