/** Part two, when it has come, is brought into view: its heading in the top third, the focus stays. */
import { NotebookPanel } from '@jupyterlab/notebook';

/** Where its top stands, as a share of the notebook's height. */
const PLACE = 0.12;
const LOOKS = 6;
const LOOK_MS = 150;

/**
 * Scroll to a cell that was added, unless the person writes or scrolls meanwhile.
 *
 * @param id of the cell.
 */
export async function bringIntoView(panel: NotebookPanel, id: string): Promise<void> {
  const notebook = panel.content;
  const scroller = notebook.node.querySelector<HTMLElement>('.jp-WindowedPanel-outer');
  const acted = new AbortController();
  const events = ['wheel', 'keydown', 'pointerdown', 'touchmove'];
  events.forEach(name => {
    const options = { signal: acted.signal, capture: true, passive: true };
    notebook.node.addEventListener(name, () => acted.abort(), options);
  });
  // The cells above are drawn and measured while it scrolls, so it is looked at more than once.
  for (let looks = 0; looks < LOOKS; looks += 1) {
    const at = notebook.widgets.findIndex(cell => cell.model.id === id);
    if (at < 0 || scroller === null || panel.isDisposed || isBusy(panel, acted.signal)) {
      break;
    }
    await notebook.scrollToItem(at, 'start').catch(() => undefined);
    const cell = notebook.widgets[at];
    await cell?.ready;
    if (isBusy(panel, acted.signal) || !cell?.isAttached) {
      break;
    }
    const from = scroller.getBoundingClientRect();
    scroller.scrollTop += cell.node.getBoundingClientRect().top - from.top - from.height * PLACE;
    await new Promise(resolve => window.setTimeout(resolve, LOOK_MS));
  }
  acted.abort();
}

function isBusy(panel: NotebookPanel, acted: AbortSignal): boolean {
  return acted.aborted || panel.content.mode === 'edit';
}
