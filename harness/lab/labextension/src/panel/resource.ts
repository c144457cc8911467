/** One thing that the server knows, as last heard; an old answer never takes a newer one's place. */
import { ISignal, Signal } from '@lumino/signaling';

import { Refused, Unreachable } from '../wire';

/** Why the last question got no answer. */
export interface IProblem {
  /** Whether it is the line, and not the question. */
  readonly isAway: boolean;
  readonly message: string;
  readonly code: string;
}

/** Return why something was not done, as a person can be told. */
export function problemOf(thrown: unknown): IProblem {
  if (thrown instanceof Refused) {
    const isAway = thrown.status >= 500;
    return { isAway, message: thrown.message, code: thrown.code };
  }
  const isAway = thrown instanceof Unreachable;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { isAway, message, code: '' };
}

/** What the server knows about one thing. */
export class Resource<T> {
  private readonly _changed = new Signal<this, void>(this);
  private _value: T | null = null;
  private _problem: IProblem | null = null;
  private _asked = 0;
  private _taken = 0;
  private _running: Promise<void> | null = null;
  private _isOwed = false;
  private _heardAt = 0;

  constructor(private readonly _fetch: () => Promise<T>) {}

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** As last heard; null if nothing was. */
  get value(): T | null {
    return this._value;
  }

  /** Why the last question got no answer; null if it did. */
  get problem(): IProblem | null {
    return this._problem;
  }

  /** When the value was heard, on the page's own clock (performance.now(), ms). */
  get heardAt(): number {
    return this._heardAt;
  }

  /** Ask; while one question is under way, one more is kept for after it. */
  ask(): Promise<void> {
    if (this._running !== null) {
      this._isOwed = true;
      return this._running;
    }
    this._running = this._askOnce().finally(() => {
      this._running = null;
      if (this._isOwed) {
        this._isOwed = false;
        void this.ask();
      }
    });
    return this._running;
  }

  /** Ask, and wait for an answer to a question that was asked from now on. */
  async fresh(): Promise<void> {
    await this._running;
    await this.ask();
  }

  /** Ask if nothing has been heard yet. */
  want(): void {
    if (this._value === null && this._running === null) {
      void this.ask();
    }
  }

  /** Take what a write answered: questions that were under way are older than it. */
  take(value: T): void {
    this._accept(++this._asked, value);
  }

  private async _askOnce(): Promise<void> {
    const mine = ++this._asked;
    try {
      this._accept(mine, await this._fetch());
    } catch (thrown) {
      if (mine > this._taken) {
        this._problem = problemOf(thrown);
        this._changed.emit();
      }
    }
  }

  private _accept(number: number, value: T): void {
    if (number < this._taken) {
      return;
    }
    this._taken = number;
    this._value = value;
    this._problem = null;
    this._heardAt = performance.now();
    this._changed.emit();
  }
}
