/** The side panel: a fixed head and foot, and sections between them that scroll. */
import { ReactWidget } from '@jupyterlab/ui-components';
import { Message } from '@lumino/messaging';
import * as React from 'react';

import { StatusPoll } from '../status';
import { Packages, Recorded, SystemCheck } from './about';
import { Actions } from './actions';
import { Ask } from './ask';
import { Check } from './check';
import { Exercises } from './exercises';
import { Foot, Receipt } from './foot';
import { Head } from './head';
import { Hypotheses } from './hypotheses';
import { NotesList, PassingNotes } from './noteslist';
import { ISection } from './pieces';
import { Models, Purse } from './purse';
import { Versions } from './versions';

export const PANEL_ID = 'jp-audition-panel';

/** The panel as a widget of JupyterLab's. */
export class AuditionPanel extends ReactWidget {
  private _givesWay = false;

  constructor(
    private readonly _actions: Actions,
    private readonly _poll: StatusPoll,
    private readonly _back: () => void
  ) {
    super();
    this.id = PANEL_ID;
    this.addClass('jp-Audition');
    this.node.tabIndex = -1;
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', 'Audition');
    const draw = (): void => this.update();
    _actions.store.changed.connect(draw);
    _actions.notes.changed.connect(draw);
    _poll.asked.connect(draw);
  }

  /** Let the next activation leave the focus with a person who writes in a notebook. */
  giveWayOnce(): void {
    this._givesWay = true;
  }

  /** Open a section and move the focus into it. */
  reveal(section: string, inside?: string): void {
    this._actions.memory.setOpen(section, true);
    this.update();
    window.setTimeout(() => {
      const node = this.node.querySelector(`[data-section="${section}"]`);
      node?.scrollIntoView({ block: 'nearest' });
      const target = node?.querySelector<HTMLElement>(inside ?? 'h3 button');
      (target ?? this.node).focus();
    }, 50);
  }

  protected render(): JSX.Element {
    const { store } = this._actions;
    const exercise = store.exercise;
    if (exercise === null) {
      const problem = store.sitting.problem;
      return (
        <>
          <header className="jp-Audition-head">
            <h2>Audition</h2>
            <p className="jp-mod-quiet">
              {problem === null
                ? 'Asking what this sitting holds…'
                : problem.isAway
                  ? 'What this sitting holds comes by itself when the line is back.'
                  : problem.message}
            </p>
          </header>
          <NotesList actions={this._actions} store={store} exercise={null} />
        </>
      );
    }
    const time = store.time(exercise.slug);
    const isBefore = time.isTimed && !time.isStarted;
    const isWorking = !isBefore && !time.isOver;
    const all: ISection = { actions: this._actions, store, exercise, known: store.of(exercise.slug) };
    const state = this._poll.state;
    return (
      <>
        <Head {...all} state={state} onBack={this._back} />
        <NotesList {...all} />
        <div className="jp-Audition-middle">
          <Receipt {...all} />
          <Exercises {...all} usual={!isWorking} />
          <Purse {...all} usual={isWorking} isBefore={isBefore} />
          <Models {...all} />
          <Ask key={`ask ${exercise.slug}`} {...all} usual={isWorking} isOver={time.isOver} />
          <Hypotheses key={exercise.slug} {...all} usual={isWorking} isOver={time.isOver} />
          <Check {...all} usual={isWorking} isOver={time.isOver} />
          <Versions {...all} isOver={time.isOver} />
          <Recorded {...all} state={state} />
          <SystemCheck {...all} />
          <Packages {...all} />
        </div>
        <PassingNotes {...all} />
        <Foot {...all} />
      </>
    );
  }

  protected onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    const writes = this._givesWay && document.activeElement?.closest('.jp-Notebook') != null;
    this._givesWay = false;
    if (!writes) {
      this.node.focus();
    }
  }
}
