/**
 * Saves of one notebook, one after the other, and work that no save may fall into.
 *
 * While the server adds cells to the file, a save begun in the old state would find the file
 * changed and ask the person which version to keep, or write over what was added.
 */
import { DocumentRegistry } from '@jupyterlab/docregistry';

type Work = () => Promise<void>;

/** The turns of one open notebook. */
export class Turns {
  private _last: Promise<unknown> = Promise.resolve();

  /**
   * Let every save of this notebook from now on take its turn.
   *
   * @param context the open notebook.
   * @param before what is done before each save.
   */
  constructor(context: DocumentRegistry.Context, before: Work) {
    const own = context.save.bind(context);
    this.save = () => before().then(own);
    context.save = () => this.take(this.save);
  }

  /** Save now; for work whose turn it is. */
  readonly save: Work;

  /** Do this once all before it is done; nothing after it begins before its end. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const mine = this._last.then(work);
    this._last = mine.catch(() => undefined);
    return mine;
  }
}
