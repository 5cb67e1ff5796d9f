/**
 * Whether every test runs whole: `npm test -- --whole`. Otherwise the corpora run a part of their programs in each way, and
 * what takes many seconds and depends on nothing that changes is left out.
 */
export const isWhole = process.env.ENGRAM_TESTS === 'whole'
