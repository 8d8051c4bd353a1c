/**
 * A text of at most `most` characters; of a longer one the beginning and the end, where remedies stand, and how much is
 * left out. What passes through a state machine is bounded by this, for 256 KiB are all that a state may hold.
 */
export function boundedText(text: string, most: number): string {
  if (text.length <= most) return text;
  const reported = ` … ${text.length - most} characters are left out … `;
  const kept = Math.max(0, most - reported.length);
  const end = Math.floor(kept / 4);
  return text.slice(0, kept - end) + reported + (end === 0 ? '' : text.slice(-end));
}
