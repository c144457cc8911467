/** Submitting, and what one may keep of it: the receipt and one's own record. */
import { Signal } from '@lumino/signaling';

import { Announcer } from '../announcer';
import { IReceipt } from './api';
import { Book } from './book';
import { Checks } from './checks';
import { isResting } from './clock';
import { confirm } from './dialogs';
import { Doing } from './doing';
import { hand } from './hand';
import { Memory } from './memory';
import { called } from './naming';
import { Notes } from './notes';
import { isSubmitted } from './standing';
import { Store } from './store';
import { beforeSubmitting, soonKnown } from './submitting';
import { NO_SAVE, NOT_DONE, placeOf, stillAsGiven, SUBMIT_LOST, YOUR_WORDS } from './words';

/** Submissions of this sitting. */
export class Submissions {
  /** Emitted with the exercise when one was submitted in this window: other windows show the receipt too. */
  readonly submitted = new Signal<this, string>(this);

  constructor(
    private readonly _store: Store,
    private readonly _book: Book,
    private readonly _notes: Notes,
    private readonly _memory: Memory,
    private readonly _announcer: Announcer,
    private readonly _doing: Doing,
    private readonly _checks: Checks
  ) {}

  /** Submit what is saved, after asking once. */
  async submit(slug: string): Promise<void> {
    const exercise = this._store.exercise;
    if (exercise === null || this._doing.busy.has('submit') || isResting(this._store.time(slug))) {
      return;
    }
    if (this._store.isElsewhere(slug)) {
      this._announcer.say('You work in another window. Go on here, then you can submit.');
      return;
    }
    await soonKnown(this._store.of(slug).given);
    const open = this._checks.checkedOf(slug)?.open.length ?? 0;
    const sentences = beforeSubmitting(exercise, open, this._unwritten(slug));
    const again = isSubmitted({ store: this._store, exercise, known: this._store.of(slug) }) ? ' again' : '';
    const name = called(exercise, this._store.sitting.value?.exercises ?? []);
    if (!(await confirm(`Submit ${name}${again}?`, sentences, 'Submit'))) {
      return;
    }
    if (!(await this._doing.once('submit', () => this._submit(slug), SUBMIT_LOST))) {
      void this._store.of(slug).receipts.ask(); // it may have got through, and the answer not
    }
  }

  private async _submit(slug: string): Promise<void> {
    const panel = this._book.find(`${slug}/${slug}.ipynb`);
    if (panel !== null && !(await this._book.save(panel))) {
      throw new Error(NO_SAVE);
    }
    const receipt: IReceipt = await this._store.api.submit(slug);
    const receipts = this._store.of(slug).receipts;
    const others = (receipts.value ?? []).filter(one => one.submission !== receipt.submission);
    receipts.take([...others, receipt]);
    void this._store.sitting.ask();
    this._submitted(slug, receipt);
  }

  /** A cell called submit(): ask for its receipt, and say where it stands. */
  async submittedInCell(slug: string): Promise<void> {
    const receipts = this._store.of(slug).receipts;
    const before = receipts.value;
    await receipts.ask();
    void this._store.sitting.ask();
    const newest = receipts.value?.at(-1);
    if (before !== null && newest && newest.submission !== before.at(-1)?.submission) {
      this._submitted(slug, newest);
    }
  }

  /** Another window submitted: show its receipt, and what counts now. */
  submittedElsewhere(slug: string): void {
    const { receipts, versions } = this._store.of(slug);
    [receipts, versions, this._store.sitting].forEach(one => void one.ask());
  }

  /** What to say of texts and marked cells that are still as given; a hint, empty if there are none. */
  private _unwritten(slug: string): string {
    const all = this._checks.untouchedOf(slug);
    const texts = all.filter(one => one.name === YOUR_WORDS);
    const marked = all.filter(one => one.name !== YOUR_WORDS).map(one => one.name);
    return stillAsGiven(texts.map(one => placeOf(one.under, one.cell)), marked);
  }

  private _submitted(slug: string, receipt: IReceipt): void {
    const told = `Submission ${receipt.number} is with us. Your receipt stands above.`;
    const text = `${told} ${this._unwritten(slug)}`.trim();
    this._memory.setOpen('receipt', true);
    this._notes.put({ name: 'submitted', tone: 'ok', icon: 'tick', head: 'Submitted', text, slug }, 30);
    this._announcer.say(`Submitted. ${text}`);
    this.submitted.emit(slug);
  }

  /** Download one's own record. */
  async download(): Promise<void> {
    await this._doing.once('record', async () => {
      const address = this._store.api.address('audition', 'api', 'record');
      const answer = await fetch(address, { credentials: 'same-origin' }).catch(() => null);
      if (answer === null || !answer.ok) {
        throw new Error(NOT_DONE);
      }
      hand(await answer.blob(), 'audition-record.zip');
      const text = 'audition-record.zip is among your downloads. README.txt in it says what is what.';
      this._notes.put({ name: 'record', tone: 'ok', icon: 'tick', head: 'Your record', text }, 20);
      this._announcer.say(text);
    });
  }

  /** Download a receipt as the proctor signed it. */
  downloadReceipt(receipt: IReceipt): void {
    const text = JSON.stringify(receipt, null, 1);
    const name = `receipt-${receipt.submission}.json`;
    hand(new Blob([text], { type: 'application/json' }), name);
    const told = `The receipt is in ${name}, among your downloads.`;
    this._notes.put({ name: 'record', tone: 'ok', icon: 'tick', head: 'Your receipt', text: told }, 20);
    this._announcer.say(told);
  }
}
