import { isNative } from '../code/facts.ts'
import { functionId } from '../function/id.ts'
import { nameOf, textOf } from '../function/text.ts'
import type { AnyFunction } from '../function/wrapped.ts'
import { type Identity, digestOfText } from '../native/binding.ts'
import type { ResolvedCacheOptions } from '../option/cache-options.ts'
import type { FunctionKind } from '../report/entry-info.ts'
import { EngramError } from '../words/error.ts'

/** What a function was given to, and where. */
export interface Placed {
  readonly kind: FunctionKind
  /** The module in which it was wrapped. */
  readonly module: string | undefined
  /** Its name there. Default its own. */
  readonly name?: string
}

/** Tells the functions of one memory apart. */
export class FunctionIdentities {
  /** Texts of functions whose identity has neither a name nor their code in it. */
  readonly #anonymous = new Map<string, string>()

  /**
   * What stands for the function in every key of its calls, but for the fingerprint of its code: where that counts, the
   * digest of its text stands in its place.
   *
   * @throws EngramError ERR_UNNAMED_FUNCTION where nothing would tell the function from another.
   */
  of(fn: AnyFunction, options: ResolvedCacheOptions, { kind, module, name = nameOf(fn) }: Placed): Identity {
    const { strategy, version, project, domain } = options
    const code = strategy === 'codeHash' || strategy === 'syntaxHash' ? codeOf(fn, options) : undefined
    const identity: Identity = {
      kind,
      name: options.name ?? functionId(name || 'anonymous', module),
      strategy: typeof strategy === 'string' ? strategy : 'custom',
      ...(version !== undefined && { version }),
      ...(project !== undefined && { project }),
      ...(domain !== undefined && { domain }),
      ...(code !== undefined && { code }),
    }
    if (code === undefined && strategy !== false && options.name === undefined && name === '') {
      this.#checkAnonymous(fn, identity)
    }
    return identity
  }

  /** Two functions without names under one version would answer for each other. */
  #checkAnonymous(fn: AnyFunction, identity: Identity): void {
    if (identity.version === undefined && identity.strategy === 'inputHash') {
      throw unnamed(`An anonymous function needs a name or a version for the strategy 'inputHash'`)
    }
    const place = JSON.stringify(identity)
    const text = textOf(fn)
    if ((this.#anonymous.get(place) ?? text) !== text) {
      throw unnamed(
        `Two anonymous functions in ${identity.name} have the same version and strategy, so their results would be mixed up`,
      )
    }
    this.#anonymous.set(place, text)
  }
}

/** The digest of the function's text. */
function codeOf(fn: AnyFunction, options: ResolvedCacheOptions): string {
  if (isNative(fn)) {
    throw unnamed(
      `The code of ${options.name ?? (nameOf(fn) || 'a native function')} cannot be read (it is native or bound), so it ` +
        `needs a name and a version`,
    )
  }
  return digestOfText(textOf(fn))
}

function unnamed(what: string): EngramError {
  return new EngramError('ERR_UNNAMED_FUNCTION', `${what}: memory.cache(fn, { name: 'load-rows', version: '1' }).`)
}
