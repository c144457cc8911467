/**
 * A cell that calls submit() asks the page it runs in to save the notebook first, by a comm message
 * (harness/kernel/saving.py). The kernel sees the answer in the file; so nothing is sent back. Cells that
 * ran before it have ended in the kernel; the save waits until they have here too, or a check() just above
 * would be handed in as still running.
 */
import { CodeCell } from '@jupyterlab/cells';
import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { KernelMessage } from '@jupyterlab/services';

import { Book } from './book';

/** Of a cell that was never run there is none, whatever its type says. */
type Sent = CodeCell['outputArea']['future'] | null | undefined;

const COMM_ID = 'audition.save';
/** So long a save waits for the ends of cells above; the kernel waits longer (saving.py). */
const EARLIER_MS = 2000;
const LOOK_MS = 25;

/**
 * Save when a cell of this page asks for it.
 *
 * @param isCovered tells whether an exercise is worked in elsewhere, so that its text here is old.
 */
export function saveWhenAsked(
  tracker: INotebookTracker,
  book: Book,
  isCovered: (slug: string) => boolean
): void {
  const saving = new Set<string>();
  const waiting = new Set<string>();
  const save = async (slug: string, request: string, isOver = false): Promise<void> => {
    // One at a time, and one more at most: a kernel can ask without end.
    if (saving.has(slug)) {
      waiting.add(slug);
      return;
    }
    saving.add(slug);
    const panel = book.find(`${slug}/${slug}.ipynb`);
    if (panel !== null) {
      await earlierEnded(panel, request, isOver);
      await panel.context.save().catch(() => undefined);
    }
    saving.delete(slug);
    if (waiting.delete(slug)) {
      await save(slug, request, isOver);
    }
  };
  const listen = (panel: NotebookPanel): void => {
    const asking = new Map<string, string>();
    panel.sessionContext.iopubMessage.connect((context, message) => {
      const request = requestOf(message);
      const slug = askedFor(message, context.session?.kernel?.clientId);
      if (slug !== null && !isCovered(slug)) {
        asking.set(request, slug);
        // Also where nothing changed: the kernel waits for the file to be written.
        void save(slug, request);
      } else if (asking.has(request) && isEnd(message)) {
        void save(asking.get(request) ?? '', request, true); // what the cell printed since, and its number
        asking.delete(request);
      }
    });
  };
  tracker.forEach(listen);
  tracker.widgetAdded.connect((_, panel) => listen(panel));
}

/**
 * Wait until the cells that were run before the one of this request have ended here, but not for long.
 *
 * @param isOver whether that one is over too, and its end is waited for as well.
 */
async function earlierEnded(panel: NotebookPanel, request: string, isOver: boolean): Promise<void> {
  const until = Date.now() + EARLIER_MS;
  while (Date.now() < until && !panel.isDisposed && runsEarlier(panel, request, isOver)) {
    await new Promise(resolve => window.setTimeout(resolve, LOOK_MS));
  }
}

/** Whether a cell is still running here that was sent before the one of this request, or that one itself. */
function runsEarlier(panel: NotebookPanel, request: string, orItself: boolean): boolean {
  const sent = panel.content.widgets.flatMap((cell, at) => {
    const isRunning = cell instanceof CodeCell && cell.model.executionState === 'running';
    const header = isRunning ? (cell.outputArea.future as Sent)?.msg.header : undefined;
    return header === undefined ? [] : [{ id: header.msg_id, when: Date.parse(header.date), at }];
  });
  const own = sent.find(one => one.id === request);
  if (own === undefined) {
    return false;
  }
  return orItself || sent.some(one => one.when < own.when || (one.when === own.when && one.at < own.at));
}

/** The request that a message belongs to. */
function requestOf(message: KernelMessage.IMessage): string {
  return (message.parent_header as Partial<KernelMessage.IHeader>).msg_id ?? '';
}

/** Whether this says that its request is done. */
function isEnd(message: KernelMessage.IMessage): boolean {
  return KernelMessage.isStatusMsg(message) && message.content.execution_state === 'idle';
}

/** The exercise that is to be saved, if this asks for it and answers a request of this page. */
function askedFor(message: KernelMessage.IMessage, client: string | undefined): string | null {
  const from = (message.parent_header as Partial<KernelMessage.IHeader>).session;
  if (!KernelMessage.isCommMsgMsg(message) || client === undefined || from !== client) {
    return null;
  }
  const { comm_id, data } = message.content;
  const slug = data?.exercise;
  return comm_id === COMM_ID && typeof slug === 'string' ? slug : null;
}
