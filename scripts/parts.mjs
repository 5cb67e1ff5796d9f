/** What of the package is a script of its own: scripts/division.mjs says how. */

/** Parts of which the package exports names, by their names, `engram/<name>`: loaded when one of these is first used. */
export const families = { pipeline: 'src/pipeline/index.ts', task: 'src/task/index.ts', work: 'src/work/index.ts' }

/**
 * The modules by which the script is entered that no hit needs, so that a program that only finds results reads less, and V8
 * builds less. What they alone import is in it too.
 */
export const deferred = [
  'src/call/cached-method.ts',
  'src/call/following.ts',
  'src/call/hash-option.ts',
  'src/call/looking.ts',
  'src/call/receiver-calls.ts',
  'src/call/revalidation.ts',
  'src/call/runs.ts',
  'src/call/shelving.ts',
  'src/call/state.ts',
  'src/code/closure.ts',
  'src/code/given.ts',
  'src/code/hidden-state.ts',
  'src/code/instance-kind.ts',
  'src/code/loaded-file.ts',
  'src/code/mock.ts',
  'src/code/plain-class.ts',
  'src/code/receiver-reach.ts',
  'src/entry/entry-place.ts',
  'src/entry/many-entries.ts',
  'src/entry/record.ts',
  'src/fingerprint/closure-description.ts',
  'src/fingerprint/held-functions.ts',
  'src/fingerprint/held-parts.ts',
  'src/fingerprint/told-function.ts',
  'src/function/parameters.ts',
  'src/function/source-name.ts',
  'src/key/error.ts',
  'src/key/platform-object.ts',
  'src/key/unregistered.ts',
  'src/memory/contents.ts',
  'src/memory/door.ts',
  'src/memory/family-call.ts',
  'src/memory/payloads.ts',
  'src/memory/records.ts',
  'src/memory/run-history.ts',
  'src/report/entry-info.ts',
  'src/report/explanation.ts',
  'src/report/narration.ts',
  'src/value/encoder.ts',
  'src/value/temporal.ts',
]

/** Modules that hold nothing but numbers and names: each script has its own, as V8 is quicker with a number than with a variable. */
export const constants = ['src/key/tag.ts', 'src/value/wire.ts']
