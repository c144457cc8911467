/** What differs between the notebook now and a version of it, as a person reads or hears it. */
import { count, make } from './make.js';

const KINDS = { code: 'code', markdown: 'text' };
const STATES = {
  changed: 'changed',
  added: 'only in this version: it comes back',
  removed: 'only in the notebook now: it goes'
};
const SIGNS = { '-': ['−', 'Now: ', 'now'], '+': ['+', 'Then: ', 'then'], ' ': ['', '', 'same'], '…': ['…', '', 'same'] };

/** Return what differs, cell by cell. */
export function differences(found) {
  const all = found.cells.length + found.left_out;
  // It scrolls, so it takes the focus: arrow keys reach what is below.
  const host = make('div', { class: 'differences', tabindex: '0', role: 'region', 'aria-label': 'What differs' });
  if (all === 0 && !found.is_reordered) {
    host.append(make('p', {}, 'Texts and code are as in the notebook now. Outputs may differ.'));
    return host;
  }
  const differ = all === 1 ? '1 cell differs' : `${all} cells differ`;
  host.append(make('p', {}, `${differ}, ${found.same} ${found.same === 1 ? 'is' : 'are'} alike. Outputs are not compared; those of that version come with it.`),
    make('p', { class: 'mut' }, '− stands in the notebook now, + in this version.'));
  if (found.is_reordered) {
    host.append(make('p', {}, 'The cells stand in another order.'));
  }
  found.cells.forEach(cell => host.append(...shown(cell)));
  if (found.left_out > 0) {
    host.append(make('p', {}, `And ${count(found.left_out, 'cell')} more.`));
  }
  return host;
}

function shown(cell) {
  const kind = KINDS[cell.cell_type] ?? String(cell.cell_type).slice(0, 20);
  const head = make('h3', {}, `Cell ${cell.number}, ${kind}: ${STATES[cell.state]}`);
  if (!cell.lines.length) {
    return [head];
  }
  const more = cell.left_out > 0 ? make('p', { class: 'mut' }, `${count(cell.left_out, 'line')} more`) : null;
  return [head, make('div', { class: 'lines' }, ...cell.lines.map(line), more)];
}

function line(one) {
  const [sign, heard, kind] = SIGNS[one.sign] ?? SIGNS[' '];
  const text = make('code', {}, heard ? make('span', { class: 'vh' }, heard) : null, one.text);
  return make('div', { class: `line ${kind}` }, make('span', { 'aria-hidden': 'true' }, sign), text);
}
