/** A word above the cells that are the candidate's to fill, shown, never stored; and a double click. */
import { Cell, MarkdownCell } from '@jupyterlab/cells';
import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';

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

/** Label the cells of every notebook that is open or will be. */
export function labelCells(tracker: INotebookTracker): void {
  tracker.forEach(labelPanel);
  tracker.widgetAdded.connect((_, panel) => labelPanel(panel));
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

function labelPanel(panel: NotebookPanel): void {
  writeOnDoubleClick(panel);
  const label = (): void => panel.content.widgets.forEach(labelCell);
  void panel.context.ready.then(() => {
    if (!panel.isDisposed) {
      label();
      // The widgets follow the cells within the same turn.
      panel.content.model?.cells.changed.connect(() => queueMicrotask(label));
    }
  });
}

function labelCell(cell: Cell): void {
  const label = cell.isDisposed
    ? null
    : labelOf(auditionOf(cell.model.getMetadata('audition')));
  if (label !== null) {
    cell.node.dataset.auditionLabel = label;
  }
}

function labelOf(own: IAudition): string | null {
  const name = typeof own.name === 'string' ? `: ${own.name.slice(0, 60)}` : '';
  switch (own.kind) {
    case 'plan':
      return 'Your plan';
    case 'artefact':
      return `Marked cell${name}`;
    case 'text':
      return 'Your words';
    default:
      return null;
  }
}
