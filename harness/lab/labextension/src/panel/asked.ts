/**
 * A cell that calls submit() asks the page it runs in to save the notebook first, by a comm message
 * (harness/kernel/saving.py). The kernel sees the answer in the file; so nothing is sent back.
 */
import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { KernelMessage } from '@jupyterlab/services';

import { Book } from './book';

const COMM_ID = 'audition.save';

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
  const save = async (slug: string): Promise<void> => {
    // One at a time, and one more at most: a kernel can ask without end.
    if (saving.has(slug)) {
      waiting.add(slug);
      return;
    }
    saving.add(slug);
    await book.find(`${slug}/${slug}.ipynb`)?.context.save().catch(() => undefined);
    saving.delete(slug);
    if (waiting.delete(slug)) {
      await save(slug);
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
        void save(slug);
      } else if (asking.has(request) && isEnd(message)) {
        void save(asking.get(request) ?? ''); // what the cell printed since
        asking.delete(request);
      }
    });
  };
  tracker.forEach(listen);
  tracker.widgetAdded.connect((_, panel) => listen(panel));
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
