/** What a person can do in the panel, each with what is said when it worked and when it did not. */
import { Cell, CodeCell } from '@jupyterlab/cells';
import { Signal } from '@lumino/signaling';

import { Announcer } from '../announcer';
import { IQuestion, IReceipt, Standing } from './api';
import { Book } from './book';
import { CHECK_CODE, IAsGiven, IChecked, isCheckAlone, isChecked, readCheck } from './checked';
import { apart, minutes } from './clock';
import { confirm } from './dialogs';
import { showDifferences } from './differences';
import { hand } from './hand';
import { Memory } from './memory';
import { Notes } from './notes';
import { problemOf } from './resource';
import { Store } from './store';
import { beforeSubmitting, soonKnown } from './submitting';
import {
  ASK_LOST, BEFORE_RESTORE, count, firstSentence, NO_SAVE, NOT_DONE, placeOf, stillAsGiven, SUBMIT_LOST, YOUR_WORDS
} from './words';

/** The verbs of the panel. */
export class Actions {
  /** What the last check said, by exercise. */
  private readonly _checked = new Map<string, IChecked>();
  /** What is under way, by name; its button waits. */
  readonly busy = new Set<string>();
  /** When a notebook of this window was saved last, by path; the list of versions comes later. */
  readonly savedAt = new Map<string, string>();
  /** SHA-256 of what a restore has just replaced, until its row was shown; null if none did. */
  kept: string | null = null;
  /** Emitted when something was put on record in this window: other windows list it too. */
  readonly onRecord = new Signal<this, string>(this);

  constructor(
    readonly store: Store,
    readonly book: Book,
    readonly notes: Notes,
    readonly memory: Memory,
    private readonly _announcer: Announcer
  ) {}

  /** Return what the last check of an exercise said, also before the page was loaded anew. */
  checkedOf(slug: string): IChecked | null {
    const kept = this._checked.get(slug) ?? this.memory.recall(this._checkOf(slug));
    return isChecked(kept) ? kept : null;
  }

  /**
   * Return what is still as given: as the notebook is now, or where it is not open, as it was at the
   * last check.
   */
  untouchedOf(slug: string): readonly IAsGiven[] {
    const panel = this.book.find(`${slug}/${slug}.ipynb`);
    const isThere = panel?.context.isReady && this.store.of(slug).given.value !== null;
    return panel && isThere
      ? this.book.asGiven(panel, id => this.store.givenSource(id))
      : (this.checkedOf(slug)?.untouched ?? []);
  }

  /** Whether a marked cell was changed or run since the last check; false if not known. */
  isCheckOld(slug: string): boolean {
    const panel = this.book.find(`${slug}/${slug}.ipynb`);
    const checked = this.checkedOf(slug);
    const isThere = panel?.context.isReady && checked !== null;
    return isThere ? checked.isOld || checked.marked !== this.book.marked(panel) : false;
  }

  /** A cell was run: where it is a marked one, what the last check said is about an earlier run. */
  ran(slug: string, cell: Cell): void {
    const checked = this.checkedOf(slug);
    if (checked !== null && !checked.isOld && this.book.isMarked(cell)) {
      this._keepChecked(slug, { ...checked, isOld: true });
      this.store.touch();
    }
  }

  private _keepChecked(slug: string, checked: IChecked): void {
    this._checked.set(slug, checked);
    this.memory.keep(this._checkOf(slug), checked);
  }

  private _checkOf(slug: string): string {
    return `check ${this.store.sitting.value?.session} ${slug}`;
  }

  /** Open an exercise, start its clock, and move the focus to its first heading. */
  async start(slug: string): Promise<void> {
    const exercise = this.store.sitting.value?.exercises.find(one => one.slug === slug);
    if (exercise === undefined) {
      return;
    }
    this.store.choose(slug);
    await this._do('start', async () => {
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
    await this._do('pause', async () => {
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
        reply.answer === null ? 'Your question is with a person.' : firstSentence(reply.answer)
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
    this._announcer.say(firstSentence(reply.answer ?? ''));
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
    const done = await this._do(`hypothesis ${id}`, async () => {
      const now = await this.store.api.settle(slug, id, status);
      known.take((known.value ?? []).map(one => (one.id === id ? { ...one, ...now } : one)));
      this.onRecord.emit(slug);
    });
    if (!done) {
      known.take(before);
    }
  }

  /** Run check() in the notebook's own kernel. */
  async check(slug: string): Promise<void> {
    await this._do('check', async () => {
      const panel = await this._opened(slug);
      this.store.of(slug).given.want();
      const printed = await this.book.run(panel, CHECK_CODE);
      const checked = this.book.locate(panel, readCheck(printed), id => this.store.givenSource(id));
      this._keepChecked(slug, checked);
      const first = checked.said[0] ?? '';
      this._announcer.say(
        checked.open.length > 0 ? `${checked.open.length} to look at.` : firstSentence(first)
      );
    });
  }

  /** Show what a cell's own check() said, as if it had been asked for here. */
  checkedInCell(cell: Cell): void {
    const slug = this.book.currentSlug;
    const panel = slug === null ? null : this.book.find(`${slug}/${slug}.ipynb`);
    if (slug === null || panel === null || !(cell instanceof CodeCell)) {
      return;
    }
    const outputs = cell.model.outputs;
    if (isCheckAlone(cell.model.sharedModel.getSource()) && outputs.length > 0) {
      const first = outputs.get(0).toJSON();
      const text = first.output_type === 'stream' ? first.text : '';
      const printed = Array.isArray(text) ? text.join('') : String(text);
      if (printed) {
        const read = readCheck(printed);
        this._keepChecked(slug, this.book.locate(panel, read, id => this.store.givenSource(id)));
        this.store.touch();
      }
    }
  }

  /** Move the focus into a cell that check() named. */
  async goToCell(slug: string, cell: number): Promise<void> {
    const panel = await this.book.open(`${slug}/${slug}.ipynb`);
    await this.book.goToCell(panel, cell);
  }

  /**
   * Show what differs between the notebook and a saved version; from there it can be restored.
   *
   * @param canRestore whether the exercise is still open.
   */
  async look(slug: string, sha256: string, when: string, canRestore: boolean): Promise<void> {
    let shown: HTMLElement | undefined;
    const isThere = await this._do('look', async () => {
      const panel = this.book.find(`${slug}/${slug}.ipynb`);
      if (panel !== null && canRestore && !(await this.book.save(panel))) {
        throw new Error(NO_SAVE);
      }
      shown = await this._differences(slug, sha256);
    });
    const sentences = ['Restored, it takes the place of the notebook. The present one is kept.'];
    const accept = canRestore ? 'Restore' : null;
    const head = `The version of ${when}`;
    if (isThere && (await confirm(head, canRestore ? sentences : [], accept, shown))) {
      await this._restore(slug, sha256, when);
    }
  }

  /** A notebook that cannot be read, or a version, can be replaced all the same. */
  private async _differences(slug: string, sha256: string): Promise<HTMLElement> {
    try {
      return showDifferences(await this.store.api.look(slug, sha256));
    } catch (thrown) {
      const problem = problemOf(thrown);
      if (problem.isAway) {
        throw thrown;
      }
      const said = document.createElement('p');
      said.textContent = `It cannot be compared: ${problem.message}`;
      return said;
    }
  }

  /** Put a saved version in the present one's place. */
  private async _restore(slug: string, sha256: string, when: string): Promise<void> {
    const head = `Restoring the version of ${when}…`;
    this.notes.put({ name: 'restore', tone: 'info', icon: 'hold', head, text: 'It is put in place of the present one.', slug });
    const isDone = await this._do('restore', async () => {
      const panel = this.book.find(`${slug}/${slug}.ipynb`);
      if (panel !== null && !(await this.book.save(panel))) {
        throw new Error(NO_SAVE);
      }
      const done = await this.store.api.restore(slug, sha256);
      await this.book.revert(done.path);
      const text = await this._keptWords(slug, done.kept_sha256);
      const words = `Restored the version of ${when}`;
      this.notes.put({ name: 'restore', tone: 'ok', icon: 'tick', head: words, text, slug }, 20);
      this.kept = done.kept_sha256; // shown once the note has its place
      this._announcer.say(`${words}. ${text}`);
    });
    if (!isDone) {
      this.notes.remove('restore');
    }
  }

  /** Say which row of the versions holds what a restore replaced. */
  private async _keptWords(slug: string, sha256: string | null): Promise<string> {
    const versions = this.store.of(slug).versions;
    await versions.fresh();
    const all = versions.value ?? [];
    const row = all.find(one => one.sha256 === sha256 && one.label === BEFORE_RESTORE);
    const when = row && apart(all.map(one => one.at))(row.at);
    return `The one you had is kept${when ? `: ${when}, "${BEFORE_RESTORE}"` : ''}.`;
  }

  /** Put the cell in front back as it was given; Ctrl Z takes that back. */
  async resetCell(): Promise<void> {
    const slug = this.book.currentSlug;
    if (slug === null) {
      return;
    }
    const given = this.store.of(slug).given;
    await this._do('reset', async () => {
      await given.ask();
      const found = this.book.resettable(given.value);
      if (found === null) {
        throw new Error('This cell is your own: there is no given one to put back.');
      }
      this.book.reset(found.cell, found.source);
      const head = `Cell ${found.number} is as given again`;
      const text = 'Ctrl Z in that cell takes it back.';
      this.notes.put({ name: 'reset', tone: 'ok', icon: 'tick', head, text, slug }, 20);
      this._announcer.say(`${head}. ${text}`);
    });
  }

  /** Submit what is saved, after asking once. */
  async submit(slug: string): Promise<void> {
    const exercise = this.store.exercise;
    const { isPaused, isStarted, isOver } = this.store.time(slug);
    if (exercise === null || this.busy.has('submit') || (isPaused && isStarted && !isOver)) {
      return;
    }
    await soonKnown(this.store.of(slug).given);
    const open = this.checkedOf(slug)?.open.length ?? 0;
    const sentences = beforeSubmitting(exercise, open, this._unwritten(slug));
    if (!(await confirm(`Submit exercise ${exercise.number}?`, sentences, 'Submit'))) {
      return;
    }
    if (!(await this._do('submit', () => this._submit(slug), SUBMIT_LOST))) {
      void this.store.of(slug).receipts.ask(); // it may have got through, and the answer not
    }
  }

  private async _submit(slug: string): Promise<void> {
    const panel = this.book.find(`${slug}/${slug}.ipynb`);
    if (panel !== null && !(await this.book.save(panel))) {
      throw new Error(NO_SAVE);
    }
    const receipt: IReceipt = await this.store.api.submit(slug);
    const receipts = this.store.of(slug).receipts;
    const others = (receipts.value ?? []).filter(one => one.submission !== receipt.submission);
    receipts.take([...others, receipt]);
    void this.store.sitting.ask();
    this._submitted(slug, receipt);
  }

  /** A cell called submit(): ask for its receipt, and say where it stands. */
  async submittedInCell(slug: string): Promise<void> {
    const receipts = this.store.of(slug).receipts;
    const before = receipts.value;
    await receipts.ask();
    void this.store.sitting.ask();
    const newest = receipts.value?.at(-1);
    if (before !== null && newest && newest.submission !== before.at(-1)?.submission) {
      this._submitted(slug, newest);
    }
  }

  /** What to say of texts that are still as given; a hint, empty if there are none. */
  private _unwritten(slug: string): string {
    const texts = this.untouchedOf(slug).filter(one => one.name === YOUR_WORDS);
    return stillAsGiven(texts.map(one => placeOf(one.under, one.cell)));
  }

  private _submitted(slug: string, receipt: IReceipt): void {
    const told = `Submission ${receipt.number} is with us. Your receipt stands above.`;
    const text = `${told} ${this._unwritten(slug)}`.trim();
    this.memory.setOpen('receipt', true);
    this.notes.put({ name: 'submitted', tone: 'ok', icon: 'tick', head: 'Submitted', text, slug }, 30);
    this._announcer.say(`Submitted. ${text}`);
  }

  /** Have each part of the workspace tried. */
  async systemCheck(): Promise<void> {
    await this._do('system', async () => {
      const steps = await this.store.api.systemCheck();
      this.store.systemCheck.take(steps);
      const open = steps.filter(step => step.state === 'fail').length;
      this._announcer.say(open > 0 ? `${count(open, 'part')} did not answer.` : 'All of it answers.');
    });
  }

  /** Download one's own record. */
  async download(): Promise<void> {
    await this._do('record', async () => {
      const address = this.store.api.address('audition', 'api', 'record');
      const answer = await fetch(address, { credentials: 'same-origin' }).catch(() => null);
      if (answer === null || !answer.ok) {
        throw new Error(NOT_DONE);
      }
      hand(await answer.blob(), 'audition-record.zip');
      const text = 'audition-record.zip is among your downloads. README.txt in it says what is what.';
      this.notes.put({ name: 'record', tone: 'ok', icon: 'tick', head: 'Your record', text }, 20);
      this._announcer.say(text);
    });
  }

  /** Download a receipt as the proctor signed it. */
  downloadReceipt(receipt: IReceipt): void {
    const text = JSON.stringify(receipt, null, 1);
    const name = `receipt-${receipt.submission}.json`;
    hand(new Blob([text], { type: 'application/json' }), name);
    const told = `${name} is among your downloads.`;
    this.notes.put({ name: 'record', tone: 'ok', icon: 'tick', head: 'Your receipt', text: told }, 20);
    this._announcer.say(told);
  }

  private async _opened(slug: string) {
    const panel = await this.book.open(`${slug}/${slug}.ipynb`);
    if (!(await this.book.save(panel))) {
      throw new Error(NO_SAVE);
    }
    return panel;
  }

  /** Do something once at a time; a note says why it was not done. Tells whether it was. */
  private async _do(name: string, work: () => Promise<void>, lost = NOT_DONE): Promise<boolean> {
    if (this.busy.has(name)) {
      return false;
    }
    this.busy.add(name);
    this.notes.newer();
    this.store.touch();
    try {
      await work();
      this.notes.remove('not done');
      return true;
    } catch (thrown) {
      const { isAway, message } = problemOf(thrown);
      const text = isAway ? lost : message;
      const head = 'Not done yet';
      this.notes.put({ name: 'not done', tone: 'warn', icon: 'info', head, text }, 60);
      this._announcer.say(text);
      return false;
    } finally {
      this.busy.delete(name);
      this.store.touch();
    }
  }
}
