/** A cell that begins with %%plan and the like holds words: they are not colored as Python. */
import { Cell, CodeCell } from '@jupyterlab/cells';
import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';

const PROSE = /^\s*%%(plan|markdown|latex|html|svg)\b/;
const PLAIN = 'text/plain';

/** Show the prose of every notebook that is open or will be as plain text. */
export function showProsePlainly(tracker: INotebookTracker): void {
  tracker.forEach(watchPanel);
  tracker.widgetAdded.connect((_, panel) => watchPanel(panel));
}

function watchPanel(panel: NotebookPanel): void {
  const watched = new WeakSet<Cell>();
  const watch = (): void => {
    for (const cell of panel.content.widgets) {
      if (cell instanceof CodeCell && !watched.has(cell)) {
        watched.add(cell);
        watchCell(cell);
      }
    }
  };
  void panel.context.ready.then(() => {
    if (!panel.isDisposed) {
      watch();
      panel.content.model?.cells.changed.connect(() => queueMicrotask(watch));
    }
  });
}

/** The notebook gives all its code cells the kernel's language again when that becomes known. */
function watchCell(cell: CodeCell): void {
  const model = cell.model;
  let language = model.mimeType;
  const settle = (): void => {
    if (cell.isDisposed) {
      return;
    }
    language = model.mimeType === PLAIN ? language : model.mimeType;
    const wanted = PROSE.test(model.sharedModel.getSource()) ? PLAIN : language;
    if (model.mimeType !== wanted) {
      model.mimeType = wanted;
    }
  };
  model.mimeTypeChanged.connect(settle);
  model.contentChanged.connect(settle);
  settle();
}
