import { pathToFileURL } from 'node:url'
import { build } from './build.mjs'
import { StepFailed, main, run, runAndRead } from './command.mjs'
import {
  installCodecPackages,
  installLoaders,
  installPackages,
  installRuntimes,
  installTools,
} from './dependencies.mjs'
import { cargoEnvironment } from './rust.mjs'

const terminal = process.stdout.isTTY

// Adds up the numbers that a pattern captures; a match that captures none counts as one.
function count(text, pattern) {
  return [...text.matchAll(pattern)].reduce((sum, [, number = 1]) => sum + Number(number), 0)
}

// A runner that failed without a failed test (it did not compile, it was killed) counts as one failure.
function outcome({ code, text }, passed, failed, details) {
  const plain = text.replaceAll(/\u001B\[[\d;]*m/g, '')
  const failures = count(plain, failed)
  const isFailed = code !== 0 || failures > 0
  return {
    passed: count(plain, passed),
    failed: isFailed ? Math.max(failures, 1) : 0,
    details: isFailed ? [...plain.matchAll(details)].map(([found]) => found.trimEnd()).join('\n\n') : '',
  }
}

/** Compiles the tests of the core, and begins them. They mostly wait for the disk, and so run beside the others. */
async function beginRust() {
  const env = { ...(await cargoEnvironment()), ...(terminal && { CARGO_TERM_COLOR: 'always' }) }
  const tests = ['test', '--release', '--workspace', '--locked']
  run('cargo', [...tests, '--no-run'], { env })
  return { ended: runAndRead('cargo', [...tests, '--no-fail-fast'], { env, isShown: false }) }
}

async function endRust({ ended }) {
  const result = await ended
  process.stdout.write(result.text)
  const details = /^failures:\n\n----[^]*?(?=^test result: )/gm
  return outcome(result, /^test result: .*?(\d+) passed/gm, /^test result: .*?(\d+) failed/gm, details)
}

async function testTypeScript(files) {
  const env = { ...process.env, ...(terminal && { FORCE_COLOR: '1' }) }
  const result = await runAndRead(process.execPath, ['node_modules/ava/entrypoints/cli.mjs', ...files], { env })
  // Ava sums up what passed only where nothing failed: count its ticks.
  const failed = /^ +(\d+) (?:(?:test|hook)s? failed|unhandled|uncaught|tests? remained)/gm
  return outcome(result, /^ +✔ /gm, failed, /^ +[✘✖] .*|^  ─\n[^]*/gm)
}

/**
 * Builds what is out of date and runs every test, or with `files` (ava's arguments) only those. With `--whole` among them
 * the corpora run whole, and tests that take long run too.
 */
export async function test(args = []) {
  const files = args.filter((one) => one !== '--whole')
  const isWhole = files.length < args.length
  if (isWhole) process.env.ENGRAM_TESTS = 'whole'
  await build()
  await installLoaders()
  await installCodecPackages()
  await installPackages()
  if (isWhole) {
    await installTools()
    await installRuntimes()
  }
  const rust = files.length === 0 ? await beginRust() : undefined
  const outcomes = [await testTypeScript(files)]
  if (rust) outcomes.push(await endRust(rust))
  const [passed, failed] = ['passed', 'failed'].map((name) => outcomes.reduce((sum, each) => sum + each[name], 0))
  // Thousands of lines may have gone by since they were shown: what failed is said again where a reader looks first.
  for (const { details } of outcomes) if (details) console.log(`\n${details}`)
  console.log(`\n${passed} passed, ${failed} failed`)
  if (failed > 0) throw new StepFailed('Tests failed')
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main(() => test(process.argv.slice(2)))
