import { existsSync, openSync, readFileSync, writeSync } from 'node:fs'

/** One run of a function, as it told the log itself. */
export interface Run {
  /** Function and key: 'f 7'. */
  what: string
  /** Which process, or thread of a process, ran it. */
  who: string
  /** Nanoseconds of the machine's monotonic clock, which all processes share. */
  startedAt: bigint
  endedAt: bigint | undefined
}

/** A file to which every run of every process appends a line when it starts and when it ends. */
export class RunLog {
  readonly path: string
  #file: number | undefined

  constructor(path: string) {
    this.path = path
  }

  /** From then on, writing takes no further file descriptor. */
  open(): number {
    return (this.#file ??= openSync(this.path, 'a'))
  }

  write(event: 'start' | 'end', what: string, who: string): void {
    // What is appended with one write no other process's write divides.
    writeSync(this.open(), `${event} ${what} ${who} ${process.hrtime.bigint()}\n`)
  }

  has(event: 'start' | 'end', what: string, who = ''): boolean {
    return existsSync(this.path) && readFileSync(this.path, 'utf8').includes(`${event} ${what} ${who}`)
  }

  /** All runs in the order in which they started. */
  runs(): Run[] {
    const runs: Run[] = []
    const open = new Map<string, Run>()
    for (const line of this.#lines()) {
      const [event, name, key, who, at] = line.split(' ') as [string, string, string, string, string]
      const run: Run = { what: `${name} ${key}`, who, startedAt: BigInt(at), endedAt: undefined }
      const id = `${run.what} ${who}`
      if (event === 'start') {
        runs.push(run)
        open.set(id, run)
      } else {
        open.get(id)!.endedAt = run.startedAt
      }
    }
    return runs
  }

  /** Those that are whole: another process may be writing the next one, or have opened the file alone. */
  #lines(): string[] {
    return existsSync(this.path) ? readFileSync(this.path, 'utf8').split('\n').slice(0, -1) : []
  }

  /** Who ran this, in the order in which they started. */
  runners(what: string): string[] {
    return this.runs()
      .filter((run) => run.what === what)
      .map(({ who }) => who)
  }
}
