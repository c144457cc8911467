/** What the page itself remembers: which folds are open, whether the clock shows, what was told. */

const QUIET = 'audition:quiet';
const OPEN = 'audition:open';

/** Kept for this page; what a person chose about the clock and the folds is kept for the browser. */
export class Memory {
  /** Whether the time left is shown. */
  showsClock = false;
  private readonly _open = chosen();
  private readonly _told = new Set<string>();
  /** The sections that were drawn last, and whether each is open. */
  private readonly _drawn = new Map<string, boolean>();

  /** Whether a section is open; `usual` until the person has chosen. */
  isOpen(section: string, usual: boolean): boolean {
    return this._open.get(section) ?? usual;
  }

  /** Open or close a section; this browser keeps it so. */
  setOpen(section: string, open: boolean): void {
    this._open.set(section, open);
    write(localStorage, OPEN, JSON.stringify([...this._open]));
  }

  /** Note that a section is drawn, open or closed. */
  draws(section: string, isOpen: boolean): void {
    this._drawn.set(section, isOpen);
  }

  /** How many sections are open. */
  get openOnes(): number {
    return [...this._drawn.values()].filter(Boolean).length;
  }

  /** Close every section. */
  closeAll(): void {
    [...this._drawn.keys()].forEach(section => this.setOpen(section, false));
  }

  /** Whether the person asked not to be told the time. */
  get isQuiet(): boolean {
    return read(localStorage, QUIET) === 'yes';
  }
  set isQuiet(quiet: boolean) {
    write(localStorage, QUIET, quiet ? 'yes' : 'no');
  }

  /** Keep something for as long as this tab lives, reloads and all. */
  keep(what: string, value: unknown): void {
    write(sessionStorage, `audition:kept:${what}`, JSON.stringify(value));
  }

  /** Return what was kept; null if nothing was, or it is no JSON. */
  recall(what: string): unknown {
    try {
      return JSON.parse(read(sessionStorage, `audition:kept:${what}`) ?? 'null');
    } catch {
      return null;
    }
  }

  /** Tell whether this is the first time; a reload of the page does not make it so again. */
  isFirst(what: string): boolean {
    const key = `audition:told:${what}`;
    if (this._told.has(key) || read(sessionStorage, key) !== null) {
      return false;
    }
    this._told.add(key);
    write(sessionStorage, key, 'yes');
    return true;
  }
}

/** What a person opened and closed in this browser; nothing of it if what lies there is not ours. */
function chosen(): Map<string, boolean> {
  try {
    const kept: unknown = JSON.parse(read(localStorage, OPEN) ?? '[]');
    const isPair = (one: unknown): one is [string, boolean] =>
      Array.isArray(one) && typeof one[0] === 'string' && typeof one[1] === 'boolean';
    return new Map(Array.isArray(kept) ? kept.filter(isPair) : []);
  } catch {
    return new Map();
  }
}

// A browser may refuse to keep anything: then it is kept for the page alone.
function read(where: Storage, key: string): string | null {
  try {
    return where.getItem(key);
  } catch {
    return null;
  }
}

function write(where: Storage, key: string, value: string): void {
  try {
    where.setItem(key, value);
  } catch {
    return;
  }
}
