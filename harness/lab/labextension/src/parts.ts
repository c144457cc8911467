/** Part two: asked for when the plan has been run, and taken into the open notebook. */
import { Notification } from '@jupyterlab/apputils';
import { Cell } from '@jupyterlab/cells';
import { INotebookTracker, NotebookActions, NotebookPanel } from '@jupyterlab/notebook';
import { ICodeCell } from '@jupyterlab/nbformat';
import { ServerConnection } from '@jupyterlab/services';

import { Announcer } from './announcer';
import { bringIntoView } from './arrival';
import { auditionOf } from './labels';
import { idsOf, takeIn } from './merge';
import { Turns } from './turns';
import { askForParts, Refused, Unreachable } from './wire';

const OWN_NOTEBOOK = /^([a-z][a-z0-9-]{1,39})\/\1\.ipynb$/;
const LINE_DOWN =
  'The line is down. Go on writing: work is kept in this browser and sent when the line is ' +
  'back. Part two comes then.';

const FIRST_LINE = '%%plan';
const FIRST_LINE_BACK =
  'A plan begins with the line %%plan: without it, your words are read as Python. It is back; ' +
  'run the cell again.';

/** Why part two is asked for: a run, a notebook that was opened, or the line that is up again. */
type Why = 'run' | 'open' | 'again';

/** How often the file is read anew if another window wrote over it meanwhile. */
const TRIES = 3;

/** Delivers part two to the notebooks that are open, one delivery at a time for each. */
export class Parts {
  private readonly _deliveries = new Map<NotebookPanel, Delivery>();

  constructor(
    tracker: INotebookTracker,
    private readonly _settings: ServerConnection.ISettings,
    private readonly _announcer: Announcer
  ) {
    NotebookActions.executed.connect((_, ran) => {
      if (!isPlan(ran.cell)) {
        return;
      }
      const panel = tracker.find(open => open.content === ran.notebook);
      if (panel && !putFirstLineBack(panel, ran.cell) && ran.success) {
        this._of(panel).ask('run');
      }
    });
    tracker.forEach(panel => this._opened(panel));
    tracker.widgetAdded.connect((_, panel) => this._opened(panel));
  }

  /** Ask again for those that could not have part two while the line was down. */
  lineIsUp(): void {
    for (const delivery of this._deliveries.values()) {
      if (delivery.isOwed) {
        delivery.ask('again');
      }
    }
  }

  /** Deliver what a page that was closed at the wrong moment did not get. */
  private _opened(panel: NotebookPanel): void {
    const delivery = this._of(panel);
    void panel.context.ready.then(() => {
      const isOwn = OWN_NOTEBOOK.test(panel.context.localPath);
      if (!panel.isDisposed && isOwn && lacksPartTwo(panel)) {
        delivery.ask('open');
      }
    });
  }

  private _of(panel: NotebookPanel): Delivery {
    let delivery = this._deliveries.get(panel);
    if (delivery === undefined) {
      delivery = new Delivery(panel, this._settings, this._announcer);
      this._deliveries.set(panel, delivery);
      panel.disposed.connect(() => this._deliveries.delete(panel));
    }
    return delivery;
  }
}

/** The deliveries to one open notebook, one after the other. */
class Delivery {
  /** Whether the line was down when part two was asked for. */
  isOwed = false;
  private readonly _turns: Turns;
  private _isWaiting = false;
  /** The cells at a save after which the server may have added some; null if it has not. */
  private _unsure: ReadonlySet<string> | null = null;
  private _arrived: string | null = null;
  private _notice = '';
  private _told = '';

  constructor(
    private readonly _panel: NotebookPanel,
    private readonly _settings: ServerConnection.ISettings,
    private readonly _announcer: Announcer
  ) {
    this._turns = new Turns(_panel.context, async () => {
      await this._takeIn();
    });
  }

  /** Deliver once its turn has come; one that has not begun serves for all asked for after it. */
  ask(why: Why): void {
    if (this._isWaiting) {
      return;
    }
    this._isWaiting = true;
    this._turns
      .take(() => {
        this._isWaiting = false;
        this.isOwed = false;
        return this._deliver();
      })
      .then(() => {
        this._dismiss();
        if (this._arrived !== null && why === 'run' && !this._panel.isDisposed) {
          void bringIntoView(this._panel, this._arrived);
        }
        this._arrived = null;
      })
      .catch(problem => this._tell(problem, why));
  }

  private async _deliver(): Promise<void> {
    const context = this._panel.context;
    let isWhole = false;
    for (let tries = 0; tries < TRIES && !isWhole && !context.isDisposed; tries += 1) {
      // If this does not succeed nothing else is done, and JupyterLab says what went wrong.
      await (context.model.dirty ? this._turns.save() : this._takeIn());
      this._unsure = idsOf(context.model);
      try {
        await askForParts(this._settings, context.localPath);
      } catch (problem) {
        if (problem instanceof Refused) {
          this._unsure = null;
        }
        throw problem; // else the answer was lost, and the file may have changed
      }
      isWhole = await this._takeIn();
    }
  }

  /** Take in what the server may have added, and say so; returns whether part two is there. */
  private async _takeIn(): Promise<boolean> {
    const context = this._panel.context;
    if (this._unsure === null || context.isDisposed) {
      return false;
    }
    const { added, first, isWhole } = await takeIn(context, this._unsure);
    this._unsure = null;
    this._arrived = first ?? this._arrived;
    if (added > 0) {
      const cells = added === 1 ? '1 cell' : `${added} cells`;
      this._announcer.say(`Plan kept. Part two has been added below: ${cells}`);
    }
    return isWhole;
  }

  private _tell(problem: unknown, why: Why): void {
    const refused = problem instanceof Refused ? problem : null;
    const isAway = problem instanceof Unreachable || (refused?.status ?? 0) >= 500;
    this.isOwed = isAway;
    if (this._panel.isDisposed || (refused === null && !isAway)) {
      return; // a save that did not succeed has been told by JupyterLab
    }
    const words = refused?.message ?? LINE_DOWN;
    const isNews = why === 'run' || words !== this._told;
    if (!isNews || (why === 'open' && refused?.code === 'plan_first')) {
      return;
    }
    this._dismiss();
    this._told = words;
    this._notice = isAway
      ? Notification.warning(words, { autoClose: false })
      : Notification.info(words, { autoClose: 20_000 });
  }

  private _dismiss(): void {
    this._told = '';
    if (this._notice) {
      Notification.dismiss(this._notice);
      this._notice = '';
    }
  }
}

/** Put back the first line of a plan that was written over; tells whether it was gone. */
function putFirstLineBack(panel: NotebookPanel, cell: Cell): boolean {
  const source = cell.model.sharedModel.getSource();
  if (!source.trim() || source.trimStart().startsWith(FIRST_LINE)) {
    return false;
  }
  cell.model.sharedModel.setSource(`${FIRST_LINE}\n${source}`);
  panel.content.activeCellIndex = panel.content.widgets.indexOf(cell);
  Notification.info(FIRST_LINE_BACK, { autoClose: 20_000 });
  return true;
}

function isPlan(cell: Cell): boolean {
  return auditionOf(cell.model.getMetadata('audition')).kind === 'plan';
}

/** Tell whether the plan of an open notebook has been run and part two is not there. */
function lacksPartTwo(panel: NotebookPanel): boolean {
  const model = panel.context.model;
  const own = auditionOf(model.getMetadata('audition'));
  if (own.parts === 2) {
    return false;
  }
  return model.sharedModel.cells.some(cell => {
    const isRun =
      cell.cell_type === 'code' &&
      (cell.toJSON() as ICodeCell).execution_count !== null;
    return isRun && auditionOf(cell.getMetadata('audition')).kind === 'plan';
  });
}
