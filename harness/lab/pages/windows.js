/** Two windows with one exercise: one writes, the other reads until the person says to go on there. */

import { uuid } from './make.js';

const ANSWER_WITHIN_MS = 200;
const SAVED_WITHIN_MS = 3000;

/**
 * Who else has this exercise open in this browser. Events: `taken` when another window took over
 * (detail: {release}, to be called when all is saved); `asked` when something was put on record in
 * another window: a question, a hypothesis, perhaps a call; `submitted` when the exercise was, there.
 */
export class Windows extends EventTarget {
  #channel;
  #name = uuid();
  isWriter = true;

  constructor(session, path) {
    super();
    this.#channel = new BroadcastChannel(`audition:plain:${session}:${path}`);
    this.#channel.addEventListener('message', event => this.#hear(event.data));
  }

  /** Return whether no other window writes; call once, before anything is opened. */
  async isAlone() {
    let others = 0;
    const hear = event => {
      others += event.data?.says === 'writing' && event.data.to === this.#name ? 1 : 0;
    };
    this.#channel.addEventListener('message', hear);
    this.isWriter = false; // until the others have spoken
    this.#channel.postMessage({ says: 'who writes?', from: this.#name });
    await new Promise(resolve => setTimeout(resolve, ANSWER_WITHIN_MS));
    this.#channel.removeEventListener('message', hear);
    this.isWriter = others === 0;
    return this.isWriter;
  }

  /** Write here from now on; returns when the other has saved, or is gone. */
  async take() {
    this.isWriter = true;
    const released = new Promise(resolve => {
      const hear = event => event.data?.says === 'released' && event.data.to === this.#name && resolve();
      this.#channel.addEventListener('message', hear);
    });
    this.#channel.postMessage({ says: 'taken', from: this.#name });
    await Promise.race([released, new Promise(resolve => setTimeout(resolve, SAVED_WITHIN_MS))]);
  }

  /** Let the other windows know that something was put on record here. */
  tellAsked() {
    this.#channel.postMessage({ says: 'asked', from: this.#name });
  }

  /** Let the other windows know that the exercise was submitted here. */
  tellSubmitted() {
    this.#channel.postMessage({ says: 'submitted', from: this.#name });
  }

  /**
   * Call for a JupyterLab window that has this exercise: it goes on there, once all is saved here.
   *
   * @returns what that window is called, null if there is none.
   */
  async callNotebook() {
    const found = await this.#hears('notebook', ANSWER_WITHIN_MS, () => this.#channel.postMessage({ says: 'notebook?', from: this.#name }));
    if (found === null) {
      return null;
    }
    const isTaken = this.isWriter ? new Promise(resolve => this.addEventListener('taken', resolve, { once: true })) : null;
    this.#channel.postMessage({ says: 'come', to: found.from, from: this.#name });
    await Promise.race([isTaken, new Promise(resolve => setTimeout(resolve, SAVED_WITHIN_MS))]);
    return found.window ?? '';
  }

  /** Do something and return the first such word to us, null if none comes in time. */
  #hears(says, withinMs, begin) {
    return new Promise(resolve => {
      const end = word => {
        this.#channel.removeEventListener('message', hear);
        resolve(word);
      };
      const hear = ({ data }) => data?.says === says && data.to === this.#name && end(data);
      this.#channel.addEventListener('message', hear);
      setTimeout(() => end(null), withinMs);
      begin();
    });
  }

  #hear({ says, from }) {
    if (says === 'asked' || says === 'submitted') {
      this.dispatchEvent(new CustomEvent(says));
    } else if (says === 'who writes?' && this.isWriter) {
      this.#channel.postMessage({ says: 'writing', to: from });
    } else if (says === 'taken' && this.isWriter) {
      this.isWriter = false;
      const release = () => this.#channel.postMessage({ says: 'released', to: from });
      this.dispatchEvent(new CustomEvent('taken', { detail: { release } }));
    }
  }
}
