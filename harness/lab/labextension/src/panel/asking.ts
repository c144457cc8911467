/**
 * Cells that put something on record: what they asked, supposed or paid for is shown at once, also where
 * the cell goes on for long. The kernel tells all its windows, so a cell of the plain page is heard too.
 */
import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { KernelMessage } from '@jupyterlab/services';

const ASKS = /\b(ask|hypothesis)\s*\(/;
const FOLDER = /^([a-z][a-z0-9-]{1,39})\//;
/** A cell that prints without end is asked about no oftener (ms). */
const EVERY_MS = 400;
/** So many cells that wait for their turn are kept in mind. */
const MOST = 200;

/**
 * Tell when a cell may have put something on record.
 *
 * @param heard called with the exercise, and whether the cell was run in this window.
 */
export function hearAsking(
  tracker: INotebookTracker,
  heard: (slug: string, isOwn: boolean) => void
): void {
  const listen = (panel: NotebookPanel): void => {
    const asking = new Set<string>();
    const timers = new Map<boolean, number>();
    const soon = (slug: string, isOwn: boolean): void => {
      if (!timers.has(isOwn)) {
        const hear = (): void => {
          timers.delete(isOwn);
          heard(slug, isOwn);
        };
        timers.set(isOwn, window.setTimeout(hear, EVERY_MS));
      }
    };
    panel.sessionContext.iopubMessage.connect((context, message) => {
      const slug = FOLDER.exec(panel.context.localPath)?.[1];
      const { msg_id, msg_type, session } = message.parent_header as Partial<KernelMessage.IHeader>;
      if (slug === undefined || msg_id === undefined || msg_type !== 'execute_request') {
        return;
      }
      const isOwn = session === context.session?.kernel?.clientId;
      if (KernelMessage.isExecuteInputMsg(message)) {
        ASKS.test(message.content.code) && asking.size < MOST && asking.add(msg_id);
      } else if (KernelMessage.isStreamMsg(message)) {
        asking.has(msg_id) && soon(slug, isOwn);
      } else if (KernelMessage.isStatusMsg(message) && message.content.execution_state === 'idle') {
        asking.delete(msg_id);
        heard(slug, isOwn);
      }
    });
  };
  tracker.forEach(listen);
  tracker.widgetAdded.connect((_, panel) => listen(panel));
}
