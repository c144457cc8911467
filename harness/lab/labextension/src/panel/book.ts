/** What the panel does with notebooks: open, focus, save, run, put a cell back. */
import { ILabShell, JupyterFrontEnd } from '@jupyterlab/application';
import { Cell, CodeCell } from '@jupyterlab/cells';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { KernelMessage } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';

import { auditionOf } from '../labels';
import { namesOf } from '../texts';
import { IGivenCell } from './api';
import { IAsGiven, IChecked } from './checked';
import { CHECK_NO_KERNEL, CHECK_NOT_RUN, YOUR_WORDS } from './words';

/** Tell whether the panel takes the whole width. */
export function isNarrow(): boolean {
  return window.matchMedia('(max-width: 760px)').matches;
}

const OWN = /^([a-z][a-z0-9-]{1,39})\/\1\.ipynb$/;

/** The notebooks of the sitting. */
export class Book {
  private _from: HTMLElement | null = null;

  /** Whether a notebook is on its way to the front. What is covered takes no focus, and would stay behind. */
  readonly opening = new Signal<this, boolean>(this);

  constructor(
    readonly app: JupyterFrontEnd,
    readonly tracker: INotebookTracker,
    private readonly _documents: IDocumentManager
  ) {}

  /** The exercise of the notebook in front; null if there is none, or it is no exercise's. */
  get currentSlug(): string | null {
    const path = this.tracker.currentWidget?.context.localPath ?? '';
    return OWN.exec(path)?.[1] ?? null;
  }

  /** The open notebook at a path. */
  find(path: string): NotebookPanel | null {
    return this.tracker.find(panel => panel.context.localPath === path) ?? null;
  }

  /** Open a notebook, or bring it to the front. */
  async open(path: string): Promise<NotebookPanel> {
    this.opening.emit(true);
    try {
      const panel = this._documents.openOrReveal(path) as NotebookPanel | undefined;
      if (panel === undefined) {
        throw new Error(`There is no notebook at ${path}.`);
      }
      this.giveWay();
      await panel.revealed;
      await panel.context.ready;
      await appears(() => (this.tracker.currentWidget === panel ? panel.node : null));
      return panel;
    } finally {
      this.opening.emit(false);
    }
  }

  /** In a narrow window the panel takes the whole width: let the notebook be seen. */
  giveWay(): void {
    if (isNarrow()) {
      (this.app.shell as unknown as Partial<ILabShell>).collapseLeft?.();
      document.body.dataset.auditionLeft = 'closed'; // what is hidden takes no focus
    }
  }

  /** Move the focus to the first heading of a notebook. */
  async focusHeading(panel: NotebookPanel): Promise<void> {
    this.app.shell.activateById(panel.id);
    await panel.content.scrollToItem(0);
    const first = panel.content.widgets[0];
    if (first === undefined) {
      return;
    }
    await first.ready;
    panel.content.activeCellIndex = 0;
    const heading = await appears(() => first.node.querySelector<HTMLElement>('h1, h2, h3'));
    const target = heading ?? first.node;
    target.tabIndex = -1;
    target.focus();
  }

  /** Move the focus into a cell, counted from 1. */
  async goToCell(panel: NotebookPanel, number: number): Promise<void> {
    const cell = panel.content.widgets[number - 1];
    if (cell === undefined) {
      return;
    }
    this.app.shell.activateById(panel.id);
    panel.content.activeCellIndex = number - 1;
    await panel.content.scrollToItem(number - 1);
    await cell.ready;
    panel.content.mode = 'edit';
    cell.editor?.focus();
  }

  /**
   * Save if anything has changed, and once more what came while that was on its way; tells whether it
   * is on disk. A cell that prints on and on is never all of it.
   */
  async save(panel: NotebookPanel): Promise<boolean> {
    const context = panel.context;
    let isSaved = true;
    for (let times = 0; times < 2 && isSaved && context.model.dirty; times += 1) {
      isSaved = await context.save().then(
        () => true,
        () => false
      );
    }
    return isSaved;
  }

  /**
   * Run code in the notebook's own kernel, recorded like a cell and without a number of its own.
   *
   * @returns what it printed.
   */
  async run(panel: NotebookPanel, code: string): Promise<string> {
    await panel.sessionContext.ready.catch(() => undefined);
    const kernel = panel.sessionContext.session?.kernel;
    if (!kernel) {
      throw new Error(CHECK_NO_KERNEL);
    }
    const future = kernel.requestExecute({
      code,
      silent: false,
      store_history: false,
      allow_stdin: false,
      stop_on_error: false
    });
    let printed = '';
    future.onIOPub = message => {
      if (KernelMessage.isStreamMsg(message)) {
        printed += message.content.text;
      } else if (KernelMessage.isErrorMsg(message)) {
        printed += `\n${message.content.evalue || message.content.ename}`;
      }
    };
    try {
      await future.done;
    } catch {
      throw new Error(CHECK_NOT_RUN); // the kernel went away under it
    }
    return printed;
  }

  /** Take in what lies on disk now. */
  async revert(path: string): Promise<void> {
    const panel = this.find(path);
    if (panel !== null) {
      const before = panel.content.activeCell?.model.id;
      const place = panel.content.activeCellIndex;
      const seen = firstSeen(panel);
      await panel.context.revert();
      // Where the person was: in the same cell if it is there still, else as far down.
      const cells = [...(panel.content.model?.cells ?? [])];
      const same = cells.findIndex(cell => cell.id === before);
      const at = same >= 0 ? same : Math.max(0, Math.min(place, cells.length - 1));
      panel.content.activeCellIndex = at === 0 ? cells.length - 1 : 0; // else the status bar goes on counting those of before
      panel.content.activeCellIndex = at;
      panel.content.update();
      await scrollBack(panel, seen);
    }
  }

  /** Put text in a cell's place; Ctrl Z takes exactly that back. */
  reset(cell: Cell, source: string): void {
    const shared = cell.model.sharedModel as typeof cell.model.sharedModel & {
      readonly undoManager?: { stopCapturing(): void } | null;
    };
    shared.undoManager?.stopCapturing(); // what was typed a moment ago is a step of its own
    shared.setSource(source);
    shared.undoManager?.stopCapturing();
  }

  /** Whether output stands below a cell. */
  hasOutput(cell: Cell): boolean {
    return cell instanceof CodeCell && cell.model.outputs.length > 0;
  }

  /** Find the marked cell of a name that check() gave no cell for. */
  locate(
    panel: NotebookPanel,
    checked: IChecked,
    givenSource: (id: string) => string | null
  ): IChecked {
    const names = panel.content.widgets.map(cell => {
      return auditionOf(cell.model.getMetadata('audition')).name;
    });
    const open = checked.open.map(one => {
      const name = /`(\w+)`/.exec(one.text)?.[1];
      const at = name === undefined ? -1 : names.indexOf(name);
      const cell = one.cell === null && at >= 0 ? at + 1 : one.cell;
      const label = cell === null ? '' : names[cell - 1];
      return { ...one, cell, label: typeof label === 'string' ? label.slice(0, 60) : '' };
    });
    const untouched = this.asGiven(panel, givenSource);
    return { ...checked, open, untouched, marked: this.marked(panel) };
  }

  /** Tell whether a cell is one that check() reads; a text to write is told of by the panel, anew each time. */
  isMarked(cell: Cell): boolean {
    const { kind } = auditionOf(cell.model.getMetadata('audition'));
    return kind === 'artefact';
  }

  /** What tells one state of the cells that check() looks at from another. */
  marked(panel: NotebookPanel): string {
    const cells = panel.content.widgets.filter(cell => this.isMarked(cell));
    const said = cells.map(cell => {
      const count = cell instanceof CodeCell ? cell.model.executionCount : null;
      return [cell.model.id, count, cell.model.sharedModel.getSource()];
    });
    return printOf(JSON.stringify(said));
  }

  /** The marked cells and the texts to write that are still as they were given. */
  asGiven(panel: NotebookPanel, givenSource: (id: string) => string | null): IAsGiven[] {
    const asks = namesOf(
      panel.content.widgets.map(({ model }) => {
        const isText = auditionOf(model.getMetadata('audition')).kind === 'text';
        return { id: model.id, isText, given: givenSource(model.id) };
      })
    );
    return panel.content.widgets.flatMap((cell, at) => {
      const { kind, name } = auditionOf(cell.model.getMetadata('audition'));
      if (givenSource(cell.model.id) !== cell.model.sharedModel.getSource()) {
        return [];
      }
      if (kind === 'artefact' && typeof name === 'string') {
        return [{ name: name.slice(0, 60), cell: at + 1, under: '' }];
      }
      const ask = asks.get(cell.model.id) ?? '';
      const own = /^\d+ of \d+$/.test(ask) ? '' : ask; // its heading says more than a number
      const text = { name: YOUR_WORDS, cell: at + 1, under: headingOf(panel, at), ask: own };
      return kind === 'text' ? [text] : [];
    });
  }

  /** The cell that is selected, if it was given and is another now; its number counts from 1. */
  resettable(
    given: readonly IGivenCell[] | null
  ): { cell: Cell; source: string; number: number } | null {
    const notebook = this.tracker.currentWidget?.content;
    const cell = notebook?.activeCell;
    const found = given?.find(one => one.id === cell?.model.id);
    return notebook && cell && found && found.source !== cell.model.sharedModel.getSource()
      ? { cell, source: found.source, number: notebook.activeCellIndex + 1 }
      : null;
  }

  /** Remember where the person is, to bring the focus back there. */
  leave(): void {
    const active = document.activeElement;
    this._from = active instanceof HTMLElement && active !== document.body ? active : null;
  }

  /** Bring the focus back to where the person was. */
  comeBack(): void {
    this.giveWay();
    const from = this._from;
    const panel = this.tracker.currentWidget;
    if (from?.isConnected && from.offsetParent !== null) {
      from.focus();
    } else if (panel !== null) {
      this.app.shell.activateById(panel.id); // which gives the focus to its active cell
    }
  }
}

/** A short print of a text, to tell whether it changed (FNV-1a, 32 bits, and its length). */
function printOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return `${text.length} ${(hash >>> 0).toString(16)}`;
}

/** The heading that a cell stands under, as a person reads it; empty if there is none. */
function headingOf(panel: NotebookPanel, at: number): string {
  for (const cell of panel.content.widgets.slice(0, at).reverse()) {
    const isText = cell.model.type === 'markdown';
    const source = isText ? cell.model.sharedModel.getSource() : '';
    const heading = [...source.matchAll(/^#{1,6}[ \t]+(.+)$/gm)].at(-1)?.[1] ?? '';
    const words = heading.replace(/[*_`#]+/g, '').trim();
    if (words) {
      return words.length > 60 ? `${words.slice(0, 59).trimEnd()}…` : words;
    }
  }
  return '';
}

/** Wait until something is there, two seconds at most. */
export async function appears<T>(look: () => T | null): Promise<T | null> {
  for (let tries = 0; tries < 40; tries += 1) {
    const found = look();
    if (found !== null) {
      return found;
    }
    await new Promise(resolve => window.setTimeout(resolve, 50));
  }
  return null;
}

function outerOf(panel: NotebookPanel): Element | null {
  return panel.content.node.querySelector('.jp-WindowedPanel-outer');
}

/** Where a person reads: the first cell in sight, and how far its top is from the notebook's. */
interface ISeen {
  readonly top: number;
  readonly id: string | null;
  readonly offset: number;
}

function firstSeen(panel: NotebookPanel): ISeen {
  const outer = outerOf(panel);
  const edge = outer?.getBoundingClientRect().top ?? 0;
  const cell = panel.content.widgets.find(
    one => one.node.isConnected && one.node.getBoundingClientRect().bottom > edge
  );
  const offset = (cell?.node.getBoundingClientRect().top ?? edge) - edge;
  return { top: outer?.scrollTop ?? 0, id: cell?.model.id ?? null, offset };
}

/** Stand where the person stood, once enough of the cells is laid out for that. */
async function scrollBack(panel: NotebookPanel, seen: ISeen): Promise<void> {
  await isShown(); // a page in the background lays nothing out
  for (let tries = 0, held = 0; tries < 20 && held < 3 && !panel.isDisposed; tries++) {
    const outer = outerOf(panel);
    if (outer !== null) {
      const cell = panel.content.widgets.find(one => one.model.id === seen.id)?.node;
      const edge = outer.getBoundingClientRect().top;
      const isThere = cell?.isConnected === true && cell.getBoundingClientRect().height > 0;
      // Cells above may be laid out higher or lower than before: the cell counts, not the distance.
      const top = isThere
        ? outer.scrollTop + cell.getBoundingClientRect().top - edge - seen.offset
        : seen.top;
      held = Math.abs(outer.scrollTop - top) < 4 ? held + 1 : 0;
      outer.scrollTop = top;
    }
    await new Promise(resolve => window.setTimeout(resolve, 100));
  }
}

/** Wait until the page is in front. */
function isShown(): Promise<void> {
  return new Promise(resolve => {
    const look = (): void => {
      if (!document.hidden) {
        document.removeEventListener('visibilitychange', look);
        resolve();
      }
    };
    document.addEventListener('visibilitychange', look);
    look();
  });
}
