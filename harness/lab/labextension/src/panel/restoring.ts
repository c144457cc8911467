/** Saved versions and given cells: looking into them, and putting them back. */
import { Announcer } from '../announcer';
import { Book } from './book';
import { apart } from './clock';
import { whyCovered } from './covered';
import { confirm } from './dialogs';
import { showDifferences } from './differences';
import { Doing } from './doing';
import { Notes } from './notes';
import { problemOf } from './resource';
import { Store } from './store';
import { BEFORE_RESTORE, NO_SAVE } from './words';

/** What a restore does, and what it leaves as it is (pages/restoring.js says the same). */
const AS_THEN = 'Cells and outputs are as they were then; variables in Python stay.';

/** Brings back what stood there before. */
export class Restoring {
  /** SHA-256 of what a restore has just replaced, until its row was shown; null if none did. */
  kept: string | null = null;

  constructor(
    private readonly _store: Store,
    private readonly _book: Book,
    private readonly _notes: Notes,
    private readonly _announcer: Announcer,
    private readonly _doing: Doing
  ) {}

  /**
   * Show what differs between the notebook and a saved version; from there it can be restored.
   *
   * @param canRestore whether the exercise is still open.
   */
  async look(slug: string, sha256: string, when: string, canRestore: boolean): Promise<void> {
    let shown: HTMLElement | undefined;
    const isThere = await this._doing.once('look', async () => {
      const panel = this._book.find(`${slug}/${slug}.ipynb`);
      if (panel !== null && canRestore && !(await this._book.save(panel))) {
        throw new Error(NO_SAVE);
      }
      shown = await this._differences(slug, sha256);
    });
    const sentences = ['Restored, it takes the place of the notebook: cells and outputs are as they were then. The present one is kept.'];
    const accept = canRestore ? 'Restore' : null;
    const head = `The version of ${when}`;
    if (isThere && (await confirm(head, canRestore ? sentences : [], accept, shown))) {
      await this._restore(slug, sha256, when);
    }
  }

  /** A notebook that cannot be read, or a version, can be replaced all the same. */
  private async _differences(slug: string, sha256: string): Promise<HTMLElement> {
    try {
      return showDifferences(await this._store.api.look(slug, sha256));
    } catch (thrown) {
      const problem = problemOf(thrown);
      if (problem.isAway) {
        throw thrown;
      }
      const said = document.createElement('p');
      said.textContent = `It cannot be compared: ${problem.message}`;
      return said;
    }
  }

  /** Put a saved version in the present one's place. */
  private async _restore(slug: string, sha256: string, when: string): Promise<void> {
    const head = `Restoring the version of ${when}…`;
    this._notes.put({ name: 'restore', tone: 'info', icon: 'hold', head, text: 'It is put in place of the present one.', slug });
    const isDone = await this._doing.once('restore', async () => {
      const panel = this._book.find(`${slug}/${slug}.ipynb`);
      if (panel !== null && !(await this._book.save(panel))) {
        throw new Error(NO_SAVE);
      }
      const done = await this._store.api.restore(slug, sha256);
      await this._book.revert(done.path);
      const text = await this._keptWords(slug, done.kept_sha256);
      const words = `Restored the version of ${when}`;
      this._notes.put({ name: 'restore', tone: 'ok', icon: 'tick', head: words, text: `${AS_THEN} ${text}`, slug }, 20);
      this.kept = done.kept_sha256; // shown once the note has its place
      this._announcer.say(`${words}. ${AS_THEN} ${text}`);
    });
    if (!isDone) {
      this._notes.remove('restore');
    }
  }

  /** Say which row of the versions holds what a restore replaced. */
  private async _keptWords(slug: string, sha256: string | null): Promise<string> {
    const versions = this._store.of(slug).versions;
    await versions.fresh();
    const all = versions.value ?? [];
    const row = all.find(one => one.sha256 === sha256 && one.label === BEFORE_RESTORE);
    const when = row && apart(all.map(one => one.at))(row.at);
    return `The one you had is kept${when ? `: ${when}, "${BEFORE_RESTORE}"` : ''}.`;
  }

  /** Put the selected cell back as it was given; Ctrl Z takes that back. */
  async resetCell(): Promise<void> {
    const slug = this._book.currentSlug;
    if (slug === null) {
      return;
    }
    const why = whyCovered(this._store, slug, 'reset a cell');
    if (why !== '') {
      this._announcer.say(why);
      return;
    }
    const given = this._store.of(slug).given;
    await this._doing.once('reset', async () => {
      await given.ask();
      const found = this._book.resettable(given.value);
      if (found === null) {
        throw new Error('The selected cell is as given, or your own. Select a given cell that was changed.');
      }
      this._book.reset(found.cell, found.source);
      const head = `Cell ${found.number} is as given again`;
      const output = this._book.hasOutput(found.cell) ? ' What stands below it came from the text before: run it again.' : '';
      const text = `Ctrl Z in that cell takes it back.${output}`;
      this._notes.put({ name: 'reset', tone: 'ok', icon: 'tick', head, text, slug }, 20);
      this._announcer.say(`${head}. ${text}`);
    });
  }
}
