/** check() from the panel: running it, and what the last one said. */
import { Cell, CodeCell } from '@jupyterlab/cells';

import { Announcer } from '../announcer';
import { Book } from './book';
import { CHECK_CODE, IAsGiven, IChecked, isCheckAlone, isChecked, readCheck } from './checked';
import { whyCovered } from './covered';
import { Doing } from './doing';
import { Memory } from './memory';
import { Store } from './store';
import { firstSentence, NO_SAVE } from './words';

/** What check() said of each exercise. */
export class Checks {
  /** What the last check said, by exercise. */
  private readonly _checked = new Map<string, IChecked>();

  constructor(
    private readonly _store: Store,
    private readonly _book: Book,
    private readonly _memory: Memory,
    private readonly _announcer: Announcer,
    private readonly _doing: Doing
  ) {}

  /** Return what the last check of an exercise said, also before the page was loaded anew. */
  checkedOf(slug: string): IChecked | null {
    const kept = this._checked.get(slug) ?? this._memory.recall(this._checkOf(slug));
    return isChecked(kept) ? kept : null;
  }

  /**
   * Return what is still as given: as the notebook is now, or where it is not open, as it was at the
   * last check.
   */
  untouchedOf(slug: string): readonly IAsGiven[] {
    const panel = this._book.find(`${slug}/${slug}.ipynb`);
    const isThere = panel?.context.isReady && this._store.of(slug).given.value !== null;
    return panel && isThere
      ? this._book.asGiven(panel, id => this._store.givenSource(id))
      : (this.checkedOf(slug)?.untouched ?? []);
  }

  /** Whether a marked cell was changed or run since the last check; false if not known. */
  isCheckOld(slug: string): boolean {
    const panel = this._book.find(`${slug}/${slug}.ipynb`);
    const checked = this.checkedOf(slug);
    const isThere = panel?.context.isReady && checked !== null;
    return isThere ? checked.isOld || checked.marked !== this._book.marked(panel) : false;
  }

  /** A cell was run: where it is a marked one, what the last check said is about an earlier run. */
  ran(slug: string, cell: Cell): void {
    const checked = this.checkedOf(slug);
    if (checked !== null && !checked.isOld && this._book.isMarked(cell)) {
      this._keepChecked(slug, { ...checked, isOld: true });
      this._store.touch();
    }
  }

  private _keepChecked(slug: string, checked: IChecked): void {
    this._checked.set(slug, checked);
    this._memory.keep(this._checkOf(slug), checked);
  }

  private _checkOf(slug: string): string {
    return `check ${this._store.sitting.value?.session} ${slug}`;
  }

  /** Run check() in the notebook's own kernel. */
  async check(slug: string): Promise<void> {
    const why = whyCovered(this._store, slug, 'check');
    if (why !== '') {
      this._announcer.say(why); // a cell that runs would end a pause
      return;
    }
    await this._doing.once('check', async () => {
      const panel = await this._opened(slug);
      this._store.of(slug).given.want();
      const printed = await this._book.run(panel, CHECK_CODE);
      const checked = this._book.locate(panel, readCheck(printed), id => this._store.givenSource(id));
      this._keepChecked(slug, checked);
      const first = checked.said[0] ?? '';
      this._announcer.say(
        checked.open.length > 0 ? `${checked.open.length} to look at.` : firstSentence(first)
      );
    });
  }

  /** Show what a cell's own check() said, as if it had been asked for here. */
  checkedInCell(cell: Cell): void {
    const slug = this._book.currentSlug;
    const panel = slug === null ? null : this._book.find(`${slug}/${slug}.ipynb`);
    if (slug === null || panel === null || !(cell instanceof CodeCell)) {
      return;
    }
    const outputs = cell.model.outputs;
    if (isCheckAlone(cell.model.sharedModel.getSource()) && outputs.length > 0) {
      const first = outputs.get(0).toJSON();
      const text = first.output_type === 'stream' ? first.text : '';
      const printed = Array.isArray(text) ? text.join('') : String(text);
      if (printed) {
        const read = readCheck(printed);
        this._keepChecked(slug, this._book.locate(panel, read, id => this._store.givenSource(id)));
        this._store.touch();
      }
    }
  }

  /** Move the focus into a cell that check() named. */
  async goToCell(slug: string, cell: number): Promise<void> {
    const panel = await this._book.open(`${slug}/${slug}.ipynb`);
    await this._book.goToCell(panel, cell);
  }

  /** The notebook, saved; where it is open already the focus stays in the panel, which shows the result. */
  private async _opened(slug: string) {
    const path = `${slug}/${slug}.ipynb`;
    const panel = this._book.find(path) ?? (await this._book.open(path));
    await panel.context.ready;
    if (!(await this._book.save(panel))) {
      throw new Error(NO_SAVE);
    }
    return panel;
  }
}
