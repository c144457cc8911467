/** Questions: the list of those that were asked, the box for the next, and answers of persons. */
import { api, Refused } from './wire.js';
import { button, make } from './make.js';

const NOT_ASKED = 'The question did not get through, and is kept in the box. Press Ask again, or write down an assumption.';

/** What is asked of the stakeholder. */
export class Talk {
  #slug;
  #say;
  #asked;
  #shown = '';
  #waitsFor = new Set();

  /**
   * @param asked called when a question or an answer is on record: other windows list it too.
   * @param sitting knows the clock, which questions wait for.
   */
  constructor(slug, announcer, asked, sitting) {
    [this.#slug, this.#say, this.#asked] = [slug, announcer, asked];
    sitting.addEventListener('clock', () => {
      element('ask-early').hidden = !sitting.isUnstarted;
      element('ask-how').hidden = sitting.isUnstarted;
    });
    element('ask-button').addEventListener('click', () => void this.#ask());
    element('question').addEventListener('keydown', event => {
      if (event.key === 'Enter' && event.ctrlKey) {
        event.preventDefault();
        void this.#ask();
      }
    });
  }

  /** Show what was asked, and what came back. */
  async show() {
    const { questions } = await api('GET', `questions/${this.#slug}`);
    const shown = JSON.stringify(questions);
    if (shown === this.#shown) {
      return; // what is drawn anew would take the focus from a topic
    }
    this.#shown = shown;
    questions.filter(one => one.answer === null).forEach(one => void this.#await(one.waiting ?? one.id));
    const list = make('dl', { class: 'qa' });
    for (const { one, often } of asRead(questions)) {
      list.append(...this.#entry(one, often));
    }
    element('questions').replaceChildren(...(questions.length ? [list] : []));
  }

  #entry(one, often) {
    const near = (one.nearest ?? []).slice(0, 2);
    const words = withoutTopics(one.answer, near) ?? 'A person is answering; you can go on working.';
    const answer = make('dd', {}, words);
    if (near.length) {
      const topics = near.map(topic => button(topic, () => {
        element('question').value = topic;
        element('question').focus();
      }, 'btn small'));
      answer.append(make('p', { class: 'mut' }, 'Nearest topics I can speak to:'), make('div', { class: 'row' }, ...topics));
    }
    const repeated = often > 1 ? make('span', { class: 'mut' }, ` (asked ${often === 2 ? 'twice' : `${often} times`})`) : null;
    return [make('dt', {}, one.question, repeated), answer];
  }

  async #ask() {
    const field = element('question');
    const question = field.value.trim();
    const send = element('ask-button');
    if (!question || send.getAttribute('aria-disabled') === 'true') {
      return;
    }
    send.setAttribute('aria-disabled', 'true');
    let isAnswered = false;
    try {
      const one = await api('POST', 'ask', { exercise: this.#slug, question });
      field.value = '';
      await this.show();
      isAnswered = true;
      this.#asked();
      one.answer === null ? this.#say.say('Asked. A person is answering.') : this.#tell(one.answer);
    } catch (problem) {
      this.#say.say(problem instanceof Refused && problem.status < 500 ? problem.message : NOT_ASKED);
    } finally {
      send.setAttribute('aria-disabled', 'false');
      field.focus({ preventScroll: isAnswered });
      // Whoever reads begins at the question; the box comes with a key.
      isAnswered && [...element('questions').querySelectorAll('dt')].at(-1)?.scrollIntoView({ block: 'start' });
    }
  }

  /** Say the whole of an answer; it stands below its question, and is not shown at the foot as well. */
  #tell(answer) {
    this.#say.say(answer.replace(/\s+/g, ' ').trim(), null, true);
  }

  /** Wait for a person's answer, one line a question. */
  async #await(id) {
    if (!this.#waitsFor.has(id)) {
      this.#waitsFor.add(id);
      await this.#hearAnswer(id);
      this.#waitsFor.delete(id);
    }
  }

  async #hearAnswer(id) {
    for (let misses = 0; misses < 30; ) {
      try {
        const one = await api('GET', `ask/${encodeURIComponent(id)}`, undefined, 90_000);
        if (one.answer !== null) {
          await this.show();
          this.#asked();
          this.#tell(one.answer);
          return;
        }
      } catch (problem) {
        if (problem instanceof Refused && problem.status < 500) {
          return;
        }
        misses += 1;
        await new Promise(resolve => setTimeout(resolve, 3000));
      }
    }
  }
}

/** The answer without the sentence that names topics, which stand below it as buttons. */
function withoutTopics(answer, topics) {
  const end = ` Nearest topics I can speak to: ${topics.join(' · ')}.`;
  return topics.length && answer?.endsWith(end) ? answer.slice(0, -end.length) : answer;
}

/** The same question with the same answer stands once, where it was asked last, with how often. */
function asRead(questions) {
  const found = new Map();
  for (const one of questions) {
    const key = JSON.stringify([one.question, one.answer ?? one.id]);
    const often = (found.get(key)?.often ?? 0) + 1;
    found.delete(key); // so that it comes last
    found.set(key, { one, often });
  }
  return [...found.values()];
}

function element(id) {
  return document.getElementById(id);
}
