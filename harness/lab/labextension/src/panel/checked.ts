/** What check() printed, taken apart: what could not be read, and where. */

/** Runs it without a name of ours in the person's notebook, and without showing its value. */
export const CHECK_CODE = '__import__("harness.kernel", fromlist=["check"]).check();';

/** One thing that could not be read. */
export interface IOpen {
  readonly text: string;
  /** An example or the call it is about; may be empty. */
  readonly more: string;
  /** The cell it is about, counted from 1; null if none is named. */
  readonly cell: number | null;
  /** What stands above that cell as its name; empty if nothing does. */
  readonly label: string;
}

/** A cell that is still as it was given. */
export interface IAsGiven {
  /** "sorter", or "your words" for a text. */
  readonly name: string;
  /** Counted from 1. */
  readonly cell: number;
  /** The heading that it stands under; empty for a marked cell, whose name stands above it. */
  readonly under: string;
  /** What stands above a text that follows another, to tell them apart: "ship or not". */
  readonly ask?: string;
}

/** What the last check said. */
export interface IChecked {
  readonly open: readonly IOpen[];
  /** The other sentences. */
  readonly said: readonly string[];
  /** The marked cells and the texts to write that are still as they were given. */
  readonly untouched: readonly IAsGiven[];
  /** When it was said. */
  readonly at: string;
  /** How the cells that it is about were then. */
  readonly marked: string;
  /** Whether one of them was run since. */
  readonly isOld: boolean;
}

function isGiven(one: IAsGiven | null): boolean {
  const [texts, numbers] = [[one?.name, one?.under], [one?.cell]];
  return texts.every(it => typeof it === 'string') && numbers.every(it => typeof it === 'number');
}

/** Tell whether a value that was kept by the browser is what a check said. */
export function isChecked(value: unknown): value is IChecked {
  const it = value as IChecked | null;
  const areTexts = (list: unknown): boolean => Array.isArray(list) && list.every(one => typeof one === 'string');
  return (
    areTexts(it?.said) &&
    areTexts([it?.at, it?.marked]) &&
    Array.isArray(it?.untouched) &&
    it.untouched.every(one => isGiven(one)) &&
    Array.isArray(it.open) &&
    it.open.every(one => typeof one?.text === 'string')
  );
}

/** Names stand in bold below a cell; here they are code. */
const BOLD = /\u001b\[1m(.*?)\u001b\[0m/g;
const FIRST = /^\d+ to look at:$/;
/** The panel saves before it asks, so this is no news. */
const STALE = /^This is your notebook as saved /;
const COUNTED = /^\(Cells are counted from the top/;

/** Take apart what check() printed. */
export function readCheck(printed: string): IChecked {
  const open: { text: string; more: string[] }[] = [];
  const said: string[] = [];
  for (const line of printed.replace(BOLD, '`$1`').split('\n')) {
    const last = open.at(-1);
    if (line.startsWith('  - ')) {
      open.push({ text: line.slice(4), more: [] });
    } else if (line.startsWith('    ') && last !== undefined) {
      last.more.push(line.slice(4));
    } else if (line.trim() && !FIRST.test(line) && !COUNTED.test(line) && !STALE.test(line)) {
      said.push(line.trim());
    }
  }
  return {
    open: open.map(one => ({
      text: one.text,
      more: one.more.join('\n').trimEnd(),
      cell: cellIn(one.text),
      label: ''
    })),
    said,
    untouched: [],
    at: new Date().toISOString(),
    marked: '',
    isOld: false
  };
}

/** Tell whether a cell does nothing but call check(), so that what it printed is check()'s alone. */
export function isCheckAlone(source: string): boolean {
  const lines = source.split('\n').map(line => line.replace(/#.*$/, '').trim());
  const left = lines.filter(line => line && !/^from harness\.kernel import [\w, ]+$/.test(line));
  return left.length === 1 && /^check\(\);?$/.test(left[0]);
}

function cellIn(text: string): number | null {
  const found = /\b[Cc]ell (\d{1,4})\b/.exec(text);
  return found === null ? null : Number(found[1]);
}
