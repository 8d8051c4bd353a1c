const millisecondsPerDay = 86_400_000;

/**
 * Whose turn it is where proofs alternate: the copy's on even days of the platform, counted without months, so that no two
 * days after each other have the same turn.
 */
export function isTurnOfCopy(now: Date, timeZone: string): boolean {
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  return (Date.parse(parts.format(now)) / millisecondsPerDay) % 2 === 0;
}
