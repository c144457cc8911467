/** Audition in JupyterLab: the side panel, part two, and how the record stands. */
import {
  IConnectionLost,
  ILayoutRestorer,
  ILabShell,
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { IStateDB } from '@jupyterlab/statedb';
import { IStatusBar } from '@jupyterlab/statusbar';

import { Announcer } from './announcer';
import { executor } from './executor';
import { showWithoutReach } from './outputs';
import { labelCells } from './labels';
import { Actions } from './panel/actions';
import { Api } from './panel/api';
import { saveWhenAsked } from './panel/asked';
import { Book } from './panel/book';
import { CellNotes } from './panel/cellnotes';
import { addCommands, Travel } from './panel/commands';
import { Cover } from './panel/cover';
import { openAtFirstVisit, panelIcon, watchWidth } from './panel/place';
import { Memory } from './panel/memory';
import { Notes } from './panel/notes';
import { AuditionPanel, PANEL_ID } from './panel/panel';
import { Store } from './panel/store';
import { Watch } from './panel/watch';
import { Windows } from './panel/windows';
import { Parts } from './parts';
import { showProsePlainly } from './prose';
import { guardMarkup } from './reach';
import { StatusItem, StatusPoll } from './status';

const plugin: JupyterFrontEndPlugin<void> = {
  id: '@audition/lab:plugin',
  description: 'The side panel; delivers part two of an exercise, and says what is recorded.',
  autoStart: true,
  requires: [INotebookTracker, IDocumentManager, IRenderMimeRegistry],
  optional: [ILabShell, ICommandPalette, ILayoutRestorer, IStateDB, IStatusBar],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    documents: IDocumentManager,
    rendermime: IRenderMimeRegistry,
    shell: ILabShell | null,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
    state: IStateDB | null,
    statusBar: IStatusBar | null
  ): void => {
    const settings = app.serviceManager.serverSettings;
    const announcer = new Announcer(document.body);
    const poll = new StatusPoll(settings);
    const parts = new Parts(tracker, settings, announcer);
    poll.asked.connect((_, now) => now === 'away' || parts.lineIsUp());
    guardMarkup();
    showWithoutReach(rendermime);
    showProsePlainly(tracker);

    const store = new Store(new Api(settings));
    const book = new Book(app, tracker, documents);
    labelCells(tracker, id => store.givenSource(id), store.changed);
    const actions = new Actions(store, book, new Notes(), new Memory(), announcer);
    new CellNotes(tracker, announcer, id => store.givenSource(id), () => void actions.restoring.resetCell());
    const travel: Travel = new Travel(app, actions, () => panel);
    const panel: AuditionPanel = new AuditionPanel(actions, poll, () => travel.back());
    panel.title.icon = panelIcon;
    panel.title.caption = 'Audition (F8)';
    const windows = new Windows(tracker, actions, announcer);
    new Cover(actions, windows);
    store.isElsewhere = slug => windows.elsewhere(slug) !== null;
    saveWhenAsked(tracker, book, store.isElsewhere);
    addCommands(app, palette, actions, travel);
    app.shell.add(panel, 'left', { rank: 1 });
    restorer?.add(panel, PANEL_ID);
    void openAtFirstVisit(app, panel, state);
    shell && watchWidth(shell);
    statusBar?.registerStatusItem('@audition/lab:plugin', {
      item: new StatusItem(
        poll,
        () => travel.show('recorded'),
        () => store.stage,
        store.changed
      ),
      align: 'right',
      rank: 0
    });
    new Watch(actions, tracker, announcer, poll).start();
    void poll.start();
  }
};

/**
 * JupyterLab would put up a question while the line is down. The panel and the bar say it and
 * take the focus from no one; what is lost is tried again by itself.
 */
const quietLine: JupyterFrontEndPlugin<IConnectionLost> = {
  id: '@audition/lab:line',
  description: 'Says that the line is down in the panel, not in a dialog.',
  autoStart: true,
  provides: IConnectionLost,
  activate: (): IConnectionLost => async () => undefined
};

export default [plugin, quietLine, executor];
