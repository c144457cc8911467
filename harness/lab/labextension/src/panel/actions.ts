/** What a person can do in the panel, each with what is said when it worked and when it did not. */
import { Signal } from '@lumino/signaling';

import { Announcer } from '../announcer';
import { IQuestion, Standing } from './api';
import { Book } from './book';
import { Checks } from './checks';
import { minutes } from './clock';
import { Doing } from './doing';
import { Memory } from './memory';
import { Notes } from './notes';
import { problemOf } from './resource';
import { Restoring } from './restoring';
import { Store } from './store';
import { Submissions } from './submissions';
import { ASK_LOST, count, inOneLine } from './words';

/** The verbs of the panel. */
export class Actions {
  readonly checks: Checks;
  readonly restoring: Restoring;
  readonly submissions: Submissions;
  private readonly _doing: Doing;
  /** When a notebook of this window was saved last, by path; the list of versions comes later. */
  readonly savedAt = new Map<string, string>();
  /** Emitted when something was put on record in this window: other windows list it too. */
  readonly onRecord = new Signal<this, string>(this);

  constructor(
    readonly store: Store,
    readonly book: Book,
    readonly notes: Notes,
    readonly memory: Memory,
    private readonly _announcer: Announcer
  ) {
    const doing = (this._doing = new Doing(store, notes, _announcer));
    this.checks = new Checks(store, book, memory, _announcer, doing);
    this.restoring = new Restoring(store, book, notes, _announcer, doing);
    this.submissions = new Submissions(store, book, notes, memory, _announcer, doing, this.checks);
  }

  /** What is under way, by name; its button waits. */
  get busy(): ReadonlySet<string> {
    return this._doing.busy;
  }

  /** Open an exercise, start its clock, and move the focus to its first heading. */
  async start(slug: string): Promise<void> {
    const exercise = this.store.sitting.value?.exercises.find(one => one.slug === slug);
    if (exercise === undefined) {
      return;
    }
    this.store.choose(slug);
    await this._doing.once('start', async () => {
      if (exercise.is_timed && !this.store.time(slug).isStarted) {
        this.store.clock.take(await this.store.api.startClock(slug));
      }
      await this.open(slug);
    });
  }

  /** Bring an exercise's notebook to the front; the focus goes to its first heading. */
  async open(slug: string): Promise<void> {
    const path = this.store.sitting.value?.exercises.find(one => one.slug === slug)?.path;
    const panel = await this.book.open(path ?? `${slug}/${slug}.ipynb`);
    await this.book.focusHeading(panel);
  }

  /** Let the clock stand still, or go on. */
  async pause(isOn: boolean): Promise<void> {
    const api = this.store.api;
    await this._doing.once('pause', async () => {
      const clock = await (isOn ? api.pause() : api.resume());
      this.store.clock.take(clock);
      this.notes.remove('pause');
      const left = minutes(clock.pause_left_s);
      this._announcer.say(
        isOn ? `Paused. Your clock stands still. ${left} of pause left.` : 'Your clock goes on.'
      );
    });
  }

  /** Say how much time is left, because it was asked for. */
  sayTime(): void {
    const slug = this.store.exercise?.slug;
    const time = slug === undefined ? null : this.store.time(slug);
    if (time === null || time.leftS === null) {
      this._announcer.say('No clock is running.');
    } else if (time.leftS > 0) {
      this._announcer.say(`${minutes(time.leftS)} left`);
    } else {
      this._announcer.say(`Your time is over; ${minutes(time.extraS ?? 0)} more.`);
    }
  }

  /** Ask for what a cell, or another window, may have put on record. */
  hear(slug: string): void {
    const { purse, questions, hypotheses } = this.store.of(slug);
    [purse, questions, hypotheses].forEach(one => void one.ask());
  }

  /** Ask the stakeholder; tells whether the question got through. */
  async ask(slug: string, question: string): Promise<string | null> {
    const known = this.store.of(slug);
    this.notes.newer();
    try {
      const reply = await this.store.api.ask(slug, question);
      known.questions.take([...(known.questions.value ?? []), reply]);
      this.onRecord.emit(slug);
      this._announcer.say(
        reply.answer === null ? 'Your question is with a person.' : inOneLine(reply.answer)
      );
      return null;
    } catch (thrown) {
      const { isAway, message } = problemOf(thrown);
      const words = isAway ? ASK_LOST : message;
      this._announcer.say(words);
      return words;
    }
  }

  /** Take in a person's answer. */
  answered(slug: string, reply: IQuestion): void {
    const questions = this.store.of(slug).questions;
    const all = questions.value ?? [];
    questions.take(all.map(one => (one.id === reply.id ? { ...one, ...reply } : one)));
    this.onRecord.emit(slug);
    this._announcer.say(inOneLine(reply.answer ?? ''));
  }

  /** Write an idea down; returns why not, or null. */
  async suppose(slug: string, text: string): Promise<string | null> {
    const known = this.store.of(slug).hypotheses;
    this.notes.newer();
    try {
      const made = await this.store.api.suppose(slug, text);
      known.take([...(known.value ?? []), made]);
      this.onRecord.emit(slug);
      this._announcer.say('Hypothesis added.');
      return null;
    } catch (thrown) {
      const { isAway, message } = problemOf(thrown);
      return isAway ? '' : message;
    }
  }

  /** Say how a hypothesis stands now. */
  async settle(slug: string, id: string, status: Standing): Promise<void> {
    const known = this.store.of(slug).hypotheses;
    const before = known.value ?? [];
    // Shown at once; put back if it did not get through.
    known.take(before.map(one => (one.id === id ? { ...one, status } : one)));
    const done = await this._doing.once(`hypothesis ${id}`, async () => {
      const now = await this.store.api.settle(slug, id, status);
      known.take((known.value ?? []).map(one => (one.id === id ? { ...one, ...now } : one)));
      this.onRecord.emit(slug);
    });
    if (!done) {
      known.take(before);
    }
  }

  /** Have each part of the workspace tried. */
  async systemCheck(): Promise<void> {
    await this._doing.once('system', async () => {
      const steps = await this.store.api.systemCheck();
      this.store.systemCheck.take(steps);
      const open = steps.filter(step => step.state === 'fail').length;
      this._announcer.say(open > 0 ? `${count(open, 'part')} did not answer.` : 'All of it answers.');
    });
  }
}
