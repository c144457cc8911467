/** What a person reads and types of a cell: its text without what the notebook needs beside it, and what it asks for. */
import { roleOf } from './headings.js';
import { make } from './make.js';
import { auditionOf, sourceOf } from './notebook.js';

const PLAN_LINE = '%%plan\n';
const PLAN_PROMPT = 'Write here instead of this line.';
const PROMPT = /^\s*([*_])(?![*_\s])([^\n]*[^\s*_])\1\s*$/;
const PLAN = 'Your plan, your way. Run it when it is down: the rest of the exercise then appears below, and the plan is kept as it was.';
const CHECK = 'Says whether we can read your work, never whether it is right. Free but for the model calls that your code makes. Your work is saved first.';

/** Return what stands in the text area for a cell. */
export function toTyped(cell) {
  const source = sourceOf(cell);
  if (roleOf(cell) === 'plan' && source.startsWith(PLAN_LINE)) {
    const text = source.slice(PLAN_LINE.length);
    return text.trim() === PLAN_PROMPT ? '' : text;
  }
  return auditionOf(cell).kind === 'text' && PROMPT.test(source) ? '' : source;
}

/** Return the source of a cell for what stands in its text area; an empty text asks again what it asked (`prompt`, or null). */
export function toSource(cell, typed, prompt) {
  if (typed === toTyped(cell)) {
    return sourceOf(cell);
  }
  if (roleOf(cell) === 'plan' && !typed.startsWith(PLAN_LINE.trim())) {
    return PLAN_LINE + (typed.trim() ? typed : PLAN_PROMPT);
  }
  return typed.trim() === '' && prompt !== null ? prompt : typed;
}

/** Return on which line of the text area a line of the cell stands, both from 0. */
export function lineTyped(cell, line) {
  return roleOf(cell) === 'plan' ? line - 1 : line;
}

/** Return the source of a text to write that asks for something still, or null. */
export function promptIn(cell, source) {
  return auditionOf(cell).kind === 'text' && PROMPT.test(source) ? source : null;
}

/** Return what is said above the text area, or null. @param prompt as promptIn() gives it. */
export function instruction(cell, prompt) {
  const words = prompt === null ? { plan: PLAN, check: CHECK }[roleOf(cell)] : PROMPT.exec(prompt)[2];
  return words ?? null;
}

/**
 * Return the label of the text area, as what a label holds.
 *
 * @param words what tells a text to write from the one beside it; may be empty.
 */
export function labelOf(cell, number, words) {
  switch (roleOf(cell)) {
    case 'plan':
      return ['Your plan'];
    case 'words': {
      // Several stand in a list of what can be written in: who listens is told which.
      const [seen, heard] = words ? [`Your words: ${words}`, `, cell ${number}`] : ['Your words', ` of cell ${number}`];
      return auditionOf(cell).kind === 'text' ? [seen, make('span', { class: 'vh' }, heard)] : [`Text of cell ${number}`];
    }
    default:
      return [`Code of cell ${number}`];
  }
}
