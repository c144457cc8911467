/** What was submitted: the newest receipt, what counts now, and what is still to be done. */
import { api, BASE } from './wire.js';
import { button, download, make } from './make.js';
import { called, counted } from './naming.js';
import { momentOf } from './moments.js';
import { isPastSubmission } from './versions.js';

const LAST = 'That was all of it. Thank you. Nothing more is expected of you: you may close this page.';
/** What counts then is said above the button. */
const CHANGED_SINCE = 'You have changed the notebook since. If it is as you want it now, nothing more is expected of you.';

/** The receipt below the button that submits. */
export class Receipts {
  #slug;
  #sitting;
  #say;
  #host = document.getElementById('receipts');

  #number = 0;
  #until = null;

  /** @param sitting knows the exercises and the clock; told when nothing more is expected, for then it tells no time. */
  constructor(slug, sitting, announcer) {
    [this.#slug, this.#sitting, this.#say] = [slug, sitting, announcer];
    const tell = () => this.#until?.replaceChildren(this.#untilThen());
    sitting.addEventListener('clock', tell);
    sitting.addEventListener('paused', tell);
  }

  /** What was submitted may be older than the notebook now; not changed under the focus. */
  saved() {
    if (this.#host.childElementCount && !this.#host.contains(document.activeElement)) {
      this.show().catch(() => undefined);
    }
  }

  /** How many submissions there are, as far as is shown. */
  get number() {
    return this.#number;
  }

  /** Another window, or a cell, may have submitted: show that receipt; tells whether there is a newer one. */
  async newer() {
    const before = this.#number;
    const hadFocus = this.#host.contains(document.activeElement);
    await this.show().catch(() => undefined);
    hadFocus && document.getElementById('receipt').focus(); // what had it is another by now
    return this.#number > before;
  }

  /** Say that the newest is there, with the way to it. */
  tell() {
    this.#say.say(`Submission ${this.#number} is with us. Its receipt stands under “Submit”.`, { id: 'receipt', words: 'Go to the receipt' });
  }

  /** Show the newest; `known` stands in where the list cannot be asked for. */
  async show(known = null) {
    let receipts = known;
    try {
      ({ receipts } = await api('GET', `receipts/${this.#slug}`));
    } catch (problem) {
      if (known === null) {
        throw problem;
      }
    }
    const newest = receipts[receipts.length - 1];
    if (newest === undefined) {
      return;
    }
    const { versions } = await api('GET', `versions/${this.#slug}`).catch(() => ({ versions: [] }));
    const isTimed = this.#sitting.own?.is_timed === true;
    const isPast = isPastSubmission(versions, newest);
    document.getElementById('submit-button').textContent = 'Submit again';
    this.#number = newest.number;
    document.getElementById('on-submitting').textContent = whatCounts(newest, isPast, isTimed);
    this.#host.replaceChildren(this.#receipt(newest, isPast && isTimed));
  }

  #receipt(one, isPast) {
    const pairs = [
      ['Submitted', momentOf(one.at)],
      ['Holds', `the notebook as saved ${momentOf(one.saved_at)}`],
      ['Record', `${(one.head_seq + 1).toLocaleString('en')} entries`],
      ['Reference', String(one.submission)],
      ['SHA-256', ...halves(String(one.manifest_sha256))],
      ['Signed', 'by us, so that reviewers can prove that nothing was changed since. You need not do anything.']
    ];
    const file = `receipt-${this.#slug}-${one.number}.json`;
    const save = button('Download the receipt', () => {
      download(file, one);
      this.#say.say(`The receipt is in ${file}, among your downloads.`);
    }, 'btn small');
    const record = make('a', { href: `${BASE}audition/api/record`, download: true }, 'Download my record');
    return make('div', { class: 'out', role: 'region', 'aria-labelledby': 'receipt' },
      make('h3', { id: 'receipt', tabindex: '-1' }, `Receipt of submission ${one.number}`),
      make('dl', { class: 'pairs' }, ...pairs.flatMap(([name, ...words]) => [make('dt', {}, name), make('dd', {}, ...words)])),
      make('div', { class: 'row' }, save, record), this.#next(isPast));
  }

  /** The way to the exercise that is still to be done, or that there is none; nobody waits for the practice. */
  #next(isPast) {
    const all = this.#sitting.all?.exercises ?? [];
    const next = this.#nextOne();
    this.#sitting.rest(next === undefined && !isPast);
    this.#until = null;
    if (next) {
      return make('p', {}, make('a', { href: `${BASE}plain/${next.slug}` }, `Open ${called(next, all)}`));
    }
    if (isPast) {
      return make('p', {}, CHANGED_SINCE);
    }
    this.#until = make('span', {}, this.#untilThen());
    return make('p', {}, `${LAST} `, this.#until);
  }

  #nextOne() {
    return counted(this.#sitting.all?.exercises ?? []).find(one => one.slug !== this.#slug && one.submitted === null);
  }

  /** Until when it can be changed; empty where no clock runs. */
  #untilThen() {
    const until = this.#sitting.untilWhen;
    return until && `Your time runs on ${until}, should you want to change something.`;
  }
}

/** Which state of the notebook counts, and how one goes back to what was submitted. */
function whatCounts(newest, isPast, isTimed) {
  const name = `submission\u00a0${newest.number}`;
  if (isPast) {
    return isTimed ? `Changed since ${name}: at the end the last save counts. To go back, restore “${name}” under Versions.`
      : `Changed since ${name}, which counts until you submit again.`;
  }
  return isTimed ? 'What you submitted counts as it is. If you change something after it, the last save counts at the end.'
    : 'What you submitted counts as it is. Submit again and the newest counts.';
}

/** A long print in two halves: where it does not fit in one line, it breaks in the middle. */
function halves(print) {
  const middle = Math.ceil(print.length / 2);
  return [print.slice(0, middle), print.slice(middle)].map(half => make('code', { class: 'half' }, half));
}
