/**
 * A notebook that nobody touched is not changed. When its kernel comes, JupyterLab notes in the
 * notebook which Python that is and how it is called on this machine; that alone would put a dot on
 * the tab, save a version that no one wrote and ask on closing. It is saved with the next change.
 */
import { INotebookModel } from '@jupyterlab/notebook';

/** What JupyterLab notes of the kernel. */
const OF_THE_KERNEL: ReadonlySet<string> = new Set(['kernelspec', 'language_info']);

/** Let a notebook stay unchanged where only what it says of its kernel is new. */
export function staysUntouched(model: INotebookModel): void {
  let isNoting = false; // of the changes of this turn, which the model counts as one
  let [noted, all] = [0, 0];
  const settle = (): void => {
    isNoting = false;
    if (noted === all && !model.isDisposed) {
      model.dirty = false;
    }
  };
  // Told before the model turns dirty: as it stands now it was before this change.
  model.metadataChanged.connect((_, { key }) => {
    if (!OF_THE_KERNEL.has(key) || (model.dirty && !isNoting)) {
      return;
    }
    if (!isNoting) {
      isNoting = true;
      [noted, all] = [0, 0];
      queueMicrotask(settle);
    }
    noted += 1;
  });
  model.contentChanged.connect(() => {
    all += 1;
  });
}
