/** Sentences that stand in more than one place of the panel, or that others quote. */

/** Return how often: "once", "twice", "3 times". */
export function times(number: number): string {
  return ['never', 'once', 'twice'][number] ?? `${number} times`;
}

export const AWAY =
  'The line is down. Go on writing: work is kept in this browser and sent when the line is back.';
export const BACK = 'The line is back and everything has been sent.';
export const NOT_DONE = 'The line is down, so this was not done. Press it again when it is back.';
export const ASK_LOST =
  'The question did not get through, and is kept in the box. Press Ask again, or write down an ' +
  'assumption.';
export const ASK_EARLY = 'Start the exercise, then you can ask.';
export const ASK_PAUSED = 'You have paused. Resume, then you can ask.';
export const ADD_PAUSED = 'You have paused. Resume, then you can add it.';
export const KEPT_LOST = 'This did not get through, and is kept in the box. Press Add again.';
export const SUBMIT_LOST =
  'We could not confirm the submission, but your work is saved. Press Submit again in a minute; ' +
  'if you do not, your last saved state is submitted at the end.';
export const NO_SAVE =
  'Not saved yet, so this was not done. Save the notebook (Ctrl S) and press it again.';
export const CHECK_NOT_RUN =
  'The check could not run: the kernel ended or was restarted. Press Check again.';
export const CHECK_NO_KERNEL = 'There is no kernel yet. Wait a moment and press Check again.';
/** What a version is called that a restored one replaced. */
export const BEFORE_RESTORE = 'before restore';
/** What a text to write is called. */
export const YOUR_WORDS = 'your words';
export const QUIET = 'Do not tell me the time';

/** Return "1 cell", "9 cells". */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
}

/** Return where something is: a heading in quotes, or "cell 12" where it stands under none. */
export function placeOf(under: string, cell: number): string {
  return under ? `under “${under}”` : `in cell ${cell}`;
}

/**
 * Return "Your words under “The decision” are still as given.", and of marked cells "Marked cells
 * still as given: decision."; empty if there are neither.
 */
export function stillAsGiven(places: readonly string[], marked: readonly string[] = []): string {
  const word = marked.length === 1 ? 'Marked cell' : 'Marked cells';
  const cells = marked.length > 0 ? `${word} still as given: ${marked.join(', ')}.` : '';
  return [texts(places), cells].filter(Boolean).join(' ');
}

function texts(places: readonly string[]): string {
  if (places.length === 0) {
    return '';
  }
  const told = [...new Set(places)].map(place => {
    const alike = places.filter(one => one === place).length;
    return alike > 1 ? `${place} (${alike} texts)` : place;
  });
  const last = told.at(-1);
  const named = told.length > 1 ? `${told.slice(0, -1).join(', ')} and ${last}` : last;
  return `Your words ${named} are still as given.`;
}

/**
 * Return dollars as the purse shows them: "$0.38", and "$0.3797" where two digits would hide that
 * something was spent; rounded down, so that nothing is shown that is not there.
 */
export function dollars(usd: string): string {
  const tenThousandths = Math.floor(Number(usd) * 10_000 + 1e-6);
  const digits = tenThousandths % 100 === 0 ? 2 : 4;
  return `$${(tenThousandths / 10_000).toFixed(digits)}`;
}

/** Return what a call cost, to two figures that matter: "$0.0021", "$0.000034". */
export function price(usd: string): string {
  const value = Number(usd);
  if (value <= 0 || value >= 0.1) {
    return `$${value.toFixed(2)}`;
  }
  return `$${value.toFixed(1 - Math.floor(Math.log10(value)))}`;
}

/** Return the whole of a text without its line breaks, for those who listen. */
export function inOneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** Return the first sentence, for those who listen. */
export function firstSentence(text: string): string {
  return /^.*?[.!?](?=\s|$)/s.exec(text)?.[0] ?? text;
}
