/** What a cell is to its reader, and what it is called: the heading of its section, without the number. */
import { auditionOf, sourceOf } from './notebook.js';

const SHORT = 60;
const NUMBERED = /^\d+\.\s+|\s*\([^()]*\)$/g;
const DEFINED = /^(?:async\s+)?(?:def|class)\s+(\w+)/gm;
const MOST_DEFINED = 3;
const LONE_CALL = /^(?:\w+ = )?(?!print\b)([a-z_.]+)\([^\n]*\)$/;
const COMMENT = /^#[ \t]*([^\s,.:;([{\n#][^,.:;([{\n#]{1,58})/;

/** What a cell is to its reader. */
export function roleOf(cell) {
  const { kind } = auditionOf(cell);
  if (kind === 'plan' || kind === 'check') {
    return kind;
  }
  if (cell.cell_type === 'markdown') {
    return kind === 'given' ? 'text' : 'words';
  }
  return cell.cell_type === 'code' ? 'code' : 'raw';
}

/**
 * Return what a cell is called: "marked cell sorter, code to write".
 *
 * @param heading its own, of a text to read; else how that text begins. May be empty.
 * @param under the heading that it stands under; may be empty.
 * @param words what tells a text to write from the one beside it (texts.js); may be empty.
 */
export function described(cell, heading, under, words = '') {
  const above = under.replace(NUMBERED, '');
  const { kind } = auditionOf(cell);
  switch (roleOf(cell)) {
    case 'plan':
      return 'your plan, to write';
    case 'check':
      return 'check, given';
    case 'text':
      return [heading || above, 'text to read'].filter(Boolean).join(', ');
    case 'raw':
      return 'text to read';
    case 'words':
      return `${kind === 'text' ? ['your words', words].filter(Boolean).join(': ') : 'text of your own'}, to write`;
    default:
      return kind === 'artefact' ? `marked cell ${wordOf(cell)}, code to write`
        : kind === 'given' ? given(sourceOf(cell), above) : 'code of your own';
  }
}

/** Return how a text without a heading begins: the words in bold before a colon, or all of a short one. */
export function leadOf(fragment) {
  const bold = fragment.firstElementChild?.firstChild;
  const isLead = bold?.nodeName === 'STRONG' && bold.textContent.endsWith(':');
  const words = (isLead ? bold : fragment).textContent.trim().replace(/[.:]$/, '');
  return words.length <= SHORT && !words.includes('\n') ? words : '';
}

/** What authors call it; empty if they do not. */
function wordOf(cell) {
  const { name } = auditionOf(cell);
  const grade = cell.metadata?.nbgrader?.grade_id;
  return String(typeof name === 'string' ? name : typeof grade === 'string' ? grade : '')
    .replace(/[-_]+/g, ' ').slice(0, 60);
}

/** What a given cell of code is for: its first comment, else the heading it stands under and what it is about. */
function given(source, above) {
  const said = COMMENT.exec(source)?.[1].trim();
  const word = said ?? [above, about(source, above.toLowerCase())].filter(Boolean).join(': ');
  return word ? `${word}, code to run` : 'code to run';
}

/** What code defines, or the one thing it calls where the heading above does not say it; may be empty. */
function about(source, above) {
  const defined = [...source.matchAll(DEFINED)].map(found => found[1]).slice(0, MOST_DEFINED);
  const call = LONE_CALL.exec(source.trim())?.[1];
  return defined.length ? defined.join(', ') : call && !above.includes(call) ? `${call}()` : '';
}
