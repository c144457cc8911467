/**
 * What was added to the saved notebook, taken into the open one.
 *
 * JupyterLab's own revert would put the saved notebook in the open one's place: text typed since
 * the save would be lost, and the output of cells that run. So the cells are added to what is
 * open, and JupyterLab is told which saved version it now builds upon.
 */
import { DocumentRegistry } from '@jupyterlab/docregistry';
import { INotebookModel } from '@jupyterlab/notebook';
import { INotebookContent, ICell } from '@jupyterlab/nbformat';
import { PartialJSONValue } from '@lumino/coreutils';

import { auditionOf } from './labels';

type Context = DocumentRegistry.IContext<INotebookModel>;

/** Return the ids of a notebook's cells. */
export function idsOf(model: INotebookModel): Set<string> {
  return new Set(model.sharedModel.cells.map(cell => cell.id));
}

/** What came of it. */
export interface ITakenIn {
  /** How many cells were added. */
  readonly added: number;
  /** Id of the first of them; null if none was. */
  readonly first: string | null;
  /** Whether the file says that it has part two. */
  readonly isWhole: boolean;
}

/**
 * Add to the open notebook the cells that its file has gained.
 *
 * @param context the open notebook.
 * @param known ids of the cells it had when it was last saved.
 */
export async function takeIn(
  context: Context,
  known: ReadonlySet<string>
): Promise<ITakenIn> {
  const model = context.model;
  let taken: ITakenIn = { added: 0, first: null, isWhole: false };
  // revert() reads the file, hands it to fromJSON, and then takes the file's hash for the one
  // the next save builds upon. Only the middle step is ours.
  model.fromJSON = (saved: INotebookContent): void => {
    taken = addMissing(model, saved, known);
  };
  try {
    await context.revert();
  } finally {
    delete (model as Partial<INotebookModel>).fromJSON; // the class's own shows again
  }
  return taken;
}

function addMissing(
  model: INotebookModel,
  saved: INotebookContent,
  known: ReadonlySet<string>
): ITakenIn {
  const shared = model.sharedModel;
  const open = idsOf(model);
  const missing = saved.cells.filter(cell => {
    const id = cell.id as string | undefined;
    return id !== undefined && !known.has(id) && !open.has(id);
  });
  // Not undoable: Ctrl+Z takes back what the person did, never what was given.
  shared.transact(() => {
    shared.insertCells(shared.cells.length, missing as ICell[]);
    const audition = saved.metadata.audition as PartialJSONValue | undefined;
    if (audition !== undefined) {
      shared.setMetadata('audition', audition);
    }
  }, false);
  const isWhole = auditionOf(saved.metadata.audition).parts === 2;
  const first = (missing[0]?.id as string | undefined) ?? null;
  return { added: missing.length, first, isWhole };
}
