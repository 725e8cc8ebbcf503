// What SQLite says by number, https://www.sqlite.org/rescode.html

export const busy = 5
export const readOnly = 8
export const ioError = 10
export const corrupt = 11
export const full = 13
export const cannotOpen = 14
export const notADatabase = 26

/** The primary result code of an error; undefined for errors of another kind. */
export function resultCode(error: unknown): number | undefined {
  const code = (error as { errcode?: number } | undefined)?.errcode
  return typeof code === 'number' ? code & 0xff : undefined
}
