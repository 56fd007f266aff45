/**
 * The known word a person most likely meant.
 *
 * Case and width do not count as a difference; otherwise one change per three characters is allowed.
 *
 * @returns a word of `known`, or `null` when nothing is near; ties go to the first
 */
export function nearest(word: string, known: Iterable<string>): string | null {
  const wanted = folded(word);
  let best: string | null = null;
  let bestDistance = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const candidate of known) {
    const near = folded(candidate);
    if (Math.abs(near.length - wanted.length) >= bestDistance) continue;
    const distance = editDistance(wanted, near);
    // A one-letter word is near to every other one-letter word: that helps nobody.
    if (distance < bestDistance && distance < wanted.length) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

function folded(word: string): string {
  return word.normalize("NFKC").toLowerCase();
}

/** Levenshtein distance with neighbouring characters swapped counted once. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min(
        (last[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (last[j - 1] ?? 0) + (same ? 0 : 1),
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
