import { AsyncLocalStorage } from 'node:async_hooks'

/** What engram warned of. */
interface Warning {
  readonly code: string
  readonly message: string
}

const heard = new AsyncLocalStorage<Warning[]>()
const { emitWarning } = process

process.emitWarning = ((message: string, options?: { type?: string; code?: string }, ...more: unknown[]) => {
  const warnings = options?.type === 'EngramWarning' ? heard.getStore() : undefined
  if (warnings === undefined) Reflect.apply(emitWarning, process, [message, options, ...more])
  else warnings.push({ code: options?.code ?? 'none', message })
}) as typeof emitWarning

/**
 * What engram warns of from now on in the work of this test, instead of on stderr. What another test still does, or does
 * already, is not heard, if all that call this run one after the other.
 */
export function collectWarnings(): { codes(): string[]; messages(): string[] } {
  const warnings: Warning[] = []
  heard.enterWith(warnings)
  return {
    codes: () => warnings.map(({ code }) => code),
    messages: () => warnings.map(({ message }) => message),
  }
}
