/** Keys of a cell, and what they do in its text area besides typing a character; all can be switched off. */
import { keep, recall } from './make.js';

const KEY = 'audition:keys';
const STEP = '    ';
/** A colon alone ends many a line of a prompt, too. */
const OPENS = /^\s*(?:async\s+)?(?:def|class|if|elif|else|for|while|with|try|except|finally|match|case)\b.*:\s*(?:#.*)?$/;

/** Which keys do what, unless they are switched off. */
export class Keys {
  #isOn = recall(KEY) !== 'off';

  /** @param box the tick that switches them. */
  constructor(box) {
    box.checked = this.#isOn;
    box.addEventListener('change', () => {
      this.#isOn = box.checked;
      keep(KEY, box.checked ? 'on' : 'off');
    });
  }

  get areOn() {
    return this.#isOn;
  }

  /**
   * Let a cell's section hear them, wherever in it the focus is.
   *
   * @param acts {run, next, output}: a text to read is not run, but one goes on from it.
   */
  listen(section, acts) {
    section.node.addEventListener('keydown', event => {
      const isOurs = this.#isOn && !event.altKey && !event.metaKey && !event.isComposing && !event.target.closest('a, input, select');
      if (isOurs && (pressed(event, section, acts) || (event.target === section.area && typed(event, section)))) {
        event.preventDefault();
      }
    });
  }
}

/** Do what a key does anywhere in a cell; tells whether it did. */
function pressed(event, section, acts) {
  if (event.key === 'Enter' && (event.ctrlKey || event.shiftKey)) {
    acts.run(section);
    event.shiftKey && acts.next(section);
    return true;
  }
  if (event.key === 'F8') {
    section.output?.contains(event.target) ? section.area.focus() : acts.output(section);
    return true;
  }
  return false;
}

/** Do what a key does in a text area; tells whether it did. */
function typed(event, section) {
  if (event.key === 'Escape') {
    section.heading.focus();
  } else if (event.ctrlKey && (event.key === ']' || event.key === '[')) {
    indent(section.area, event.key === ']');
  } else if (event.key === 'Enter' && section.isCode && section.role !== 'plan' && !section.area.readOnly) {
    newLine(section.area);
  } else {
    return false;
  }
  return true;
}

/** Begin a line of code as far in as the one before it; further in after one that opens a block. */
function newLine(area) {
  const before = area.value.slice(0, area.selectionStart);
  const line = before.slice(before.lastIndexOf('\n') + 1);
  const further = OPENS.test(line) ? STEP : '';
  put(area, `\n${/^[ \t]*/.exec(line)[0]}${further}`);
}

function indent(area, deeper) {
  const { value, selectionStart, selectionEnd } = area;
  const from = value.lastIndexOf('\n', selectionStart - 1) + 1;
  const text = value.slice(from, selectionEnd);
  const changed = text.split('\n').map(line => (deeper ? `${STEP}${line}` : line.replace(/^ {1,4}/, ''))).join('\n');
  if (changed === text) {
    return;
  }
  area.setSelectionRange(from, selectionEnd);
  put(area, changed);
  const end = from + changed.length;
  area.setSelectionRange(selectionStart === selectionEnd ? end : from, end);
}

/** Put a text in place of what is selected, so that Ctrl Z takes it back. */
function put(area, text) {
  if (!document.execCommand('insertText', false, text)) {
    area.setRangeText(text, area.selectionStart, area.selectionEnd, 'end');
    area.dispatchEvent(new Event('input'));
  }
}
