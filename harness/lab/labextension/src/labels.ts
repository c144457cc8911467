/** A word above the cells that are the candidate's to fill, shown, never stored; and a double click. */
import { MarkdownCell } from '@jupyterlab/cells';
import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { ISignal } from '@lumino/signaling';

import { namesOf } from './texts';

/** What `metadata.audition` of a cell or notebook may hold; written by anyone. */
export interface IAudition {
  readonly kind?: unknown;
  readonly name?: unknown;
  readonly parts?: unknown;
  readonly open?: unknown;
}

/** Return `metadata.audition`, or nothing of it if it is not an object. */
export function auditionOf(value: unknown): IAudition {
  return typeof value === 'object' && value !== null ? value : {};
}

/**
 * Label the cells of every notebook that is open or will be.
 *
 * @param givenSource returns what a cell was given as; null where that is not known (yet).
 * @param known emitted when more may be known.
 */
export function labelCells(
  tracker: INotebookTracker,
  givenSource: (id: string) => string | null,
  known: ISignal<unknown, void>
): void {
  const label = (panel: NotebookPanel): void => {
    if (!panel.isDisposed && panel.context.isReady) {
      labelAll(panel, givenSource);
    }
  };
  const opened = (panel: NotebookPanel): void => {
    writeOnDoubleClick(panel);
    void panel.context.ready.then(() => {
      label(panel);
      // The widgets follow the cells within the same turn.
      panel.content.model?.cells.changed.connect(() => queueMicrotask(() => label(panel)));
    });
  };
  tracker.forEach(opened);
  tracker.widgetAdded.connect((_, panel) => opened(panel));
  known.connect(() => tracker.forEach(label));
}

/**
 * A double click on a text opens it and leaves the keys with the notebook: what is typed then would
 * insert, cut and turn cells. Let it go into the text.
 */
function writeOnDoubleClick(panel: NotebookPanel): void {
  panel.content.node.addEventListener('dblclick', () => {
    const notebook = panel.content;
    const cell = notebook.activeCell;
    if (cell instanceof MarkdownCell && !cell.rendered) {
      notebook.mode = 'edit';
      void cell.ready.then(() => cell.editor?.focus());
    }
  });
}

function labelAll(panel: NotebookPanel, givenSource: (id: string) => string | null): void {
  const cells = panel.content.widgets.filter(cell => !cell.isDisposed);
  const own = cells.map(cell => auditionOf(cell.model.getMetadata('audition')));
  const names = namesOf(
    cells.map(({ model }, at) => {
      return { id: model.id, isText: own[at].kind === 'text', given: givenSource(model.id) };
    })
  );
  cells.forEach((cell, at) => {
    const label = labelOf(own[at], names.get(cell.model.id));
    if (label !== null && cell.node.dataset.auditionLabel !== label) {
      cell.node.dataset.auditionLabel = label;
    }
  });
}

function labelOf(own: IAudition, words: string | undefined): string | null {
  const name = typeof own.name === 'string' ? `: ${own.name.slice(0, 60)}` : '';
  switch (own.kind) {
    case 'plan':
      return 'Your plan';
    case 'artefact':
      return `Marked cell${name}`;
    case 'text':
      return words === undefined ? 'Your words' : `Your words: ${words}`;
    default:
      return null;
  }
}
