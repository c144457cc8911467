/**
 * Running a cell: it waits for a kernel that is on its way. JupyterLab takes a notebook whose kernel
 * is still being found for one without a kernel, and then clears the cell and says nothing.
 */
import { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ISessionContext } from '@jupyterlab/apputils';
import { CodeCell } from '@jupyterlab/cells';
import { INotebookCellExecutor, runCell } from '@jupyterlab/notebook';

/** How long a cell waits; then JupyterLab does what it does. */
const PATIENCE_MS = 60_000;
const LOOK_MS = 50;

/** Runs cells; takes the place of JupyterLab's own. */
export const executor: JupyterFrontEndPlugin<INotebookCellExecutor> = {
  id: '@audition/lab:executor',
  description: 'Runs cells, and lets one that is run early wait for the kernel.',
  autoStart: true,
  provides: INotebookCellExecutor,
  activate: (): INotebookCellExecutor =>
    Object.freeze({
      runCell: async (options: INotebookCellExecutor.IRunCellOptions): Promise<boolean> => {
        const { cell, sessionContext } = options;
        if (cell instanceof CodeCell && sessionContext !== undefined && isComing(sessionContext)) {
          cell.setPrompt('*'); // as of one that waits its turn
          await arrived(sessionContext);
        }
        return cell.isDisposed ? false : runCell(options);
      }
    })
};

/** Whether a kernel is on its way and not yet there; a notebook may also have none for good. */
function isComing(context: ISessionContext): boolean {
  if (context.isDisposed || context.isTerminating) {
    return false;
  }
  return !context.isReady || context.session?.kernel?.connectionStatus === 'connecting';
}

async function arrived(context: ISessionContext): Promise<void> {
  const until = Date.now() + PATIENCE_MS;
  while (isComing(context) && Date.now() < until) {
    await new Promise(resolve => window.setTimeout(resolve, LOOK_MS));
  }
}
