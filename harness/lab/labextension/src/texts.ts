/** What texts to write are called where two follow each other (pages/texts.js says the same). */

/** What a given text asks for: "*Write here: what is still open, and …*". */
const ASK = /^\s*([*_])Write here\b[^:*_]*:\s*([\s\S]+?)\1\s*$/;
const LONGEST = 44;

/** A cell, as far as it is named. */
export interface INamed {
  readonly id: string;
  /** Whether it is a text to write. */
  readonly isText: boolean;
  /** What it was given as; null where that is not known. */
  readonly given: string | null;
}

/** Return the words that a given text asks for, up to its first comma; empty if it asks for none. */
export function askedFor(given: string): string {
  const words = (ASK.exec(given)?.[2] ?? '').split(/[,;:(.]/)[0].replace(/[`*_]+/g, '').trim();
  return words.length > LONGEST ? '' : words;
}

/**
 * Return how each text that stands beside another is told apart from it: "what is still open", or
 * "2 of 2" where its ask does not say it. Those that stand alone, and unknown ones, have no name.
 */
export function namesOf(cells: readonly INamed[]): Map<string, string> {
  const names = new Map<string, string>();
  for (let at = 0; at < cells.length; ) {
    let end = at;
    while (end < cells.length && cells[end].isText) {
      end += 1;
    }
    const run = cells.slice(at, end);
    const asks = run.map(one => (one.given === null ? null : askedFor(one.given)));
    if (run.length > 1) {
      run.forEach((one, i) => {
        const ask = asks[i];
        if (ask !== null) {
          const isOwn = ask !== '' && asks.filter(other => other === ask).length === 1;
          names.set(one.id, isOwn ? ask : `${i + 1} of ${run.length}`);
        }
      });
    }
    at = end + 1;
  }
  return names;
}
