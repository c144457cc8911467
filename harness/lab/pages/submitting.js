/** Submitting: asked once, with what is still as given; the receipt comes below the button. */
import { api, Refused } from './wire.js';
import { make, stillAsGiven } from './make.js';
import { called } from './naming.js';
import { askOnce } from './notes.js';

const NOT_CONFIRMED =
  'We could not confirm the submission, but your work is saved with us. Press Submit again in a moment; nothing is lost.';

/** The button that submits. */
export class Submitting {
  #slug;
  #sitting;
  #say;
  #page;
  #receipts;

  /** @param page {save, unwritten, submitted, mayWrite}: the notebook's side, and the other windows. */
  constructor(slug, sitting, announcer, page, receipts) {
    [this.#slug, this.#sitting, this.#say, this.#page, this.#receipts] = [slug, sitting, announcer, page, receipts];
    document.getElementById('submit-button').addEventListener('click', () => void this.#submit());
  }

  /** What is submitted: "exercise 1". */
  get name() {
    const own = this.#sitting.own;
    const all = this.#sitting.all?.exercises ?? [];
    return own && all.length > 1 ? called(own, all) : 'this exercise';
  }

  async #submit() {
    if (!this.#page.mayWrite()) {
      return;
    }
    const hint = stillAsGiven(this.#page.unwritten());
    const until = this.#sitting.own?.is_timed ? ' until the end' : '';
    const sentences = ['Your work is saved and handed in as it is now.', hint && `${hint} You can submit all the same.`,
      `You can go on and submit again${until}.`].filter(Boolean);
    const again = this.#receipts.number > 0 ? ' again' : '';
    const isYes = await askOnce(`Submit ${this.name}${again}?`, sentences.map(one => make('p', {}, one)), 'Submit');
    if (!isYes || !this.#page.mayWrite()) {
      return;
    }
    this.#say.say('Submitting');
    try {
      await this.#page.save();
      const receipt = await api('POST', 'submit', { exercise: this.#slug });
      await this.#receipts.show([receipt]);
      this.#page.submitted();
      this.#receipts.tell();
    } catch (problem) {
      const words = problem instanceof Refused && problem.status < 500 ? problem.message : NOT_CONFIRMED;
      this.#say.say(words);
    }
  }
}
