/** What differs between the notebook now and a version of it, as a person reads or hears it. */
import { ICellDifference, IDifferences, ILine } from './api';
import { count } from './words';

const KINDS: Record<string, string> = { code: 'code', markdown: 'text' };
const STATES: Record<ICellDifference['state'], string> = {
  changed: 'changed',
  added: 'only in this version: it comes back',
  removed: 'only in the notebook now: it goes'
};
const SIGNS: Record<ILine['sign'], readonly [string, string, string]> = {
  '-': ['−', 'Now: ', 'now'],
  '+': ['+', 'Then: ', 'then'],
  ' ': ['', '', 'same'],
  '…': ['…', '', 'same']
};

/** Return what differs, cell by cell. */
export function showDifferences(found: IDifferences): HTMLElement {
  const all = found.cells.length + found.left_out;
  const host = node('div', 'jp-Audition-differences');
  // It scrolls, so it takes the focus: arrow keys reach what is below.
  host.tabIndex = 0;
  host.setAttribute('role', 'region');
  host.setAttribute('aria-label', 'What differs');
  if (all === 0 && !found.is_reordered) {
    host.append(node('p', '', 'Texts and code are as in the notebook now. Outputs may differ.'));
    return host;
  }
  const differ = all === 1 ? '1 cell differs' : `${all} cells differ`;
  const alike = `${found.same} ${found.same === 1 ? 'is' : 'are'} alike`;
  host.append(node('p', '', `${differ}, ${alike}. Outputs are not compared; those of that version come with it.`));
  host.append(node('p', 'jp-mod-quiet', '− stands in the notebook now, + in this version.'));
  if (found.is_reordered) {
    host.append(node('p', '', 'The cells stand in another order.'));
  }
  found.cells.forEach(cell => host.append(...showCell(cell)));
  if (found.left_out > 0) {
    host.append(node('p', '', `And ${count(found.left_out, 'cell')} more.`));
  }
  return host;
}

function showCell(cell: ICellDifference): HTMLElement[] {
  const kind = KINDS[cell.cell_type] ?? cell.cell_type.slice(0, 20);
  const head = node('h4', '', `Cell ${cell.number}, ${kind}: ${STATES[cell.state]}`);
  const lines = node('div', 'jp-Audition-lines');
  cell.lines.forEach(line => lines.append(showLine(line)));
  if (cell.left_out > 0) {
    lines.append(node('p', 'jp-mod-quiet', `${count(cell.left_out, 'line')} more`));
  }
  return cell.lines.length > 0 ? [head, lines] : [head];
}

function showLine(line: ILine): HTMLElement {
  const [sign, heard, kind] = SIGNS[line.sign] ?? SIGNS[' '];
  const row = node('div', `jp-Audition-line jp-mod-${kind}`);
  const seen = node('span', '', sign);
  seen.setAttribute('aria-hidden', 'true');
  row.append(seen, node('code', '', line.text));
  heard && row.lastElementChild?.prepend(node('span', 'jp-Audition-unseen', heard));
  return row;
}

function node(tag: string, kind: string, text = ''): HTMLElement {
  const made = document.createElement(tag);
  kind && (made.className = kind);
  made.textContent = text;
  return made;
}
