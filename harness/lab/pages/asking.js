/** What input() asks for: a box in the output of its cell, gone once it is answered. */
import { button, make } from './make.js';

/** The question of one cell. */
export class Asking {
  #section;
  #box = null;

  /** @param section {key, number, output, area}: the cell's. */
  constructor(section) {
    this.#section = section;
  }

  /** Whether it waits for an answer. */
  get isOpen() {
    return this.#box !== null;
  }

  /** Ask, instead of what was asked before. */
  open(prompt, isPassword, answer) {
    this.close();
    const { key, number, output } = this.#section;
    const id = `${key}-input`;
    const field = make('input', { id, type: isPassword ? 'password' : 'text', autocomplete: 'off' });
    const send = () => {
      this.close();
      answer(field.value);
    };
    field.addEventListener('keydown', event => event.key === 'Enter' && send());
    this.#box = make('div', { role: 'group', 'aria-label': `Input for cell ${number}` },
      make('label', { for: id }, prompt.trim() || 'The cell asks for input'), field,
      make('div', { class: 'row' }, button('Send', send)));
    output.append(this.#box);
    output.hidden = false;
  }

  /** Take the question away; the focus goes back to the cell. */
  close() {
    const hadFocus = this.#box?.contains(document.activeElement);
    this.#box?.remove();
    this.#box = null;
    hadFocus && this.#section.area.focus();
  }
}
