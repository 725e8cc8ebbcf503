// What a delivery says while it runs.

/** Constant messages, everything that varies in the fields. */
export interface DeliveryLog {
  info(message: string, fields?: Record<string, unknown>): void
  warn(message: string, fields?: Record<string, unknown>): void
  error(message: string, fields?: Record<string, unknown>): void
}
