// `--import` of this file lets a process load the TypeScript modules of this checkout. tsx does so too, and much more, which
// takes it a second of each of the hundreds of processes that the tests start.
import { register } from 'node:module'

register('./typescript-hooks.mjs', import.meta.url)
process.setSourceMapsEnabled(true)
