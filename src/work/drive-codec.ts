import type { Door } from '../memory/door.ts'
import type { Memory } from '../memory/memory.ts'
import { Drive } from './drive.ts'

/** Has drives be stored with the state that they are in, and sent to threads: by what they are, not by what is in them. */
export function provideDrives(door: Door, memory: Memory): void {
  door.provide(Drive, {
    name: 'engram.drive',
    encode: (drive) => drive.toJSON(),
    decode: (json) => Drive.from(json, memory),
  })
}
