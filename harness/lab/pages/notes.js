/** Notes at the top of the page, one for each matter; each is said once, politely. */
import { make } from './make.js';

/** The notes that stand now. */
export class Notes {
  #host = document.getElementById('notes');
  #standing = new Map();
  #announcer;

  constructor(announcer) {
    this.#announcer = announcer;
  }

  /** Let a note stand; the same words again say nothing anew. */
  show(name, words, kind = '', ...buttons) {
    if (this.#standing.get(name)?.words === words) {
      return;
    }
    this.drop(name);
    const row = buttons.length ? make('div', { class: 'row' }, ...buttons) : null;
    const node = make('div', { class: `note ${kind}` }, make('p', {}, words), row);
    this.#standing.set(name, { words, node });
    this.#host.append(node);
    this.#announcer.say(words, null, isInSight(node));
  }

  /** Take a note away. */
  drop(name) {
    this.#standing.get(name)?.node.remove();
    this.#standing.delete(name);
  }

  /** Put one more button into a note that stands, and bring it into view with the focus on it. */
  offer(name, more) {
    const { node } = this.#standing.get(name);
    const there = [...node.querySelectorAll('button')].find(one => one.textContent === more.textContent);
    there ?? node.querySelector('.row').append(more);
    node.scrollIntoView({ block: 'center' });
    (there ?? more).focus();
  }

  /** Bring a note into view, the focus on what it offers. */
  focus(name) {
    const node = this.#standing.get(name)?.node;
    node?.scrollIntoView({ block: 'center' });
    node?.querySelector('button')?.focus();
  }

  has(name) {
    return this.#standing.has(name);
  }
}

/** Whether all of it is in the window. */
function isInSight(node) {
  const { top, bottom } = node.getBoundingClientRect();
  return top >= 0 && bottom <= window.innerHeight;
}

/**
 * Ask once before something that is not taken back: focus on Cancel, Esc closes, focus returns.
 *
 * @param words a sentence, or elements.
 */
export function askOnce(head, words, yes) {
  const dialog = document.getElementById('ask-once');
  document.getElementById('ask-once-head').textContent = head;
  document.getElementById('ask-once-words').replaceChildren(...[words].flat());
  const [no, go] = [document.getElementById('ask-once-no'), document.getElementById('ask-once-yes')];
  go.textContent = yes;
  const before = document.activeElement;
  return new Promise(resolve => {
    let isSettled = false;
    const settle = isYes => {
      if (isSettled) {
        return;
      }
      isSettled = true;
      dialog.close();
      before?.focus();
      resolve(isYes);
    };
    no.onclick = () => settle(false);
    go.onclick = () => settle(true);
    dialog.oncancel = event => {
      event.preventDefault();
      settle(false);
    };
    // A close is told late, perhaps when the next question is open already: that one is not closed by it.
    dialog.onclose = () => dialog.open || settle(false);
    dialog.showModal();
    no.focus();
  });
}
