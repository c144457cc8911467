/** Audition in JupyterLab: part two, and how the record stands. */
import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IStatusBar } from '@jupyterlab/statusbar';

import { Announcer } from './announcer';
import { labelCells } from './labels';
import { Parts } from './parts';
import { StatusItem, StatusPoll } from './status';

const AWAY = 'The line is down. Go on writing: work is kept and sent when the line is back.';
const BACK = 'The line is back and everything has been sent.';

const plugin: JupyterFrontEndPlugin<void> = {
  id: '@audition/lab:plugin',
  description: 'Delivers part two of an exercise, and says what is recorded.',
  autoStart: true,
  requires: [INotebookTracker],
  optional: [IStatusBar],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    statusBar: IStatusBar | null
  ): void => {
    const settings = app.serviceManager.serverSettings;
    const announcer = new Announcer(document.body);
    const parts = new Parts(tracker, settings, announcer);
    const poll = new StatusPoll(settings);
    labelCells(tracker);
    let wasAway = false;
    poll.asked.connect((_, state) => {
      if (state === 'away') {
        wasAway || announcer.say(AWAY);
        wasAway = true;
        return;
      }
      parts.lineIsUp();
      if (wasAway && poll.unsent === 0) {
        announcer.say(BACK);
        wasAway = false;
      }
    });
    statusBar?.registerStatusItem('@audition/lab:plugin', {
      item: new StatusItem(poll),
      align: 'right',
      rank: 0
    });
    void poll.start();
  }
};

export default plugin;
