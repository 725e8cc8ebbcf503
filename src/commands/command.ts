// What a command is: arguments and options as data, from which parsing, help, completion and documentation are made, and `run`.
import type { Io } from '../terminal/io.ts'

export interface ArgumentDefinition {
  /** One sentence. */
  summary: string
  required?: boolean
  /** Takes all the words that follow; only for the last argument. */
  many?: boolean
  choices?: readonly string[]
  completes?: Completion
}

export interface OptionDefinition {
  /** One sentence, without its default. */
  summary: string
  /** Stands for its value in help; without one the option is a switch. */
  value?: string
  /** One letter. */
  short?: string
  /** May be given several times. */
  many?: boolean
  /** Its value is a whole number from 0. */
  number?: boolean
  choices?: readonly string[]
  /** The value when it is not given. */
  default?: string
  /** Said in help in place of `default`, where the default is not a plain value. */
  defaultText?: string
  completes?: Completion
}

/** What a shell offers for a value: files, field names, or field names with a colon; choices are offered anyway. */
export type Completion = 'file' | 'field' | 'query'

export interface Example {
  /** What is asked, in words. */
  asks: string
  /** A whole command line. */
  line: string
}

export type Arguments = Readonly<Record<string, ArgumentDefinition>>
export type Options = Readonly<Record<string, OptionDefinition>>

type ArgumentValue<A> = A extends { many: true } ? string[] : A extends { required: true } ? string : string | undefined
type OptionValue<O> = O extends { many: true }
  ? string[]
  : O extends { number: true }
    ? number | undefined
    : O extends { value: string }
      ? O extends { default: string }
        ? string
        : string | undefined
      : boolean

/** What was given: arguments and options under their declared names. */
export interface Input<A extends Arguments, O extends Options> {
  arguments: { [Name in keyof A]: ArgumentValue<A[Name]> }
  options: { [Name in keyof O]: OptionValue<O[Name]> }
}

export interface CommandDefinition<A extends Arguments = Arguments, O extends Options = Options> {
  /** What it does and what its output means, in paragraphs. */
  description: string
  /** In the order they are given; the key is the name shown in help, in upper case. */
  arguments: A
  /** The key is the long name, without dashes. */
  options: O
  examples: readonly Example[]
  /** `graceful`: SIGINT and SIGTERM abort `io.signal` and the command ends by itself; else they end the process. */
  signals?: 'graceful'
  /** Does it; the exit status: 0 found or done, 1 nothing found, 2 failed. */
  run(input: Input<A, O>, io: Io): Promise<number>
}

/** Checks a declaration and forgets its exact types, for the registry. */
export function defineCommand<const A extends Arguments, const O extends Options>(
  definition: CommandDefinition<A, O>,
): CommandDefinition {
  return definition as unknown as CommandDefinition
}
