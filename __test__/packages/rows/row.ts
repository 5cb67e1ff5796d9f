/** Where an instance keeps what its methods go by. */
export type Keeps =
  | 'own properties'
  | 'private fields'
  | 'weak map'
  | 'closures'
  | 'properties of a function'
  | 'symbols'
  | 'proxy'
  | 'elements'
  | 'typed arrays'
  | 'generated code'
  | 'timers and queues'
  | 'socket'
  | 'stream'
  | 'native handle'

/** A package, two instances of it that differ in one thing, and what a function makes of one. All texts are JavaScript. */
export interface Row {
  /** The package as it is installed, a module of Node's, or what else it is of: `web`, `language`, `user`. */
  readonly package: string
  /** Tells rows of one package apart. */
  readonly about?: string
  /** Where most of the state is. */
  readonly keeps: Keeps
  /** What is imported of it: `{ Decimal }`; nothing where it is global. */
  readonly imports?: string
  /** The module, where it is not the package's main one. */
  readonly from?: string
  /** More statements: other imports, constants. */
  readonly also?: string
  /** An expression for a new instance. May await. */
  readonly make: (text: string) => string
  /** What the two instances differ in. */
  readonly sides: readonly [string, string]
  /** Takes seconds to load or to look at: only the whole corpus has it. */
  readonly isSlow?: boolean
  /** An expression over the instance `it`, the same in every process and not the same for the other side. May await. */
  readonly use: string
}

export function nameOf({ package: name, about }: Row): string {
  return about === undefined ? name : `${name} ${about}`
}

/** Whether a row is of a package that is installed. */
export function isInstalled({ package: name }: Row): boolean {
  return !name.startsWith('node:') && !['web', 'language', 'user'].includes(name)
}
