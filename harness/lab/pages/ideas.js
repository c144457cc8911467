/** Hypotheses: written down before they are tested, and how each stands. */
import { api, DOWN, Refused } from './wire.js';
import { make } from './make.js';

const SIGNS = { open: '○ Open', supported: '✓ Supported', refuted: '✕ Refuted' };

/** The hypotheses of one exercise. */
export class Ideas {
  #slug;
  #say;
  #asked;

  /** @param asked called when one is on record: other windows list it too. */
  constructor(slug, announcer, asked) {
    [this.#slug, this.#say, this.#asked] = [slug, announcer, asked];
    element('idea-button').addEventListener('click', () => void this.#add());
  }

  /** List them. */
  async show() {
    const { hypotheses } = await api('GET', `hypotheses/${this.#slug}`);
    this.#count(hypotheses);
    const rows = hypotheses.map((one, at) => {
      const id = `idea-${at}`;
      const choice = make('select', { id, onchange: () => void this.#set(one.id, choice.value) },
        ...Object.entries(SIGNS).map(([status, words]) => make('option', { value: status, selected: status === one.status }, words)));
      return make('li', {}, make('p', {}, one.text), make('label', { for: id }, 'State', make('span', { class: 'vh' }, ` of: ${one.text}`)), ' ', choice);
    });
    element('ideas').replaceChildren(...(rows.length ? [make('ol', { class: 'ideas' }, ...rows)] : []));
  }

  #count(hypotheses) {
    const open = hypotheses.filter(one => one.status === 'open').length;
    const summary = hypotheses.length ? `Hypotheses, ${open} open of ${hypotheses.length}` : 'Hypotheses';
    element('hypotheses').querySelector('summary').textContent = summary;
  }

  async #add() {
    const field = element('idea');
    if (!field.value.trim()) {
      return;
    }
    try {
      await api('POST', 'hypotheses', { exercise: this.#slug, text: field.value.trim() });
      field.value = '';
      this.#say.say('Hypothesis kept');
      await this.show();
      this.#asked();
    } catch (problem) {
      this.#say.say(problem instanceof Refused ? problem.message : DOWN);
    }
    field.focus();
  }

  async #set(id, status) {
    try {
      await api('POST', 'hypotheses', { exercise: this.#slug, id, status });
      const { hypotheses } = await api('GET', `hypotheses/${this.#slug}`);
      this.#count(hypotheses);
      this.#asked();
    } catch (problem) {
      this.#say.say(problem instanceof Refused ? problem.message : DOWN);
      await this.show().catch(() => undefined);
    }
  }
}

function element(id) {
  return document.getElementById(id);
}
