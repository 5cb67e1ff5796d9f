import { availableParallelism } from 'node:os'

/** Specs that take longest: they begin first, so that at the end no core waits for the last of them. */
const LONGEST = [/packages\/packages/, /fingerprint\/corpus/, /process\//, /key\/properties/, /memory\/bad-input/]

function place(file) {
  const at = LONGEST.findIndex((pattern) => pattern.test(file.replaceAll('\\', '/')))
  return at === -1 ? LONGEST.length : at
}

export default {
  files: ['__test__/**/*.spec.ts'],
  extensions: { ts: 'module' },
  nodeArguments: ['--import=./__test__/kit/typescript.mjs'],
  workerThreads: false,
  // Many tests wait for processes of theirs, and leave a core to others meanwhile.
  concurrency: 2 * availableParallelism(),
  timeout: '5m',
  sortTestFiles: (one, other) => place(one) - place(other) || one.localeCompare(other),
}
