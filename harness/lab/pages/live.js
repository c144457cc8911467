/** Live regions that are there from the start: polite ones one after the other, an urgent one at once. */

const APART_MS = 1000;

/** Says things to people who listen to the page, and shows them at its foot. */
export class Announcer {
  #polite;
  #urgent;
  #link;
  #waiting = [];
  #timer = null;

  constructor() {
    this.#polite = document.getElementById('live');
    this.#urgent = document.getElementById('urgent');
    this.#link = document.getElementById('live-link');
  }

  /**
   * Say this a second after whatever was said before it.
   *
   * @param link leads to what it speaks of.
   * @param isInSight whether it stands on the page where one looks: it is not shown a second time.
   */
  say(words, link = null, isInSight = false) {
    this.#waiting.push({ words, link, isInSight });
    if (this.#timer === null) {
      this.#next();
    }
  }

  /** Say this at once. */
  interrupt(words) {
    this.#urgent.textContent = words;
    this.#show(words, null);
  }

  /** Show this at the foot without saying it anew if it stands there already. */
  #show(words, link, isInSight = false) {
    this.#polite.textContent = words;
    this.#polite.classList.toggle('vh', isInSight);
    this.#link.hidden = link === null;
    if (link !== null) {
      this.#link.href = `#${link.id}`;
      this.#link.textContent = link.words;
    }
  }

  #next() {
    const said = this.#waiting.shift();
    if (said === undefined) {
      this.#timer = null;
      return;
    }
    this.#show(said.words, said.link, said.isInSight);
    this.#timer = setTimeout(() => this.#next(), APART_MS);
  }
}
