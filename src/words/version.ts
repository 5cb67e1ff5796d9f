/** The release of this package, which is that of its core too. */
export const VERSION = '0.1.0'
