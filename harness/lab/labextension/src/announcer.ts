/** Live regions that are there from the start; texts are put in one after the other. */

const APART_MS = 1000;
/** So long another exercise may pass the front, as when tabs come back, and take nothing away. */
const PASSES_MS = 10_000;

/** Says things to people who listen to the page. */
export class Announcer {
  private readonly _status: HTMLElement;
  private readonly _alert: HTMLElement;
  private readonly _waiting: (() => void)[] = [];
  private _timer: number | null = null;
  private _about: string | null = null;
  private _taken: { words: string; about: string; at: number } | null = null;

  /** Put the empty regions into the page. */
  constructor(host: HTMLElement) {
    this._status = region('jp-Audition-live', 'status');
    this._alert = region('jp-Audition-alert', 'alert');
    host.append(this._status, this._alert);
  }

  /**
   * Say this when nothing else is being said, a second after whatever was said before it.
   *
   * @param about the exercise it is about, if another may come to the front meanwhile.
   */
  say(words: string, about: string | null = null): void {
    this._queue(this._status, words, about);
  }

  /** Say this at once, as far as the listener's own software allows: a kernel's or clock's end. */
  alert(words: string): void {
    this._queue(this._alert, words);
  }

  /**
   * Take away what was said last, unless it was about the exercise that is in front now.
   *
   * What was taken away is put back if its exercise is in front again at once.
   */
  clear(inFront: string): void {
    if (this._about === inFront) {
      return;
    }
    const before = this._taken;
    const words = this._status.textContent ?? '';
    this._taken =
      this._about === null || words === '' ? null : { words, about: this._about, at: Date.now() };
    const isBack = before?.about === inFront && Date.now() - before.at < PASSES_MS;
    this._status.textContent = isBack ? before.words : '';
    this._about = isBack ? before.about : null;
  }

  private _queue(where: HTMLElement, words: string, about: string | null = null): void {
    this._waiting.push(() => {
      where.textContent = words;
      if (where === this._status) {
        this._about = about;
        this._taken = null;
      }
    });
    if (this._timer === null) {
      this._next();
    }
  }

  private _next(): void {
    const put = this._waiting.shift();
    if (put === undefined) {
      this._timer = null;
      return;
    }
    put();
    this._timer = window.setTimeout(() => this._next(), APART_MS);
  }
}

function region(name: string, role: 'status' | 'alert'): HTMLElement {
  const node = document.createElement('div');
  node.className = name;
  node.setAttribute('role', role);
  node.setAttribute('aria-live', role === 'alert' ? 'assertive' : 'polite');
  node.setAttribute('aria-atomic', 'true');
  return node;
}
