/** What is left to spend, and what models cost. */
import { api } from './wire.js';
import { count, make } from './make.js';

const LOW_SHARE = 0.25;

/** The purse of one exercise. */
export class Purse {
  #slug;
  #say;
  #told = new Set();

  constructor(slug, announcer) {
    [this.#slug, this.#say] = [slug, announcer];
  }

  /** Show the purse as it is now; said at a quarter and when empty. */
  async show() {
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
    const hasTools = document.getElementById('part-two') !== null; // before, nothing spends them
    if (purse.minutes_limit && (hasTools || purse.minutes_left !== purse.minutes_limit)) {
      words.push(`For tools: ${purse.minutes_left} of ${purse.minutes_limit} simulated minutes left.`);
    }
    words.push(purse.last_call ? `Last call: ${price(purse.last_call.usd)}, ${purse.last_call.model}.` : 'No call yet.');
    document.getElementById('purse-line').textContent = words.join(' ');
    const share = Number(purse.usd_left) / Number(purse.usd_purse);
    const name = share <= 0 ? 'empty' : share <= LOW_SHARE ? 'low' : null;
    if (name && !this.#told.has(name)) {
      this.#told.add(name);
      this.#say.say(`${usd(purse.usd_left)} left`);
    }
  }

  /** List the models with their prices. */
  async models(host) {
    const { models } = await api('GET', `models/${this.#slug}`);
    const digits = digitsOf(models.flatMap(one => [one.usd_in_per_million, one.usd_out_per_million]));
    const rows = models.map(one => make('tr', {},
      make('th', { scope: 'row' }, make('code', {}, one.name)),
      make('td', { class: 'number' }, Number(one.usd_in_per_million).toFixed(digits)),
      make('td', { class: 'number' }, one.kind === 'embeddings' ? '–' : Number(one.usd_out_per_million).toFixed(digits)),
      make('td', {}, one.kind === 'embeddings' ? 'turning text into numbers' : 'chat')));
    const head = make('thead', {}, make('tr', {}, ...[['Model'], ['In', 'number'], ['Out', 'number'], ['For']].map(
      ([word, kind]) => make('th', { scope: 'col', class: kind }, word))));
    host.replaceChildren(make('table', {}, make('caption', { class: 'mut' }, 'US dollars for a million tokens'), head, make('tbody', {}, ...rows)),
      make('p', { class: 'mut' }, make('code', {}, 'OpenAI()'), ' works as it is. No key is needed.'));
  }
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

/** Return the price of one call with two digits that tell (panel/words.ts). */
function price(value) {
  const number = Number(value);
  if (number <= 0 || number >= 0.1) {
    return `$${number.toFixed(2)}`;
  }
  return `$${number.toFixed(1 - Math.floor(Math.log10(number)))}`;
}

/** How many digits stand behind the point of all of them: two, or as many as the finest price has (panel/purse.tsx). */
function digitsOf(prices) {
  const behind = prices.map(one => (/\.(\d*?)0*$/.exec(String(one))?.[1] ?? '').length);
  return Math.max(2, ...behind);
}
