// What `--import=tsx` does for a process it does not do for the first file of a thread, in every Node.
import { register } from 'tsx/esm/api'

register()
await import('./thread.ts')
