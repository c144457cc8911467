/** Beside the cells: questions, purse, models, hypotheses, versions, the record, submit and receipts. */
import { api, DOWN, Refused, Unreachable } from './wire.js';
import { coded, make } from './make.js';
import { Ideas } from './ideas.js';
import { Purse } from './purse.js';
import { Receipts } from './receipts.js';
import { Restoring } from './restoring.js';
import { Submitting } from './submitting.js';
import { Talk } from './talk.js';

const HEAR_EVERY_MS = 400; // a cell that prints without end asks no oftener

/** The sections below the cells. */
export class Beside {
  #page;
  #sitting;
  #receipts;
  #restoring;
  #submitting;
  #talk;
  #ideas;
  #purse;
  #heard = { isUnderWay: false, isOwed: false, tells: false };

  /** @param page {save, replace, unwritten, asked, submitted, isDirty, mayWrite}: the notebook's side, and the other windows. */
  constructor(slug, sitting, announcer, page) {
    [this.#sitting, this.#page] = [sitting, page];
    this.#receipts = new Receipts(slug, sitting, announcer);
    this.#restoring = new Restoring(slug, announcer, { ...page, restored: () => this.#receipts.saved() });
    this.#submitting = new Submitting(slug, sitting, announcer, { ...page, submitted: () => this.#submitted() }, this.#receipts);
    this.#talk = new Talk(slug, announcer, page.asked, sitting);
    this.#ideas = new Ideas(slug, announcer, page.asked);
    this.#purse = new Purse(slug, announcer);
    for (const [id, fill] of [
      ['models', host => this.#purse.models(host)], ['hypotheses', () => this.#ideas.show()],
      ['versions', host => this.#restoring.fill(host)], ['record', host => this.#record(host)],
      ['packages', host => this.#packages(host)]
    ]) {
      element(id).addEventListener('toggle', () => element(id).open && void this.#fill(id, fill));
    }
  }

  /** The notebook was saved: the list of versions shows it, and the receipt whether it is older. */
  saved() {
    void this.#restoring.renew();
    this.#receipts.saved();
  }

  /** Fill in what is shown from the start. */
  async begin() {
    this.#names();
    this.#restoring.begin();
    await Promise.all([this.#talk, this.#ideas, this.#purse, this.#receipts].map(one => one.show()).map(one => one.catch(() => undefined)));
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
    if (await this.#receipts.newer()) {
      this.#submitted();
      this.#receipts.tell();
    }
  }

  /** What was submitted here shows in the versions, and the other windows are told. */
  #submitted() {
    void this.#restoring.renew();
    this.#page.submitted();
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
      const ideas = element('ideas').contains(document.activeElement) ? [] : [this.#ideas.show()]; // not under the focus
      await Promise.allSettled([this.#talk.show(), this.#purse.show(), ...ideas]);
      heard.tells && this.#page.asked();
      heard.tells = false;
      await new Promise(resolve => setTimeout(resolve, HEAR_EVERY_MS));
    }
    heard.isUnderWay = false;
  }

  #names() {
    const own = this.#sitting.own;
    if (own?.stakeholder) {
      element('ask').textContent = `Ask ${own.stakeholder}`;
    }
    element('at-the-end').hidden = own?.is_timed !== true;
    element('submit-button').textContent = `Submit ${this.#submitting.name}`;
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
}

function element(id) {
  return document.getElementById(id);
}
