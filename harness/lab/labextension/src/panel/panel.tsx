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
import { Button, ISection } from './pieces';
import { Models, Purse } from './purse';
import { IKnown } from './store';
import { Versions } from './versions';

export const PANEL_ID = 'jp-audition-panel';
/** A window that is too low for all that is usually open: headings tell the rest. */
const LOW = window.matchMedia('(max-height: 760px)');

/** Whether there is anything in a section that begins empty. */
const NEWS = {
  purse: (known: IKnown): boolean => (known.purse.value?.last_call ?? null) !== null,
  hypotheses: (known: IKnown): boolean => (known.hypotheses.value?.length ?? 0) > 0
};

/** The panel as a widget of JupyterLab's. */
export class AuditionPanel extends ReactWidget {
  private _givesWay = false;
  private _shown: string | null = null;
  private readonly _tops = new Map<string, number>();
  /** The newest receipt of each exercise: undefined before it is known, null while there is none. */
  private readonly _receipts = new Map<string, string | null>();
  /** A receipt came that was not brought into sight yet. */
  private _owesReceipt = false;

  /** The sections that held something when they were drawn, with their exercises. */
  private readonly _news = new Set<string>();

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
    LOW.addEventListener('change', draw);
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

  /** Close every section: the headings are in sight together, the focus on the first. */
  closeAll(): void {
    this._actions.memory.closeAll();
    this._actions.store.touch();
    this.node.querySelector<HTMLElement>('.jp-Audition-section h3 button')?.focus();
  }

  /** Each exercise is shown from where it was left, a new one from its top (Middle). */
  protected onUpdateRequest(message: Message): void {
    const shown = this._actions.store.exercise?.slug ?? null;
    const left = this._shown;
    if (shown !== left && left !== null) {
      this._tops.set(left, this._middle?.scrollTop ?? 0);
    }
    this._shown = shown;
    this._owesReceipt ||= shown !== null && this._hasNewReceipt(shown);
    super.onUpdateRequest(message);
  }

  private _hasNewReceipt(slug: string): boolean {
    const receipts = this._actions.store.of(slug).receipts.value;
    if (receipts === null) {
      return false;
    }
    const before = this._receipts.get(slug);
    const newest = receipts.at(-1)?.submission ?? null;
    this._receipts.set(slug, newest);
    return before !== undefined && newest !== null && newest !== before;
  }

  /**
   * Whether a section holds anything yet: without, its heading says all of it. What opens it by itself
   * waits while a person writes in the panel, whose box would move under the hands.
   */
  private _hasNews(section: keyof typeof NEWS, { exercise, known }: ISection): boolean {
    const name = `${section} ${exercise.slug}`;
    const isWriting = document.activeElement instanceof HTMLTextAreaElement && this._middle?.contains(document.activeElement);
    if (NEWS[section](known) && isWriting !== true) {
      this._news.add(name);
    }
    return this._news.has(name);
  }

  /** Bring a receipt that just came into sight, but not from under a person who writes here. */
  private _receiptDrawn(): void {
    const isOwed = this._owesReceipt;
    this._owesReceipt = false;
    if (isOwed && this._middle?.contains(document.activeElement) !== true) {
      this.node.querySelector('.jp-Audition-receipt')?.scrollIntoView({ block: 'nearest' });
    }
  }

  private get _middle(): Element | null {
    return this.node.querySelector('.jp-Audition-middle');
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
    const isRoomy = isWorking && !LOW.matches;
    const hasNews = (section: keyof typeof NEWS): boolean => this._hasNews(section, all);
    return (
      <>
        <Head {...all} state={state} onBack={this._back} />
        <NotesList {...all} />
        <Middle slug={exercise.slug} top={this._tops.get(exercise.slug) ?? 0}>
          <Receipt {...all} onDrawn={() => this._receiptDrawn()} />
          <Exercises {...all} usual={!isWorking} />
          <Purse {...all} usual={isRoomy && hasNews('purse')} isBefore={isBefore} />
          <Models {...all} />
          <Ask key={`ask ${exercise.slug}`} {...all} usual={isWorking} isOver={time.isOver} />
          <Hypotheses key={exercise.slug} {...all} usual={isRoomy && hasNews('hypotheses')} isOver={time.isOver} />
          <Check {...all} usual={isWorking} isOver={time.isOver} />
          <Versions {...all} isOver={time.isOver} />
          <Recorded {...all} state={state} />
          <SystemCheck {...all} />
          <Packages {...all} />
          {this._actions.memory.openOnes > 1 && (
            <div className="jp-Audition-closeAll">
              <Button kind="link" onClick={() => this.closeAll()}>
                Close all sections
              </Button>
            </div>
          )}
        </Middle>
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

/**
 * The sections between head and foot. Another exercise is scrolled to as it is drawn, before it is seen:
 * a moment later it would take a person away from where they went meanwhile.
 */
function Middle(props: { slug: string; top: number; children: React.ReactNode }): JSX.Element {
  const node = React.useRef<HTMLDivElement>(null);
  React.useLayoutEffect(() => {
    node.current?.scrollTo({ top: props.top });
  }, [props.slug]);
  return (
    <div className="jp-Audition-middle" ref={node}>
      {props.children}
    </div>
  );
}
