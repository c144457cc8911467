/** Beside the cells: questions, purse, models, hypotheses, versions, the record, submit and receipts. */
import { api, DOWN, Refused, Unreachable } from './wire.js';
import { button, coded, count, make, stillAsGiven } from './make.js';
import { called } from './naming.js';
import { askOnce } from './notes.js';
import { Receipts } from './receipts.js';
import { Restoring } from './restoring.js';

const SIGNS = { open: '○ Open', supported: '✓ Supported', refuted: '✕ Refuted' };
const NOT_ASKED = 'The question did not get through, and is kept in the box. Press Ask again, or write down an assumption.';
const NOT_CONFIRMED =
  'We could not confirm the submission, but your work is saved with us. Press Submit again in a moment; nothing is lost.';
const LOW_SHARE = 0.25;
const HEAR_EVERY_MS = 400; // a cell that prints without end asks no oftener

/** The sections below the cells. */
export class Beside {
  #slug;
  #say;
  #page;
  #sitting;
  #receipts;
  #restoring;
  #told = new Set();
  #shown = '';
  #waitsFor = new Set();
  #heard = { isUnderWay: false, isOwed: false, tells: false };

  /** @param page {save, replace, unwritten, asked, submitted, isDirty, mayWrite}: the notebook's side, and the other windows. */
  constructor(slug, sitting, announcer, page) {
    this.#slug = slug;
    this.#say = announcer;
    this.#sitting = sitting;
    this.#page = page;
    this.#receipts = new Receipts(slug, sitting, announcer);
    this.#restoring = new Restoring(slug, announcer, page);
    element('ask-button').addEventListener('click', () => void this.#ask());
    element('question').addEventListener('keydown', event => {
      if (event.key === 'Enter' && event.ctrlKey) {
        event.preventDefault();
        void this.#ask();
      }
    });
    element('idea-button').addEventListener('click', () => void this.#addIdea());
    element('submit-button').addEventListener('click', () => void this.#submit());
    for (const [id, fill] of [
      ['models', host => this.#models(host)], ['hypotheses', () => this.#ideas()],
      ['versions', host => this.#restoring.fill(host)], ['record', host => this.#record(host)],
      ['packages', host => this.#packages(host)]
    ]) {
      element(id).addEventListener('toggle', () => element(id).open && void this.#fill(id, fill));
    }
  }

  /** The notebook was saved: the list of versions shows it, but is not changed under the focus. */
  saved() {
    const host = element('versions');
    if (host.open && !host.querySelector('div').contains(document.activeElement)) {
      void this.#fill('versions', inside => this.#restoring.fill(inside));
    }
    this.#receipts.saved();
  }

  /** Fill in what is shown from the start. */
  async begin() {
    this.#names();
    await Promise.all([this.#questions(), this.purse(), this.#receipts.show()].map(one => one.catch(() => undefined)));
  }

  /** A cell was run here, or is running: it may have asked, supposed or called; the other windows are told. */
  ran() {
    this.#hearAnew(true);
  }

  /** The same, of a cell or a box in another window. */
  ranElsewhere() {
    this.#hearAnew(false);
  }

  /** A cell that may have submitted has ended here: show the receipt, and tell the other windows. */
  async submittedInCell() {
    (await this.#receipts.newer()) && this.#page.submitted();
  }

  /** Another window submitted, or may have. */
  async submittedElsewhere() {
    (await this.#receipts.newer()) && this.saved(); // its versions say which one holds it
  }

  /** Ask for what may be new on record: once at a time, and once more if something came meanwhile. */
  async #hearAnew(tells) {
    const heard = this.#heard;
    heard.tells ||= tells;
    heard.isOwed = true;
    if (heard.isUnderWay) {
      return;
    }
    heard.isUnderWay = true;
    while (heard.isOwed) {
      heard.isOwed = false;
      const ideas = element('hypotheses').open ? [this.#ideas()] : [];
      await Promise.allSettled([this.#questions(), this.purse(), ...ideas]);
      heard.tells && this.#page.asked();
      heard.tells = false;
      await new Promise(resolve => setTimeout(resolve, HEAR_EVERY_MS));
    }
    heard.isUnderWay = false;
  }

  /** Show the purse as it is now; said at a quarter and when empty. */
  async purse() {
    let purse;
    try {
      purse = await api('GET', `purse/${this.#slug}`);
    } catch {
      return;
    }
    const words = [];
    if (purse.usd_purse !== null) {
      words.push(`${usd(purse.usd_left)} left of ${usd(purse.usd_purse)}.`);
    }
    if (purse.calls_limit !== null) {
      words.push(`${purse.calls_left} of ${count(purse.calls_limit, 'call')} left.`);
    }
    words.push(purse.last_call ? `Last call: ${usd(purse.last_call.usd)}, ${purse.last_call.model}.` : 'No call yet.');
    element('purse-line').textContent = words.join(' ');
    const share = Number(purse.usd_left) / Number(purse.usd_purse);
    const name = share <= 0 ? 'empty' : share <= LOW_SHARE ? 'low' : null;
    if (name && !this.#told.has(name)) {
      this.#told.add(name);
      this.#say.say(`${usd(purse.usd_left)} left`);
    }
  }

  #names() {
    const own = this.#sitting.own;
    if (own?.stakeholder) {
      element('ask').textContent = `Ask ${own.stakeholder}`;
    }
    element('at-the-end').hidden = own?.is_timed !== true;
    const words = this.#exercise();
    element('submit-button').textContent = `Submit ${words}`;
  }

  #exercise() {
    const own = this.#sitting.own;
    const all = this.#sitting.all?.exercises ?? [];
    return own && all.length > 1 ? called(own, all) : 'this exercise';
  }

  async #fill(id, fill) {
    const host = element(id).querySelector('div');
    try {
      await fill(host);
    } catch (problem) {
      if (!(problem instanceof Refused) && !(problem instanceof Unreachable)) {
        throw problem; // a slip of ours, not the line's
      }
      host.replaceChildren(make('p', {}, problem instanceof Refused ? problem.message : DOWN));
    }
  }

  async #questions() {
    const { questions } = await api('GET', `questions/${this.#slug}`);
    const shown = JSON.stringify(questions);
    if (shown === this.#shown) {
      return; // what is drawn anew would take the focus from a topic
    }
    this.#shown = shown;
    questions.filter(one => one.answer === null).forEach(one => void this.#await(one.waiting ?? one.id));
    const list = make('dl', { class: 'qa' });
    for (const { one, often } of asRead(questions)) {
      list.append(...this.#asked(one, often));
    }
    element('questions').replaceChildren(...(questions.length ? [list] : []));
  }

  #asked(one, often) {
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
      await this.#questions();
      isAnswered = true;
      this.#page.asked();
      this.#say.say(one.answer === null ? 'Asked. A person is answering.' : firstSentence(one.answer));
    } catch (problem) {
      this.#say.say(problem instanceof Refused && problem.status < 500 ? problem.message : NOT_ASKED);
    } finally {
      send.setAttribute('aria-disabled', 'false');
      field.focus({ preventScroll: isAnswered });
      // Whoever reads begins at the question; the box comes with a key.
      isAnswered && [...element('questions').querySelectorAll('dt')].at(-1)?.scrollIntoView({ block: 'start' });
    }
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
          await this.#questions();
          this.#page.asked();
          this.#say.say(firstSentence(one.answer));
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

  async #models(host) {
    const { models } = await api('GET', `models/${this.#slug}`);
    const rows = models.map(one => make('tr', {},
      make('th', { scope: 'row' }, make('code', {}, one.name)),
      make('td', {}, String(one.usd_in_per_million)), make('td', {}, String(one.usd_out_per_million)),
      make('td', {}, one.kind === 'embeddings' ? 'turning text into numbers' : 'chat')));
    const head = make('thead', {}, make('tr', {}, ...['Model', 'In', 'Out', 'For'].map(word => make('th', { scope: 'col' }, word))));
    host.replaceChildren(make('table', {}, make('caption', { class: 'mut' }, 'US dollars for a million tokens'), head, make('tbody', {}, ...rows)),
      make('p', { class: 'mut' }, make('code', {}, 'OpenAI()'), ' works as it is. No key is needed.'));
  }

  async #ideas() {
    const { hypotheses } = await api('GET', `hypotheses/${this.#slug}`);
    this.#countIdeas(hypotheses);
    const rows = hypotheses.map((one, at) => {
      const id = `idea-${at}`;
      const choice = make('select', { id, onchange: () => void this.#setIdea(one.id, choice.value) },
        ...Object.entries(SIGNS).map(([status, words]) => make('option', { value: status, selected: status === one.status }, words)));
      return make('li', {}, make('p', {}, one.text), make('label', { for: id }, 'State', make('span', { class: 'vh' }, ` of: ${one.text}`)), ' ', choice);
    });
    element('ideas').replaceChildren(...(rows.length ? [make('ol', { class: 'ideas' }, ...rows)] : []));
  }

  #countIdeas(hypotheses) {
    const open = hypotheses.filter(one => one.status === 'open').length;
    const summary = hypotheses.length ? `Hypotheses, ${open} open of ${hypotheses.length}` : 'Hypotheses';
    element('hypotheses').querySelector('summary').textContent = summary;
  }

  async #addIdea() {
    const field = element('idea');
    if (!field.value.trim()) {
      return;
    }
    try {
      await api('POST', 'hypotheses', { exercise: this.#slug, text: field.value.trim() });
      field.value = '';
      this.#say.say('Hypothesis kept');
      await this.#ideas();
      this.#page.asked();
    } catch (problem) {
      this.#say.say(problem instanceof Refused ? problem.message : DOWN);
    }
    field.focus();
  }

  async #setIdea(id, status) {
    try {
      await api('POST', 'hypotheses', { exercise: this.#slug, id, status });
      const { hypotheses } = await api('GET', `hypotheses/${this.#slug}`);
      this.#countIdeas(hypotheses);
      this.#page.asked();
    } catch (problem) {
      this.#say.say(problem instanceof Refused ? problem.message : DOWN);
      await this.#ideas().catch(() => undefined);
    }
  }

  async #record(host) {
    const sitting = this.#sitting.all ?? (await api('GET', 'sitting'));
    const list = (head, lines) => [make('h3', {}, head), make('ul', {}, ...lines.map(line => make('li', {}, line)))];
    host.replaceChildren(...list('Recorded', sitting.recorded), ...list('Reviewers see', sitting.seen_by_reviewers),
      ...list('Never', sitting.never_seen));
  }

  async #packages(host) {
    const { packages } = await api('GET', 'packages');
    host.replaceChildren(make('dl', { class: 'pairs' }, ...packages.flatMap(one => [
      make('dt', {}, `${one.name} ${one.version}`), make('dd', {}, ...coded(one.what))
    ])));
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
    const isYes = await askOnce(`Submit ${this.#exercise()}${again}?`, sentences.map(one => make('p', {}, one)), 'Submit');
    if (!isYes || !this.#page.mayWrite()) {
      return;
    }
    this.#say.say('Submitting');
    try {
      await this.#page.save();
      const receipt = await api('POST', 'submit', { exercise: this.#slug });
      await this.#receipts.show([receipt]);
      this.#page.submitted();
      this.#say.say(`Submission ${receipt.number} is with us. The receipt is below the button.`, { id: 'receipt', words: 'Go to the receipt' });
    } catch (problem) {
      const words = problem instanceof Refused && problem.status < 500 ? problem.message : NOT_CONFIRMED;
      this.#say.say(words);
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

function firstSentence(text) {
  return /^[\s\S]{1,240}?[.!?](?=\s|$)/.exec(text)?.[0] ?? text.slice(0, 240);
}

/** Dollars, to four digits where two would hide that something was spent; what a call cost, to two that matter. */
function usd(value) {
  const number = Number(value);
  if (number !== 0 && Math.abs(number) < 0.01) {
    return `$${number.toFixed(6).replace(/0+$/, '')}`;
  }
  const tenThousandths = Math.floor(number * 10_000 + 1e-6);
  return `$${(tenThousandths / 10_000).toFixed(tenThousandths % 100 === 0 ? 2 : 4)}`;
}

function element(id) {
  return document.getElementById(id);
}
