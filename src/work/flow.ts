import { checkKnown, checkString } from '../option/check.ts'
import { type Duration, parseDuration } from '../option/duration.ts'
import { callingPlace } from '../platform/calling-place.ts'
import type { Changes } from './changed.ts'
import { Component, componentOf } from './component.ts'
import { workError } from './error.ts'
import type { Loop } from './loops.ts'
import { AppEnd } from './pass-end.ts'
import type { Ticks } from './ticks.ts'

/** What an app keeps for its flows. */
export interface FlowHost {
  readonly ticks: Ticks
  readonly changes: Changes
  now(): number
  /** Hears of each answer. */
  due(isDue: boolean): boolean
  loop(key: string): Loop
  /** The app ends, whatever becomes of what the flow throws. */
  finish(end: AppEnd): void
}

/**
 * A component that says what is to be done. Its `run` is called again and again while anything changed, until `stop()`, or until
 * nothing can change any more. Works and flows in its fields are its own; its other fields whose names do not begin with `_` are
 * its state.
 *
 * @example
 * ```ts
 * class Daily extends Flow {
 *   load = new Load()
 *   run() {
 *     if (this.schedule('@daily')) this.load.run(new Date().toDateString())
 *   }
 * }
 * await new App(new Daily()).start()
 * ```
 */
export abstract class Flow {
  /** Called by `new` of the class that extends it. */
  constructor() {
    return new Component('flow', this).view as this
  }

  /** What it does in one pass. A flow around it may give it arguments; the root has none. */
  abstract run(...args: any[]): void | Promise<void>

  /**
   * True on the first pass, and then once for each tick of a cron expression; ticks that were missed are one.
   *
   * @param cron - As in crontab, or '@hourly', '@daily' and the like.
   * @param options - `key`: tells it from other schedules; default: the place of the call in the program. `timezone`: default that
   *   of the machine.
   * @throws EngramError ERR_INVALID_OPTION; ERR_WORK outside of an app.
   */
  schedule(cron: string, options: { key?: string; timezone?: string } = {}): boolean {
    checkKnown(options, ['key', 'timezone'])
    const { key, timezone } = options
    checkString(key, 'key')
    checkString(timezone, 'timezone')
    const { host, path } = hostOf(this)
    const name = `${path} ${key ?? callingPlace(this.schedule)}`
    return host.due(host.ticks.schedule(name, cron, timezone, host.now()))
  }

  /**
   * True on the first pass, and then once for each interval.
   *
   * @param interval - Milliseconds, or a string such as '30s'.
   * @throws EngramError ERR_INVALID_OPTION; ERR_WORK outside of an app.
   */
  every(interval: Duration, options: { key?: string } = {}): boolean {
    checkKnown(options, ['key'])
    checkString(options.key, 'key')
    const milliseconds = parseDuration(interval, 'interval')
    const { host, path } = hostOf(this)
    const name = `${path} ${options.key ?? callingPlace(this.every)}`
    return host.due(host.ticks.every(name, milliseconds, host.now()))
  }

  /**
   * A loop over items that goes on where it was, pass after pass, and after a crash.
   *
   * @param options - `key`: as of `schedule`. `runOnce`: whether it gives nothing more once it is done; default true.
   * @throws EngramError ERR_WORK for what cannot be iterated, and outside of an app.
   */
  iterate<T>(items: Iterable<T>, options: { key?: string; runOnce?: boolean } = {}): Iterable<T> {
    checkKnown(options, ['key', 'runOnce'])
    checkString(options.key, 'key')
    if (typeof (items as Partial<Iterable<T>> | null | undefined)?.[Symbol.iterator] !== 'function')
      throw workError('iterate(items) needs an array, or another iterable.')
    const { host, path } = hostOf(this)
    const loop = host.loop(`${path} ${options.key ?? callingPlace(this.iterate)}`)
    return loop.over(items, options.runOnce ?? true)
  }

  /** What differs from the last pass, by path from the root: `train.checkpoint`. Empty on the first. */
  get changes(): Changes {
    return hostOf(this).host.changes
  }

  /** Ends the app. It never returns. */
  stop(message = ''): never {
    return ending(this, new AppEnd(message, false))
  }

  /** Ends the app as one that failed. It never returns. */
  fail(message = 'The flow failed.'): never {
    return ending(this, new AppEnd(message, true))
  }
}

/** What is thrown ends the pass, and may be caught by the program. */
function ending(flow: object, end: AppEnd): never {
  hostOf(flow).host.finish(end)
  throw end
}

function hostOf(flow: object): { readonly host: FlowHost; readonly path: string } {
  const component = componentOf(flow)
  const host = component?.host as (FlowHost & Component['host']) | undefined
  if (component === undefined || host === undefined)
    throw workError('This is asked in a flow of an app that runs: new App(new MyFlow()).start().')
  return { host, path: component.path }
}
