import { loadAsProgram } from '../run/loader.ts'

/**
 * What a work's thread runs. This file is required, and what that brings may be a second copy of modules that programs import (under
 * tsx): so all else is imported.
 */
async function begin(): Promise<void> {
  await loadAsProgram()
  const { serveWork } = await import('./thread-server.ts')
  serveWork((url) => import(url) as Promise<object>)
}

// What fails ends the thread, and is told where the work lives.
void begin()
