/**
 * Plain words beside a cell that stopped, above its traceback and never in the notebook itself.
 *
 * They are found by what stands in the cell's output, so they are there again after a reload. Where
 * the kernel says it above the traceback itself, they are spoken and not shown a second time.
 */
import { Cell, CodeCell } from '@jupyterlab/cells';
import { IOutputModel } from '@jupyterlab/rendermime';
import { INotebookTracker, Notebook, NotebookActions, NotebookPanel } from '@jupyterlab/notebook';

import { Announcer } from '../announcer';
import { auditionOf } from '../labels';
import { firstSentence } from './words';

/** What is said beside a cell. */
export interface ICellNote {
  readonly head: string;
  readonly text: string;
  /** Whether the variables are gone, so that running the cells above helps. */
  readonly runsAbove?: boolean;
  /** Whether the cell can be put back as it was given. */
  readonly resets?: boolean;
  /** Whether it stands below the output, which stays where it is, and not above a traceback. */
  readonly isBelow?: boolean;
  /** Whether it is said at once to those who listen. */
  readonly isUrgent?: boolean;
}

const CHANGED: ICellNote = {
  isBelow: true,
  head: 'This cell is given and was changed.',
  text: 'You may leave it so; it stands on record that it was changed.',
  resets: true
};
const NO_NETWORK: ICellNote = {
  head: 'Cells have no internet, only the models.',
  text: 'What you need is installed: see Packages.'
};
const PROCESSES: ICellNote = {
  head: 'This cell started more processes than there may be.',
  text: 'Use threads or a smaller pool.'
};
const FOLDER: ICellNote = {
  head: 'The work folder is full.',
  text: 'Delete a file you made; given files can always be reset.'
};
const MEMORY: ICellNote = {
  head: 'This cell asked for more memory than there is.',
  text: 'Variables are kept. Try it on fewer rows.'
};
const GONE =
  'Your notebook, files and record are safe. Variables are gone until you run the cells above ' +
  'again; cells that call a model will spend from the purse again.';
const KEPT = 'Variables are kept. Try it on fewer rows, or print as you go.';

/** A sentence of ours in an output, and the note it becomes. */
const SENTENCES: readonly (readonly [RegExp, (found: string) => ICellNote])[] = [
  [
    /This cell needed more than [\d.]+ [GM]B of memory, so the kernel was stopped\./,
    head => ({ head, text: GONE, runsAbove: true, isUrgent: true })
  ],
  [
    /The work folder is full \(\d+ MB\)[^.]*\./,
    head => ({ head, text: FOLDER.text, isUrgent: true })
  ],
  [
    /This cell ran for [^.]{1,40} and was stopped[^.]*\./,
    head => ({ head, text: KEPT, isUrgent: true })
  ],
  [
    /The kernel stopped by itself\./,
    head => ({ head, text: GONE, runsAbove: true, isUrgent: true })
  ],
  [
    /Output cut at [^:.]{1,40}/,
    head => ({
      head: `${head}: the first and last parts are shown.`,
      text: 'Print less, or write to a file and look at parts.'
    })
  ],
  [
    /This cell started more than \d+ processes\./,
    head => ({ head, text: PROCESSES.text })
  ]
];

const NETWORK =
  /Name or service not known|Temporary failure in name resolution|No address associated with|Network is unreachable|nodename nor servname|NameResolutionError/;

/** The codes of the model API whose own words are put above the traceback. */
const OF_MODEL =
  /insufficient_quota|rate_limit_exceeded|session_paused|session_deadline_exceeded|upstream_error|model_not_found|unsupported_parameter|unsupported_content|context_length_exceeded|route_closed|invalid_api_key/;

/** Tell whether the kernel has put its own words above a traceback here: once is enough to read. */
export function saysItself(outputs: readonly IOutputModel[]): boolean {
  return outputs.some(output => {
    const lines = output.type === 'error' ? output.toJSON().traceback : null;
    return Array.isArray(lines) && String(lines[0]).startsWith('\u001b[1m');
  });
}

/** Return what to say beside a cell with these outputs; null if nothing needs saying. */
export function noteFor(outputs: readonly IOutputModel[]): ICellNote | null {
  for (const output of outputs) {
    const value = output.toJSON();
    if (output.type === 'error') {
      const found = ofError(String(value.ename), String(value.evalue));
      if (found !== null) {
        return found;
      }
    }
    if (output.type === 'stream' && value.name === 'stderr') {
      const found = ofSentence(joined(value.text));
      if (found !== null) {
        return found;
      }
    }
  }
  return null;
}

function ofSentence(text: string): ICellNote | null {
  const near = text.length > 20_000 ? text.slice(0, 10_000) + text.slice(-10_000) : text;
  for (const [pattern, make] of SENTENCES) {
    const found = pattern.exec(near);
    if (found !== null) {
      return make(found[0]);
    }
  }
  return null;
}

function ofError(name: string, value: string): ICellNote | null {
  if (OF_MODEL.test(value)) {
    const words = /'message': (['"])(.+?)\1(?:, '|\})/s.exec(value)?.[2];
    if (words) {
      const head = firstSentence(words);
      return { head, text: words.slice(head.length).trim() };
    }
  }
  if (NETWORK.test(value)) {
    return NO_NETWORK;
  }
  if (name === 'MemoryError') {
    return MEMORY;
  }
  if (name === 'OSError' && /\[Errno (28|122)\]/.test(value)) {
    return FOLDER;
  }
  if (/can't start new thread/.test(value) || (name === 'BlockingIOError' && /fork|Resource/.test(value))) {
    return PROCESSES;
  }
  return ofSentence(value);
}

function joined(text: unknown): string {
  return Array.isArray(text) ? text.join('') : String(text ?? '');
}

/** Places the notes, and takes them away when the cell runs again. */
export class CellNotes {
  private readonly _said = new Map<string, string>();

  constructor(
    tracker: INotebookTracker,
    private readonly _announcer: Announcer,
    private readonly _given: (id: string) => string | null,
    private readonly _reset: () => void
  ) {
    tracker.forEach(panel => this._opened(panel));
    tracker.widgetAdded.connect((_, panel) => this._opened(panel));
    NotebookActions.executionScheduled.connect((_, { notebook, cell }) => {
      if (cell instanceof CodeCell) {
        this._said.delete(cell.model.id);
        this._place(notebook, cell, this._changed(cell)); // what holds still stays: nothing jumps
      }
    });
    NotebookActions.executed.connect((_, { notebook, cell }) => {
      if (cell instanceof CodeCell) {
        this._look(notebook, cell, true);
      }
    });
  }

  private _opened(panel: NotebookPanel): void {
    const watched = new WeakSet<Cell>();
    const watch = (): void => {
      for (const cell of panel.content.widgets) {
        if (cell instanceof CodeCell && !watched.has(cell)) {
          watched.add(cell);
          const look = (): void => this._look(panel.content, cell, true);
          cell.model.outputs.changed.connect(look);
          // put back as it was given, it is changed no more
          cell.model.sharedModel.changed.connect(() => {
            noteOf(cell) !== null && this._look(panel.content, cell, false);
          });
          this._look(panel.content, cell, false);
        }
      }
    };
    void panel.context.ready.then(() => {
      if (!panel.isDisposed) {
        watch();
        panel.content.model?.cells.changed.connect(() => queueMicrotask(watch));
      }
    });
  }

  private _look(notebook: Notebook, cell: CodeCell, isNews: boolean): void {
    if (cell.isDisposed) {
      return;
    }
    const outputs = cell.model.outputs;
    const all = Array.from({ length: outputs.length }, (_, i) => outputs.get(i));
    const note = noteFor(all) ?? this._changed(cell);
    this._place(notebook, cell, saysItself(all) ? null : note);
    const said = note?.head ?? '';
    if (isNews && note !== null && said !== this._said.get(cell.model.id)) {
      note.isUrgent ? this._announcer.alert(said) : this._announcer.say(said);
    }
    this._said.set(cell.model.id, said);
  }

  private _place(notebook: Notebook, cell: CodeCell, note: ICellNote | null): void {
    place(notebook, cell, note, this._reset);
  }

  /** A cell that was given, is not there to be written over, and was run as something else. */
  private _changed(cell: CodeCell): ICellNote | null {
    const model = cell.model;
    const given = this._given(model.id);
    const mark = auditionOf(model.getMetadata('audition'));
    const isGiven = mark.kind === 'given' && mark.open !== true;
    const isOther = given !== null && given.trim() !== model.sharedModel.getSource().trim();
    const wasRun = model.executionCount !== null || says(cell, CHANGED);
    return isGiven && isOther && wasRun ? CHANGED : null;
  }
}

/** The note beside a cell; null if it has none. */
function noteOf(cell: CodeCell): Element | null {
  return cell.node.querySelector(':scope > .jp-Audition-cellNote');
}

/** Whether this note stands beside a cell. */
function says(cell: CodeCell, note: ICellNote): boolean {
  return noteOf(cell)?.getAttribute('data-says') === note.head;
}

/** Put a note between a cell's input and its output, or below that, or take it away; `reset` puts back the active cell. */
function place(notebook: Notebook, cell: CodeCell, note: ICellNote | null, reset: () => void): void {
  const old = noteOf(cell);
  if (note === null || says(cell, note)) {
    note === null && old?.remove();
    return;
  }
  const node = document.createElement('div');
  node.className = 'jp-Audition-cellNote';
  node.dataset.says = note.head;
  node.setAttribute('role', 'note');
  const head = document.createElement('b');
  head.textContent = note.head;
  node.append(head, ` ${note.text}`);
  note.runsAbove && node.append(document.createElement('br'), button('Run the cells above', () => runAbove(notebook, cell)));
  note.resets && node.append(document.createElement('br'), button('Reset this cell to as given', () => {
    activate(notebook, cell);
    reset();
  }));
  old?.remove();
  const output = cell.node.querySelector(':scope > .jp-Cell-outputWrapper');
  cell.node.insertBefore(node, note.isBelow ? (output?.nextSibling ?? null) : output);
}

function button(words: string, act: () => void): HTMLButtonElement {
  const node = document.createElement('button');
  node.type = 'button';
  node.className = 'jp-Audition-button jp-mod-plain';
  node.textContent = words;
  node.addEventListener('click', act);
  return node;
}

function activate(notebook: Notebook, cell: CodeCell): void {
  notebook.activeCellIndex = notebook.widgets.indexOf(cell);
}

function runAbove(notebook: Notebook, cell: CodeCell): void {
  activate(notebook, cell);
  const context = (notebook.parent as NotebookPanel | null)?.sessionContext;
  void NotebookActions.runAllAbove(notebook, context);
}
