/** A live region that is there from the start; texts are put in one after the other. */

const APART_MS = 1000;

/** Says things to people who listen to the page. */
export class Announcer {
  private readonly _region: HTMLElement;
  private readonly _waiting: string[] = [];
  private _timer: number | null = null;

  /** Put the empty region into the page. */
  constructor(host: HTMLElement) {
    this._region = document.createElement('div');
    this._region.className = 'jp-Audition-live';
    this._region.setAttribute('role', 'status');
    this._region.setAttribute('aria-live', 'polite');
    this._region.setAttribute('aria-atomic', 'true');
    host.appendChild(this._region);
  }

  /** Say this, a second after whatever was said before it. */
  say(words: string): void {
    this._waiting.push(words);
    if (this._timer === null) {
      this._next();
    }
  }

  private _next(): void {
    const words = this._waiting.shift();
    if (words === undefined) {
      this._timer = null;
      return;
    }
    this._region.textContent = words;
    this._timer = window.setTimeout(() => this._next(), APART_MS);
  }
}
