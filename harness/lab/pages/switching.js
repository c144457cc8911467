/** From the plain page to the notebook: saved first, then the JupyterLab window that is there, or a new one. */
import { button } from './make.js';

/** The way to the notebook, behind the link at the head of the page. */
export class Switching {
  #link;
  #windows;
  #save;
  #notes;
  #announcer;
  #isUnderWay = false;

  /**
   * @param link leads to the notebook where no window has it.
   * @param windows of this exercise.
   * @param save saves what stands here, and tells by itself if that fails.
   */
  constructor(link, windows, save, notes, announcer) {
    [this.#link, this.#windows, this.#save] = [link, windows, save];
    [this.#notes, this.#announcer] = [notes, announcer];
    link.addEventListener('click', event => {
      event.preventDefault();
      void this.#go();
    });
  }

  /** Whether the way to the notebook was chosen here, and it is being called. */
  get isUnderWay() {
    return this.#isUnderWay;
  }

  async #go() {
    if (this.#isUnderWay) {
      return;
    }
    this.#isUnderWay = true;
    this.#announcer.say('Saving, then on to the notebook');
    try {
      await this.#save();
    } catch {
      this.#announcer.say('Not saved yet, so you are still on the plain page');
      this.#isUnderWay = false;
      return;
    }
    const there = await this.#windows.callNotebook();
    this.#isUnderWay = false;
    if (there === null) {
      this.#open();
    } else if (!goTo(there)) {
      const here = button('Open it in this window instead', () => this.#open());
      if (this.#notes.has('windows')) {
        this.#notes.offer('windows', here); // it says where one goes on: that is said once
      } else {
        this.#notes.show('windows', 'Saved. The notebook is open in another window of this browser: go to that window.', 'warn', here);
        this.#notes.focus('windows');
      }
    }
  }

  #open() {
    location.assign(this.#link.href);
  }
}

/** Bring the window that opened this page to the front, if it has this name; a page may reach no other. */
function goTo(name) {
  try {
    const { opener } = window;
    return Boolean(name) && opener?.name === name && window.open('', name) !== null;
  } catch {
    return false; // it shows somebody else's page by now
  }
}
