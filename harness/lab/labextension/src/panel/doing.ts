/** Does something once at a time, and says why where it was not done. */
import { Announcer } from '../announcer';
import { Notes } from './notes';
import { problemOf } from './resource';
import { Store } from './store';
import { NOT_DONE } from './words';

/** What is under way. */
export class Doing {
  /** By name; its button waits. */
  readonly busy = new Set<string>();

  constructor(
    private readonly _store: Store,
    private readonly _notes: Notes,
    private readonly _announcer: Announcer
  ) {}

  /** Do something once at a time; a note says why it was not done. Tells whether it was. */
  async once(name: string, work: () => Promise<void>, lost = NOT_DONE): Promise<boolean> {
    if (this.busy.has(name)) {
      return false;
    }
    this.busy.add(name);
    this._notes.newer();
    this._store.touch();
    try {
      await work();
      this._notes.remove('not done');
      return true;
    } catch (thrown) {
      const { isAway, message } = problemOf(thrown);
      const text = isAway ? lost : message;
      const head = 'Not done yet';
      this._notes.put({ name: 'not done', tone: 'warn', icon: 'info', head, text }, 60);
      this._announcer.say(text);
      return false;
    } finally {
      this.busy.delete(name);
      this._store.touch();
    }
  }
}
