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
  const save = async (slug: string): Promise<void> => {
    // One at a time: a kernel can ask without end.
    if (!saving.has(slug)) {
      saving.add(slug);
      await book.find(`${slug}/${slug}.ipynb`)?.context.save().catch(() => undefined);
      saving.delete(slug);
    }
  };
  const listen = (panel: NotebookPanel): void => {
    panel.sessionContext.iopubMessage.connect((context, message) => {
      const slug = askedFor(message, context.session?.kernel?.clientId);
      if (slug !== null && !isCovered(slug)) {
        // Also where nothing changed: the kernel waits for the file to be written.
        void save(slug);
      }
    });
  };
  tracker.forEach(listen);
  tracker.widgetAdded.connect((_, panel) => listen(panel));
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
