const STEPS = [
  [1000, 60, 's'],
  [60_000, 60, 'min'],
  [3_600_000, 48, 'h'],
  [86_400_000, 1000, 'd'],
] as const

/** How long ago something was: `now`, `5 min`, `3 h`, `12 d`. */
export function ageText(then: number, now: number): string {
  const ms = now - then
  if (!(ms >= 1000)) return 'now'
  const [unit, , word] = STEPS.find(([one, most]) => ms < one * most) ?? STEPS[3]
  return `${Math.floor(ms / unit)} ${word}`
}

/** A moment, as people of all places read it. */
export function momentText(at: number): string {
  const date = new Date(at)
  return Number.isNaN(date.getTime()) ? 'unknown' : date.toISOString()
}

/** A share of 1, in per cent. */
export function shareText(share: number): string {
  return `${Math.round(share * 100)} %`
}
