import editDistance from "damerau-levenshtein";

/**
 * Number of letters of a known word that somebody who meant it typed wrong, left out, added or swapped; a wrong first letter
 * counts half more. Null: another word was meant. More than a third is another word, and so is one of two letters.
 */
export function typingErrors(typed: string, known: string): number | null {
  const most = Math.floor(known.length / 3);
  if (typed.length <= 2 || most === 0 || Math.abs(typed.length - known.length) > most) return null;
  // In so short a word, another letter makes another word: `root` is not `room`.
  if (known.length <= 4 && typed.length === known.length && lettersOf(typed) !== lettersOf(known)) return null;
  const errors = editDistance(typed, known).steps;
  return errors > most ? null : errors + (known[0] === typed[0] ? 0 : 0.5);
}

function lettersOf(word: string): string {
  return word.split("").toSorted().join("");
}
