/** Which window is worked in: this one, or another, for which this one waits. */
import { button } from './make.js';

/** What waits with the page, besides its cells. */
const WRITING = ['submit-button', 'run-all', 'restart'];
const element = id => document.getElementById(id);

/** Lets this page write, or read only. */
export class Waiting {
  #windows;
  #notebook;
  #sections;
  #notes;
  #announcer;

  /** Whether the way to the notebook was chosen here, so that it is that which is worked in. */
  isUnderWay = () => false;

  constructor(windows, notebook, sections, notes, announcer) {
    [this.#windows, this.#notebook, this.#sections] = [windows, notebook, sections];
    [this.#notes, this.#announcer] = [notes, announcer];
    element('go-on').addEventListener('click', () => void this.#takeOver());
    windows.addEventListener('taken', event => void this.#handOver(event.detail.release));
  }

  /** Let this window read only, or write. */
  readOnly(isReading, why = 'open') {
    document.body.classList.toggle('reading', isReading);
    WRITING.forEach(id => element(id).setAttribute('aria-disabled', String(isReading)));
    ['submit-waits', 'go-on'].forEach(id => (element(id).hidden = !isReading)); // the note stands far above, perhaps
    element('on-submitting').hidden = isReading;
    this.#sections.inOrder.forEach(section => {
      section.isReadOnly = isReading;
    });
    if (!isReading) {
      this.#notes.drop('windows');
      return;
    }
    const words = why === 'taken' && this.isUnderWay()
      ? 'You are in the notebook now, in its own tab; this page waits. If that tab did not come to the front, look for it among your tabs.'
      : why === 'taken'
      ? 'You went on in another window, which may lie behind this one; this one waits. Press “Go on here” to write here again.'
      : 'This exercise is open in another window. Go on here, and the other one waits.';
    this.#notes.show('windows', words, 'warn', button('Go on here', () => void this.#takeOver()));
  }

  /** Whether this is the window that is worked in; where it is not, why it waits, and how one goes on here. */
  mayWrite() {
    const { isWriter } = this.#windows;
    if (!isWriter) {
      this.#announcer.say('This page waits: you work in another window. Press “Go on here” to work in this one.');
      this.#notes.focus('windows');
    }
    return isWriter;
  }

  /** Save, and let another window go on. */
  async #handOver(release) {
    this.readOnly(true, 'taken');
    await this.#notebook.save().catch(() => undefined);
    release();
  }

  async #takeOver() {
    await this.#windows.take();
    await this.#notebook.join().catch(() => undefined);
    this.readOnly(false);
    this.#announcer.say('You can write here now');
    element('title').focus();
  }
}
