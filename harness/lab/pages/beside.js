/** Beside the cells: questions, purse, models, hypotheses, versions, the record, submit and receipts. */
import { api, BASE, Refused, Unreachable } from './wire.js';
import { ago, button, count, make, stillAsGiven, zone } from './make.js';
import { differences } from './differences.js';
import { askOnce } from './notes.js';

const SIGNS = { open: '○ Open', supported: '✓ Supported', refuted: '✕ Refuted' };
const NOT_ASKED = 'The question did not get through, and is kept in the box. Press Ask again, or write down an assumption.';
const NOT_CONFIRMED =
  'We could not confirm the submission, but your work is saved with us. Press Submit again in a moment; nothing is lost.';
const CHANGED_SINCE =
  'You have changed the notebook since. If it is as you want it now, nothing more is expected of you: the last save counts at the end.';
const DOWN = 'The line is down, so this cannot be shown at the moment.';
const LOW_SHARE = 0.25;
const HEAR_EVERY_MS = 400; // a cell that prints without end asks no oftener

/** The sections below the cells. */
export class Beside {
  #slug;
  #say;
  #page;
  #sitting;
  #told = new Set();
  #shown = '';
  #waitsFor = new Set();
  #heard = { isUnderWay: false, isOwed: false, tells: false };

  /** @param page {save, replace, unwritten, asked}: the notebook's side, and the other windows. */
  constructor(slug, sitting, announcer, page) {
    this.#slug = slug;
    this.#say = announcer;
    this.#sitting = sitting;
    this.#page = page;
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
      ['versions', host => this.#versions(host)], ['record', host => this.#record(host)],
      ['packages', host => this.#packages(host)]
    ]) {
      element(id).addEventListener('toggle', () => element(id).open && void this.#fill(id, fill));
    }
  }

  /** The notebook was saved: the list of versions shows it, but is not changed under the focus. */
  saved() {
    const host = element('versions');
    if (host.open && !host.querySelector('div').contains(document.activeElement)) {
      void this.#fill('versions', inside => this.#versions(inside));
    }
    const receipts = element('receipts');
    if (receipts.childElementCount && !receipts.contains(document.activeElement)) {
      this.#receipts().catch(() => undefined); // what was submitted may be older now
    }
  }

  /** Fill in what is shown from the start. */
  async begin() {
    this.#names();
    await Promise.all([this.#questions(), this.purse(), this.#receipts()].map(one => one.catch(() => undefined)));
  }

  /** A cell was run here, or is running: it may have asked, supposed or called; the other windows are told. */
  ran() {
    this.#hearAnew(true);
  }

  /** The same, of a cell or a box in another window. */
  ranElsewhere() {
    this.#hearAnew(false);
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
    return own && (this.#sitting.all?.exercises.length ?? 0) > 1 ? `exercise ${own.number}` : 'this exercise';
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
    try {
      const one = await api('POST', 'ask', { exercise: this.#slug, question });
      field.value = '';
      await this.#questions();
      this.#page.asked();
      this.#say.say(one.answer === null ? 'Asked. A person is answering.' : firstSentence(one.answer));
    } catch (problem) {
      this.#say.say(problem instanceof Refused && problem.status < 500 ? problem.message : NOT_ASKED);
    } finally {
      send.setAttribute('aria-disabled', 'false');
      field.focus();
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

  async #versions(host) {
    const { versions } = await api('GET', `versions/${this.#slug}`);
    const { receipts } = await api('GET', `receipts/${this.#slug}`);
    const when = apart(versions.map(one => one.at));
    const isDirty = this.#page.isDirty();
    const rows = versions.map((one, at) => {
      const isNow = at === 0 && !isDirty;
      const isAlike = !isNow && !isDirty && one.sha256 === versions[0].sha256;
      const words = [...(isNow ? [nowWords(one, when)] : [when(one.at), ago(one.at)]), one.label, sinceWords(one, versions[at + 1], when),
        isAlike && 'the same as now', handedIn(one, versions, receipts)].filter(Boolean).join(', ');
      const look = isNow || isAlike ? null
        : button(`Look inside the version of ${when(one.at)}`, () => void this.#look(one, when(one.at)), 'btn small');
      return make('li', { 'data-sha256': one.sha256 }, make('span', {}, words), look);
    });
    if (isDirty && rows.length) {
      rows.unshift(make('li', {}, `Now: changes not saved yet, since ${when(versions[0].at)}`));
    }
    host.replaceChildren(...(rows.length
      ? [make('ol', { class: 'versions' }, ...rows), make('p', { class: 'mut' }, `Times are ${zone()}.`)]
      : [make('p', {}, 'None yet.')]));
  }

  /** Show what differs between the notebook and a version; from there it can be restored. */
  async #look(one, when) {
    let shown;
    try {
      await this.#page.save();
      shown = differences(await api('GET', `versions/${this.#slug}/${one.sha256}`));
    } catch (problem) {
      if (!(problem instanceof Refused) || problem.status >= 500) {
        this.#say.say(problem instanceof Refused ? problem.message : DOWN);
        return;
      }
      shown = make('p', {}, `It cannot be compared: ${problem.message}`); // it can replace what cannot be read
    }
    const words = make('p', {}, 'Restored, it takes the place of the notebook. The one you have is kept as “before restore”.');
    if (await askOnce(`The version of ${when}`, [words, shown], 'Restore')) {
      await this.#restore(one, when);
    }
  }

  async #restore(one, when) {
    try {
      await this.#page.save();
      const { kept_sha256 } = await api('POST', `versions/${this.#slug}/restore`, { sha256: one.sha256 });
      await this.#page.replace();
      this.#say.say(`Restored the version of ${when}. The one you had is kept as “before restore”.`);
      await this.#fill('versions', host => this.#versions(host));
      const rows = [...element('versions').querySelectorAll('li')];
      rows.find((row, at) => at > 0 && row.dataset.sha256 === kept_sha256)?.scrollIntoView({ block: 'nearest' });
    } catch (problem) {
      this.#say.say(problem instanceof Refused ? problem.message : DOWN);
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
      make('dt', {}, `${one.name} ${one.version}`), make('dd', {}, one.what)
    ])));
  }

  async #submit() {
    const hint = stillAsGiven(this.#page.unwritten());
    const until = this.#sitting.own?.is_timed ? ' until the end' : '';
    const sentences = ['Your work is saved and handed in as it is now.', hint && `${hint} You can submit all the same.`,
      `You can go on and submit again${until}.`].filter(Boolean);
    const isYes = await askOnce(`Submit ${this.#exercise()}?`, sentences.map(one => make('p', {}, one)), 'Submit');
    if (!isYes) {
      return;
    }
    this.#say.say('Submitting');
    try {
      await this.#page.save();
      const receipt = await api('POST', 'submit', { exercise: this.#slug });
      await this.#receipts([receipt]);
      this.#say.say(`Submission ${receipt.number} is with us. The receipt is below the button.`, { id: 'receipt', words: 'Go to the receipt' });
    } catch (problem) {
      const words = problem instanceof Refused && problem.status < 500 ? problem.message : NOT_CONFIRMED;
      this.#say.say(words);
    }
  }

  async #receipts(known = null) {
    let receipts = known;
    try {
      ({ receipts } = await api('GET', `receipts/${this.#slug}`));
    } catch (problem) {
      if (known === null) {
        throw problem;
      }
    }
    const newest = receipts[receipts.length - 1];
    if (newest === undefined) {
      return;
    }
    const save = button('Download the receipt', () => download(`receipt-${this.#slug}-${newest.number}.json`, newest), 'btn small');
    element('submit-button').textContent = 'Submit again';
    const isTimed = this.#sitting.own?.is_timed === true;
    const { versions } = await api('GET', `versions/${this.#slug}`).catch(() => ({ versions: [] }));
    const isPast = isPastSubmission(versions, newest);
    const name = `submission\u00a0${newest.number}`;
    element('on-submitting').textContent = isPast
      ? isTimed
        ? `Changed since ${name}: at the end the last save counts. To go back, restore “${name}” under Versions.`
        : `Changed since ${name}, which counts until you submit again.`
      : isTimed
      ? 'What you submitted counts as it is. If you change something after it, the last save counts at the end.'
      : 'What you submitted counts as it is. Submit again and the newest counts.';
    element('receipts').replaceChildren(
      make('div', { class: 'out', role: 'region', 'aria-labelledby': 'receipt' },
        make('h3', { id: 'receipt', tabindex: '-1' }, `Receipt of submission ${newest.number}`),
        make('dl', { class: 'pairs' },
          make('dt', {}, 'Submitted'), make('dd', {}, momentOf(newest.at)),
          make('dt', {}, 'Holds'), make('dd', {}, `the notebook as saved ${momentOf(newest.saved_at)}`),
          make('dt', {}, 'Name'), make('dd', {}, String(newest.submission)),
          make('dt', {}, 'SHA-256'), make('dd', {}, ...halves(String(newest.manifest_sha256))),
          make('dt', {}, 'Signed'), make('dd', {}, 'by us. A reviewer checks it with audition verify; you need not do anything')),
        make('div', { class: 'row' }, save, this.#next(isPast && isTimed))));
  }

  /** The way to the exercise that is still to be done, or that there is none. */
  #next(isPast) {
    const next = this.#sitting.all?.exercises.find(one => one.slug !== this.#slug && one.submitted === null);
    const idle = this.#sitting.own?.is_timed ? ', and the clock does not matter any more' : '';
    return next
      ? make('a', { href: `${BASE}plain/${next.slug}` }, `Open exercise ${next.number}`)
      : isPast ? make('p', {}, CHANGED_SINCE)
      : make('p', {}, `That was the last one. Nothing more is expected of you${idle}. Thank you; you may close this page.`);
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

/** When the present version was saved. */
function nowWords(one, when) {
  return one.label === 'as given' && one.since === one.at ? 'Now: not changed yet' : `Now: saved ${when(one.at)}, ${ago(one.at)}`;
}

/** What tells a version from the one before it; null where that is not known. */
function sinceWords(one, before, when) {
  if (!before || !one.differs) {
    return null;
  }
  const isAsBefore = one.differs.endsWith(' as before');
  return `${isAsBefore ? one.differs.replace(/ before$/, ' at') : `${one.differs} since`} ${when(before.at)}`;
}

/** Whether the last save holds other texts or code than a submission; false where that is not known. */
function isPastSubmission(versions, receipt) {
  const [newest] = versions;
  const held = versions.find(one => submissionsOf(one, [receipt]).length > 0);
  return Boolean(held?.texts && newest.texts) && held.texts !== newest.texts;
}

/** The submissions that hold this very save, by number. */
function submissionsOf(one, receipts) {
  const [from, to] = [Date.parse(one.since), Date.parse(one.at)];
  const held = receipts.filter(receipt => from <= Date.parse(receipt.saved_at) && Date.parse(receipt.saved_at) <= to);
  return held.map(receipt => receipt.number);
}

/** Return which submissions hold a version, and of another save with the same bytes "same as submission 2"; may be empty. */
function handedIn(one, versions, receipts) {
  const named = numbers => `submission${numbers.length > 1 ? 's' : ''}\u00a0${numbers.join(', ')}`; // it does not break there
  const own = submissionsOf(one, receipts);
  if (own.length) {
    return named(own);
  }
  const same = versions.filter(other => other.sha256 === one.sha256);
  const alike = same.flatMap(other => submissionsOf(other, receipts)).sort((a, b) => a - b);
  return alike.length ? `same as ${named(alike)}` : '';
}

/** A long print in two halves: where it does not fit in one line, it breaks in the middle. */
function halves(print) {
  const middle = Math.ceil(print.length / 2);
  return [print.slice(0, middle), print.slice(middle)].map(half => make('code', { class: 'half' }, half));
}

/** Let the person keep a thing as a JSON file. */
export function download(name, value) {
  const url = URL.createObjectURL(new Blob([JSON.stringify(value, null, 1)], { type: 'application/json' }));
  const link = make('a', { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

function firstSentence(text) {
  return /^[\s\S]{1,240}?[.!?](?=\s|$)/.exec(text)?.[0] ?? text.slice(0, 240);
}

/** A day and a time with its zone. */
function momentOf(at) {
  const then = new Date(at);
  return `${then.toLocaleString('en-GB')} ${zone(then)}`;
}

/** What tells the moments of a list apart: "14:22:07", and "14:22:07.3" or finer where two fall into one second. */
function apart(moments) {
  const named = (at, digits) => {
    const ms = String(new Date(at).getMilliseconds()).padStart(3, '0');
    return digits ? `${timeOf(at)}.${ms.slice(0, digits)}` : timeOf(at);
  };
  const all = [...new Set(moments)];
  return at => {
    const isOwn = digits => all.every(other => other === at || named(other, digits) !== named(at, digits));
    return named(at, [0, 1, 2].find(isOwn) ?? 3);
  };
}

function timeOf(at) {
  return new Date(at).toLocaleTimeString('en', { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
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
