import { relative } from 'node:path'

/** Marks what a plugin asks esbuild itself, so that no plugin replaces it. */
const isAsked = {}

/** A plugin that takes something else for some files of a folder, as `replaced` says. */
export function resolving(folder, filter, replaced) {
  return {
    name: 'resolving',
    setup(builder) {
      builder.onResolve({ filter }, async ({ path, pluginData, ...from }) => {
        if (pluginData === isAsked || from.kind === 'entry-point') return undefined
        const found = await builder.resolve(path, { ...from, pluginData: isAsked })
        if (found.external || found.namespace !== 'file') return undefined
        return replaced(relative(folder, found.path).replaceAll('\\', '/')) || undefined
      })
    },
  }
}
