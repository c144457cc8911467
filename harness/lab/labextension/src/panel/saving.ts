/** A save that does not get through is tried again by itself; a note says so, no dialog does. */
import { NotebookPanel } from '@jupyterlab/notebook';
import { ServerConnection } from '@jupyterlab/services';

import { hand } from './hand';
import { Notes } from './notes';

const AGAIN_MS = 5000;

/** Watch over the saves of one open notebook. */
export function keepSaving(panel: NotebookPanel, notes: Notes): void {
  const context = panel.context;
  const name = `save ${context.path}`;
  hush(context);
  owesWhatCameMeanwhile(context);
  const download = (): void => {
    const text = JSON.stringify(context.model.toJSON(), null, 1);
    hand(new Blob([text], { type: 'application/json' }), context.path.split('/').pop() ?? 'copy');
  };
  context.saveState.connect((_, state) => {
    if (state === 'completed') {
      notes.remove(name);
    } else if (state === 'failed') {
      notes.put({
        name,
        tone: 'warn',
        icon: 'info',
        head: 'Not saved yet; trying again every 5 seconds',
        text: 'If this stays for a minute, keep a copy of your own. ',
        action: { label: 'Download a copy', run: download }
      });
      window.setTimeout(() => {
        if (!context.isDisposed && context.model.dirty) {
          context.save().catch(() => undefined); // its state says how it went
        }
      }, AGAIN_MS);
    }
  });
  panel.disposed.connect(() => notes.remove(name));
}

/**
 * JupyterLab takes a notebook for saved once a save is through, also where a cell ended or a key was
 * pressed while it was on its way: that would be saved with the next change alone, and a submission in
 * between would hold the cell as still running.
 */
function owesWhatCameMeanwhile(context: NotebookPanel['context']): void {
  let hasChanged = false;
  context.model.contentChanged.connect(() => {
    hasChanged = true;
  });
  context.saveState.connect((_, state) => {
    if (state === 'started') {
      hasChanged = false; // what is sent is taken right after this
    } else if (state === 'completed' && hasChanged && !context.isDisposed) {
      context.model.dirty = true;
    }
  });
}

/** JupyterLab asks the person to close a dialog for each save that the line did not take. */
function hush(context: NotebookPanel['context']): void {
  type Tell = (problem: Error, title: string) => Promise<void>;
  const own = context as unknown as { _handleError?: Tell };
  const tell = own._handleError;
  if (typeof tell === 'function') {
    own._handleError = async (problem, title) => {
      if (!(problem instanceof ServerConnection.NetworkError)) {
        await tell.call(context, problem, title);
      }
    };
  }
}
