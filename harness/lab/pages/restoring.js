/** Saved versions: the list, what differs from one, and putting it back. */
import { api, DOWN, Refused } from './wire.js';
import { ago, button, make, zone } from './make.js';
import { differences } from './differences.js';
import { apart } from './moments.js';
import { askOnce } from './notes.js';
import { changedIn, handedIn, nowWords, wasRestored } from './versions.js';

/** What the server says of a version that holds what the one before it held (changes.py). */
const NOTHING = 'nothing changed';
const OLDER_MS = 10_000; // "just now" is true for so long
/** So many rows are shown first; two more are no reason to ask for them. */
const [SHOWN, SPARED] = [8, 2];
/** What a restore does, and what it leaves as it is (panel/restoring.ts says the same). */
const AS_THEN = 'Cells and outputs are as they were then; variables in Python stay.';

/** The versions of one exercise. */
export class Restoring {
  #slug;
  #say;
  #page;
  #host = null;
  #showsAll = false;

  /** @param page {save, replace, restored, isDirty, mayWrite}: the notebook's side. */
  constructor(slug, announcer, page) {
    [this.#slug, this.#say, this.#page] = [slug, announcer, page];
  }

  /** From now on let a list that was opened grow older with what it lists. */
  begin() {
    setInterval(() => void this.renew(), OLDER_MS);
    document.addEventListener('visibilitychange', () => void this.renew());
  }

  /** Fill an opened list in anew; it is not changed under the focus, nor under a version that is looked into. */
  async renew() {
    const host = this.#host;
    const isLookedAt = host !== null && host.checkVisibility() && !document.hidden;
    if (isLookedAt && !host.contains(document.activeElement) && !document.querySelector('dialog[open]')) {
      await this.fill(host).catch(() => undefined); // the one that is there stays
    }
  }

  /** Fill in the list, the newest first. */
  async fill(host) {
    this.#host = host;
    const { versions } = await api('GET', `versions/${this.#slug}`);
    const { receipts } = await api('GET', `receipts/${this.#slug}`);
    const when = apart(versions.map(one => one.at));
    const isDirty = this.#page.isDirty();
    const rows = versions.map((one, at) => {
      const isNow = at === 0 && !isDirty;
      const isAlike = !isNow && !isDirty && one.sha256 === versions[0].sha256;
      const words = [...(isNow ? [nowWords(one, when)] : [when(one.at), ago(one.at)]), one.label, wasRestored(at, versions) && 'restored',
        versions[at + 1] && changedIn(at, versions),
        isAlike && 'the same as now', handedIn(one, versions, receipts)].filter(Boolean).join(', ');
      const look = isNow || isAlike ? null
        : make('button', { type: 'button', class: 'btn small', onclick: () => void this.#look(one, when(one.at)) },
          'Look inside', make('span', { class: 'vh' }, ` the version of ${when(one.at)}`));
      const kind = one.differs === NOTHING ? 'mut' : null;
      return make('li', { 'data-sha256': one.sha256 }, make('span', { class: kind }, words), look);
    });
    if (isDirty && rows.length) {
      rows.unshift(make('li', {}, `Now: changes not saved yet, since ${when(versions[0].at)}`));
    }
    host.replaceChildren(...(rows.length ? [this.#list(rows), make('p', { class: 'mut' }, `Times are ${zone()}.`)] : [make('p', {}, 'None yet.')]));
  }

  /** The newest rows, and a button for the others; what it brings has the focus. */
  #list(rows) {
    const list = make('ol', { class: 'versions' }, ...rows);
    const rest = this.#showsAll ? [] : rows.slice(SHOWN);
    if (rest.length <= SPARED) {
      return list;
    }
    rest.forEach(row => (row.hidden = true));
    const all = button(`Show all ${rows.length} versions`, () => {
      this.#showsAll = true;
      rest.forEach(row => (row.hidden = false));
      rest[0].querySelector('button')?.focus();
      all.remove();
    }, 'btn small');
    return make('div', {}, list, all);
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
    const words = make('p', {}, 'Restored, it takes the place of the notebook: cells and outputs are as they were then. The one you have is kept as “before restore”.');
    if (await askOnce(`The version of ${when}`, [words, shown], 'Restore')) {
      await this.#restore(one, when);
    }
  }

  async #restore(one, when) {
    if (!this.#page.mayWrite()) {
      return;
    }
    try {
      await this.#page.save();
      const { kept_sha256 } = await api('POST', `versions/${this.#slug}/restore`, { sha256: one.sha256 });
      await this.#page.replace();
      this.#page.restored();
      this.#say.say(`Restored the version of ${when}. ${AS_THEN} The one you had is kept as “before restore”.`);
      await this.fill(this.#host);
      const rows = [...this.#host.querySelectorAll('li')];
      const kept = rows.find((row, at) => at > 0 && row.dataset.sha256 === kept_sha256);
      kept?.checkVisibility() && kept.scrollIntoView({ block: 'nearest' });
      if (document.activeElement === document.body) {
        (kept?.checkVisibility() ? kept : this.#host).querySelector('button')?.focus({ preventScroll: true }); // the pressed one is gone
      }
    } catch (problem) {
      this.#say.say(problem instanceof Refused ? problem.message : DOWN);
    }
  }
}
