// /proc/version: fs/proc/version.c, init/version.c. `Linux version 4.4.0-210-generic (buildd@…) (gcc …) #242-Ubuntu SMP …`.

/** The kernel release, as `uname -r` gives it; undefined when the line is another. */
export function parseVersion(text: string): string | undefined {
  return /^Linux version (\S{1,128})/.exec(text)?.[1]
}
