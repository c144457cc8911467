/** Saving: by itself, once more where it failed, and what is said of it. */
import { Refused } from './wire.js';
import { ago, button, download } from './make.js';

const AUTOSAVE_MS = 10_000;
const RETRY_MS = 5000;

/** The saves of this page; only the window that is worked in saves. */
export class Saving {
  #slug;
  #notebook;
  #windows;
  #notes;
  #given;
  #isRetrying = false;
  #isSavingAsAsked = false;
  #line = document.getElementById('saved');

  /** @param given knows what the exercise was given as. */
  constructor(slug, notebook, windows, notes, given) {
    [this.#slug, this.#notebook, this.#windows] = [slug, notebook, windows];
    [this.#notes, this.#given] = [notes, given];
    notebook.addEventListener('saved', () => {
      notes.drop('unsaved');
      this.show();
    });
    notebook.addEventListener('unsaved', event => this.#unsaved(event.detail));
    window.addEventListener('beforeunload', event => {
      if (notebook.isDirty && windows.isWriter) {
        this.save().catch(() => undefined);
        this.#isRetrying && event.preventDefault();
      }
    });
  }

  /** Save now and then by itself, and say how long ago that was. */
  begin() {
    setInterval(() => this.#notebook.isDirty && !this.#isRetrying && this.soon(), AUTOSAVE_MS);
    setInterval(() => this.show(), AUTOSAVE_MS);
  }

  /** Save what is not saved; fails where it does not get through. */
  save() {
    return this.#windows.isWriter ? this.#notebook.save() : Promise.resolve();
  }

  /** Save; where that fails it is said, and tried again. */
  soon() {
    return this.save().catch(() => undefined);
  }

  /** Save for a kernel that waits for the file, also where nothing changed; once at a time, for it can ask without end. */
  asAsked(cellId) {
    if (!this.#isSavingAsAsked) {
      this.#isSavingAsAsked = true;
      this.#notebook.touched(cellId);
      void this.soon().finally(() => (this.#isSavingAsAsked = false));
    }
  }

  /** Say how it stands. */
  show() {
    const { isDirty, savedAt } = this.#notebook;
    const rests = this.#given.isAsGiven ? 'As given, nothing to save yet' : `Saved ${ago(savedAt)}`;
    this.#line.textContent = isDirty ? 'Not saved yet' : rests;
  }

  #unsaved(problem) {
    const words = problem instanceof Refused && problem.status < 500
      ? `Not saved: ${problem.message}`
      : 'Not saved yet; trying again every 5 seconds. If this stays for a minute, use “Download a copy”.';
    const copy = button('Download a copy', () => download(`${this.#slug}.ipynb`, this.#notebook.content), 'btn small');
    this.#notes.show('unsaved', words, 'warn', copy);
    this.show();
    if (!this.#isRetrying) {
      this.#isRetrying = true;
      setTimeout(() => {
        this.#isRetrying = false;
        void this.soon();
      }, RETRY_MS);
    }
  }
}
