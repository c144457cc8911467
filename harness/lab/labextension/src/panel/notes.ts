/** The notes above the panel's sections: each has a name, and the newer takes the older's place. */
import { Signal } from '@lumino/signaling';

/** How a note looks; the icon says it too. */
export type Tone = 'info' | 'warn' | 'ok' | 'bad';

/** One note. */
export interface INote {
  readonly name: string;
  readonly tone: Tone;
  readonly icon: 'info' | 'tick' | 'hold' | 'clock' | 'pen';
  readonly head: string;
  readonly text: string;
  /** The exercise it is about; shown beside no other. */
  readonly slug?: string;
  /** A button in it, if there is something to press. */
  readonly action?: { readonly label: string; readonly run: () => void };
}

/** What a person did last, said by itself; it is over once they do the next thing. */
const DONE = ['restore', 'reset', 'record', 'submitted'];

/** The notes that stand until they are taken away. */
export class Notes {
  readonly changed = new Signal<this, void>(this);
  private readonly _all = new Map<string, INote>();
  private readonly _timers = new Map<string, number>();

  /** All of them, the oldest first. */
  get all(): readonly INote[] {
    return [...this._all.values()];
  }

  /** Whether a note goes by itself. */
  isPassing(name: string): boolean {
    return this._timers.has(name);
  }

  /**
   * Put a note up.
   *
   * @param note what it says.
   * @param forS after how many seconds it goes by itself; it stays if left out.
   */
  put(note: INote, forS?: number): void {
    this._forget(note.name);
    if (forS !== undefined) {
      [...this._timers.keys()].forEach(name => this._drop(name)); // what has passed gives way
    }
    this._all.set(note.name, note);
    if (forS !== undefined) {
      this._goAfter(note.name, forS);
    }
    this.changed.emit();
  }

  /** Something newer happens: what was done before it gives way. */
  newer(): void {
    DONE.filter(name => this.isPassing(name)).forEach(name => this.remove(name));
  }

  /** Let a note go, but not from under the focus. */
  private _goAfter(name: string, forS: number): void {
    const go = (): void => {
      const holder = document.activeElement?.closest('[data-note]');
      if (holder?.getAttribute('data-note') === name) {
        this._goAfter(name, forS);
      } else {
        this.remove(name);
      }
    };
    this._timers.set(name, window.setTimeout(go, forS * 1000));
  }

  /** Take a note away. */
  remove(name: string): void {
    if (this._drop(name)) {
      this.changed.emit();
    }
  }

  private _drop(name: string): boolean {
    this._forget(name);
    return this._all.delete(name);
  }

  private _forget(name: string): void {
    window.clearTimeout(this._timers.get(name));
    this._timers.delete(name);
  }
}
