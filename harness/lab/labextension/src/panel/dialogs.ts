/** What is asked once before it is done: the focus is on Cancel, Esc closes, the focus returns. */
import { Dialog, showDialog } from '@jupyterlab/apputils';
import { Widget } from '@lumino/widgets';

/**
 * Ask; tells whether the person wants it.
 *
 * @param accept what the button says that does it; null if there is nothing to do but to look.
 * @param more stands below the sentences.
 */
export async function confirm(
  title: string,
  sentences: readonly string[],
  accept: string | null,
  more?: HTMLElement
): Promise<boolean> {
  const from = document.activeElement;
  const node = document.createElement('div');
  node.className = 'jp-Audition-dialog';
  for (const sentence of sentences) {
    const paragraph = document.createElement('p');
    paragraph.textContent = sentence;
    node.append(paragraph);
  }
  more && node.append(more);
  const isAsked = accept !== null;
  const result = await showDialog({
    title,
    body: new Widget({ node }),
    buttons: [
      Dialog.cancelButton({ label: isAsked ? 'Cancel' : 'Close' }),
      ...(isAsked ? [Dialog.okButton({ label: accept })] : [])
    ],
    defaultButton: 0
  });
  if (from instanceof HTMLElement && from.isConnected) {
    from.focus();
  }
  return result.button.accept;
}
