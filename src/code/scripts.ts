/**
 * The scripts of this process, as V8 numbers them.
 */
import { listening, post } from './inspector.ts'

/** A script that V8 has compiled. */
export interface Script {
  readonly id: string
  /** As loaders gave it; empty where it has none. */
  readonly url: string
}

/** A script with what V8 has compiled, which its file need not say any more. */
export interface ReadScript extends Script {
  readonly source: string
}

/** Scripts that have run lately. Takes some milliseconds. */
export function listScripts(): readonly Script[] {
  post('Profiler.enable')
  // It names scripts without making digests of them, which Debugger.enable would.
  const { result } = post('Profiler.getBestEffortCoverage') as { result: { scriptId: string; url: string }[] }
  return result.map(({ scriptId, url }) => ({ id: scriptId, url }))
}

/** All scripts. Takes some ten milliseconds, and at first a digest of all code in the process. */
export function listAllScripts(): readonly Script[] {
  return withDebugger((scripts) => scripts)
}

/** The scripts that are wanted, with their sources. As dear as `listAllScripts`. */
export function readScripts(isWanted: (script: Script) => boolean): readonly ReadScript[] {
  return withDebugger((scripts) =>
    scripts.filter(isWanted).map((script) => Object.assign({ source: sourceOf(script) }, script)),
  )
}

function sourceOf({ id }: Script): string {
  return (post('Debugger.getScriptSource', { scriptId: id }) as { scriptSource: string }).scriptSource
}

/** V8 tells of each script that there is when its debugger is turned on. It stays on for no longer than it must. */
function withDebugger<T>(act: (scripts: readonly Script[]) => T): T {
  const scripts: Script[] = []
  const note = ({ params }: { params: { scriptId: string; url: string } }): void => {
    scripts.push({ id: params.scriptId, url: params.url })
  }
  return listening('Debugger.scriptParsed', note, () => {
    post('Debugger.enable')
    try {
      return act(scripts)
    } finally {
      post('Debugger.disable')
    }
  })
}
