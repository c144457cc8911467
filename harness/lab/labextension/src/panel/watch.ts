/** Keeps what the panel knows fresh, gently, and says what a person should hear of it. */
import { PageConfig } from '@jupyterlab/coreutils';
import { INotebookTracker, Notebook, NotebookActions, NotebookPanel } from '@jupyterlab/notebook';

import { Announcer } from '../announcer';
import { StatusPoll } from '../status';
import { Actions } from './actions';
import { hearAsking } from './asking';
import { minutes, SOON_S } from './clock';
import { INote } from './notes';
import { keepSaving } from './saving';
import { isDone } from './standing';
import { Store } from './store';
import { staysUntouched } from './untouched';
import { AWAY, BACK, dollars } from './words';

const TICK_MS = 5000;
const CLOCK_MS = 20_000;
const PURSE_MS = 30_000;
const SITTING_MS = 60_000;
/** Another window, as the plain page, may have saved. */
const VERSIONS_MS = 20_000;
/** So long after a key it is looked what is still as given. */
const GIVEN_MS = 300;
/** So long after it "not saved yet" comes or goes: when a save is done, it is known as of when. */
const STATE_MS = 100;
/** So long after a cell was sent it is saved as it was sent: a browser can die before the next autosave. */
const RAN_MS = 1000;
/** Less than this is not worth a note. */
const LEAST_BACK_S = 20;

const KERNEL_ENDED: INote = {
  name: 'kernel',
  tone: 'warn',
  icon: 'info',
  head: 'The kernel was stopped and started again',
  text:
    'Your notebook, files and record are safe. Beside the cell stands why. Variables are gone ' +
    'until you run the cells again.'
};

const PAUSE_USED: INote = {
  name: 'pause used',
  tone: 'warn',
  icon: 'clock',
  head: 'Your pause is used up: the clock goes on',
  text: 'If you have to leave, tell whoever invited you; they can give you time.'
};

/**
 * JupyterLab would put up a question to be closed when a kernel dies; the words beside the cell
 * and in the panel say more, and take the focus from no one.
 */
function hush(panel: NotebookPanel): void {
  const own = panel as unknown as { _onSessionStatusChanged?: (...args: unknown[]) => void };
  if (typeof own._onSessionStatusChanged === 'function') {
    panel.sessionContext.statusChanged.disconnect(own._onSessionStatusChanged, panel);
  }
}

/** The timers and signals behind the panel. */
export class Watch {
  private readonly _store: Store;
  private readonly _last = new Map<string, number>();
  private readonly _givenBack = new Map<string, number>();
  private readonly _waitsFor = new Set<string>();
  private readonly _purses = new Map<string, number>();
  private _wasAway = false;
  private _drawn = '';
  private _given = '';
  private _wasPaused = false;

  constructor(
    private readonly _actions: Actions,
    private readonly _tracker: INotebookTracker,
    private readonly _announcer: Announcer,
    poll: StatusPoll
  ) {
    this._store = _actions.store;
    poll.asked.connect((_, state) => this._line(state === 'away', poll.unsent));
    this._store.clock.changed.connect(() => this._clockHeard());
    NotebookActions.executed.connect((_, { cell }) => {
      const slug = this._actions.book.currentSlug;
      slug === null || this._actions.checks.ran(slug, cell);
      this._actions.checks.checkedInCell(cell);
      this._cellEnded(cell.model.sharedModel.getSource());
    });
    NotebookActions.executionScheduled.connect((_, { notebook }) => {
      this._actions.notes.newer();
      this._soon('ran', RAN_MS, () => this._saveRun(notebook));
    });
    _tracker.forEach(panel => this._opened(panel));
    _tracker.widgetAdded.connect((_, panel) => this._opened(panel));
    _tracker.currentChanged.connect(() => this._turn());
    _tracker.activeCellChanged.connect(() => this._soon('selected', GIVEN_MS, () => this._store.touch()));
    hearAsking(_tracker, (slug, isOwn) => {
      if (this._store.sitting.value?.exercises.some(one => one.slug === slug)) {
        this._actions.hear(slug);
        isOwn && this._actions.onRecord.emit(slug);
      }
    });
    document.addEventListener('visibilitychange', () => this._cameBack());
    this._store.sitting.changed.connect(() => this._turn());
  }

  /** Ask for the sitting, and go on keeping all of it fresh. */
  start(): void {
    this._turn();
    void this._store.sitting.ask();
    void this._store.clock.ask();
    window.setInterval(() => this._tick(), TICK_MS);
  }

  private _line(isAway: boolean, unsent: number): void {
    this._store.isAway = isAway;
    if (isAway) {
      this._wasAway || this._announcer.say(AWAY);
      this._wasAway = true;
      return;
    }
    this._store.askAgain();
    if (this._wasAway && unsent === 0) {
      this._wasAway = false;
      void this._store.clock.ask(); // says what came back, if anything did
      this._announcer.say(BACK);
    }
  }

  /** Turn to the exercise whose notebook is in front, and ask for what is not known of it. */
  private _turn(): void {
    // Until its notebook is there, the address says which exercise is being opened.
    const wanted = this._store.hasChosen ? null : PageConfig.getOption('treePath').split('/')[0];
    const current = this._actions.book.currentSlug ?? wanted;
    const all = this._store.sitting.value?.exercises ?? [];
    if (current !== null && all.some(one => one.slug === current)) {
      if (this._store.hasChosen && this._store.exercise?.slug !== current) {
        this._announcer.clear(current); // what was said last is about the exercise before
      }
      this._store.choose(current);
    }
    const slug = this._store.exercise?.slug;
    if (slug !== undefined) {
      Object.values(this._store.of(slug)).forEach(one => one.want());
    }
  }

  private _opened(panel: NotebookPanel): void {
    hush(panel);
    keepSaving(panel, this._actions.notes);
    staysUntouched(panel.context.model);
    panel.context.model.contentChanged.connect(() => {
      this._soon('given', GIVEN_MS, () => this._tellGiven());
    });
    panel.context.model.stateChanged.connect((_, { name }) => {
      name === 'dirty' && this._soon('dirty', STATE_MS, () => this._store.touch());
    });
    panel.sessionContext.statusChanged.connect((_, status) => {
      if (status === 'autorestarting') {
        this._actions.notes.put(KERNEL_ENDED, 120);
      }
    });
    panel.context.saveState.connect((_, state) => {
      const slug = this._actions.book.currentSlug;
      const saved = panel.context.contentsModel?.last_modified;
      if (state === 'completed' && saved !== undefined) {
        this._actions.savedAt.set(panel.context.localPath, saved);
        this._store.touch();
      }
      if (state === 'completed' && slug !== null) {
        window.setTimeout(() => void this._store.of(slug).versions.ask(), 500);
      }
    });
  }

  private _saveRun(notebook: Notebook): void {
    const panel = this._tracker.find(one => one.content === notebook);
    const slug = panel?.context.localPath.split('/')[0];
    if (panel != null && slug !== undefined && !this._store.isElsewhere(slug)) {
      void this._actions.book.save(panel);
    }
  }

  /** Draw anew once other cells are still as given, the last check is no longer about them, or the selected one can be reset. */
  private _tellGiven(): void {
    const slug = this._store.exercise?.slug;
    const all = slug === undefined ? [] : this._actions.checks.untouchedOf(slug);
    const isOld = slug !== undefined && this._actions.checks.isCheckOld(slug);
    const back = slug === undefined ? null : this._actions.book.resettable(this._store.of(slug).given.value);
    const given = `${slug} ${all.map(one => one.cell).join()} ${isOld} ${back?.number}`;
    if (given !== this._given) {
      this._given = given;
      this._store.touch();
    }
  }

  /** A person who comes back to this page may have been in another meanwhile, perhaps elsewhere. */
  private _cameBack(): void {
    const slug = this._store.exercise?.slug;
    if (!document.hidden && slug !== undefined) {
      this._actions.hear(slug);
      this._actions.submissions.submittedElsewhere(slug);
    }
  }

  /** A cell may have submitted, started the clock or brought part two; what it asked is heard already. */
  private _cellEnded(source: string): void {
    const exercise = this._store.exercise;
    if (exercise === null) {
      return;
    }
    const known = this._store.of(exercise.slug);
    this._soon('cell', 700, () => {
      if (/\bsubmit\s*\(/.test(source)) {
        void this._actions.submissions.submittedInCell(exercise.slug);
      }
      const time = this._store.time(exercise.slug);
      if (time.isTimed && !time.isStarted) {
        void this._store.clock.ask();
      }
      if (!exercise.has_part_two) {
        this._soon('part', 2000, () => {
          void this._store.sitting.ask();
          void known.given.ask();
        });
      }
    });
  }

  private readonly _timers = new Map<string, number>();
  private _soon(name: string, afterMs: number, work: () => void): void {
    window.clearTimeout(this._timers.get(name));
    this._timers.set(name, window.setTimeout(work, afterMs));
  }

  private _tick(): void {
    const exercise = this._store.exercise;
    if (!document.hidden) {
      this._every('clock', CLOCK_MS, () => void this._store.clock.ask());
      this._every('sitting', SITTING_MS, () => void this._store.sitting.ask());
    }
    if (exercise !== null) {
      const known = this._store.of(exercise.slug);
      const status = this._tracker.currentWidget?.sessionContext.session?.kernel?.status;
      // A cell that runs for long may be calling models.
      const every = status === 'busy' ? TICK_MS : PURSE_MS;
      if (!document.hidden) {
        this._every('purse', every, () => void known.purse.ask());
        this._every('versions', VERSIONS_MS, () => void known.versions.ask());
      }
      this._tellPurse(exercise.slug);
      this._tellTime(exercise.slug);
      this._awaitAnswers(exercise.slug);
    }
    this._redraw();
  }

  private _every(name: string, everyMs: number, work: () => void): void {
    const now = performance.now();
    if (now - (this._last.get(name) ?? 0) >= everyMs - 100) {
      this._last.set(name, now);
      work();
    }
  }

  /** Draw anew when a word about time would change, not each second. */
  private _redraw(): void {
    const slug = this._store.exercise?.slug ?? '';
    const { leftS, extraS, isOver } = this._store.time(slug);
    const minute = Math.floor(Date.now() / 20_000); // "20 s ago" beside the versions
    const drawn = [Math.ceil((leftS ?? 0) / 60), Math.ceil((extraS ?? 0) / 60), isOver, minute];
    if (drawn.join() !== this._drawn) {
      this._drawn = drawn.join();
      this._store.touch();
    }
  }

  private _tellTime(slug: string): void {
    const { leftS, extraS, isOver, isPaused, isStarted } = this._store.time(slug);
    const session = this._store.sitting.value?.session ?? '';
    const exercise = this._store.sitting.value?.exercises.find(one => one.slug === slug);
    const known = this._store.of(slug);
    const isIdle = exercise !== undefined && isDone({ store: this._store, exercise, known });
    const isQuiet = this._actions.memory.isQuiet || isIdle;
    const isFirst = (what: string): boolean =>
      this._actions.memory.isFirst(`${session}:${slug}:${what}`);
    if (leftS === null || !isStarted || isPaused) {
      return;
    }
    if (isOver) {
      if (isFirst('over')) {
        void this._store.of(slug).receipts.ask();
        void this._store.sitting.ask();
        void this._store.clock.ask();
        this._announcer.alert('The time ran out. Your last saved state is submitted for you.');
      }
    } else if (isQuiet) {
      return;
    } else if (leftS <= 0) {
      isFirst('soft') && this._announcer.say(`Your time is over. ${minutes(extraS ?? 0)} more.`, slug);
    } else if (leftS <= SOON_S) {
      isFirst('soon') && this._announcer.say(`${minutes(leftS)} left.`, slug);
    }
  }

  private _tellPurse(slug: string): void {
    const purse = this._store.of(slug).purse.value;
    if (!purse || purse.usd_left === null || purse.usd_purse === null) {
      return;
    }
    const share = Number(purse.usd_left) / (Number(purse.usd_purse) || 1);
    const before = this._purses.get(slug);
    this._purses.set(slug, share);
    if (before === undefined) {
      return; // as it was when the page came
    }
    if (before > 0 && share <= 0) {
      this._announcer.say('The purse of this exercise is empty.');
    } else if (before > 0.25 && share <= 0.25) {
      this._announcer.say(`${dollars(purse.usd_left)} left`);
    }
  }

  /** Say that a pause ended by itself, and that time came back after an outage. */
  private _clockHeard(): void {
    const clock = this._store.clock.value;
    const isPaused = clock?.paused_at != null;
    if (this._wasPaused && !isPaused && clock !== null && clock.pause_left_s <= 0) {
      this._actions.notes.put(PAUSE_USED, 300);
      this._announcer.say(`${PAUSE_USED.head}. ${PAUSE_USED.text}`);
    }
    this._wasPaused = isPaused;
    for (const one of this._store.clock.value?.exercises ?? []) {
      const before = this._givenBack.get(one.exercise);
      const now = one.given_back_s ?? 0;
      this._givenBack.set(one.exercise, now);
      if (before !== undefined && now - before >= LEAST_BACK_S) {
        const head = `${minutes(now - before)} came back to you`;
        const text =
          one.given_back_why ??
          'Your purse was not charged for calls that did not get through.';
        this._actions.notes.put({ name: 'back', tone: 'ok', icon: 'tick', head, text }, 300);
        this._announcer.say(`${head}. ${text}`);
      }
    }
    const slug = this._store.exercise?.slug;
    slug === undefined || this._tellTime(slug);
  }

  /** Wait for a person's answers, one line a question. */
  private _awaitAnswers(slug: string): void {
    for (const one of this._store.of(slug).questions.value ?? []) {
      const id = one.waiting ?? one.id;
      if (one.answer === null && !this._waitsFor.has(id)) {
        this._waitsFor.add(id);
        this._store.api
          .answer(id)
          .then(reply => {
            if (typeof reply.answer === 'string') {
              this._actions.answered(slug, { ...reply, id: one.id });
            }
          })
          .catch(() => undefined) // asked again with the next tick
          .finally(() => this._waitsFor.delete(id));
      }
    }
  }}
