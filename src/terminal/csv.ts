// CSV as RFC 4180 says: CRLF lines, quotes where needed. Values are kept as they are, also those a spreadsheet would calculate.

/** One record with its line end. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(cell).join(',')}\r\n`
}

function cell(text: string): string {
  return /[",\r\n]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text
}
