/** Keys inside text areas: what they do besides typing a character; all can be switched off. */
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

  /** Let a cell's section hear them. @param acts {run, next, output}. */
  listen(section, acts) {
    section.area.addEventListener('keydown', event => {
      if (!this.#isOn || event.altKey || event.metaKey || event.isComposing) {
        return;
      }
      if (event.key === 'Enter' && (event.ctrlKey || event.shiftKey)) {
        event.preventDefault();
        acts.run(section);
        event.shiftKey && acts.next(section);
      } else if (event.key === 'Escape') {
        section.heading.focus();
      } else if (event.key === 'F8') {
        event.preventDefault();
        acts.output(section);
      } else if (event.ctrlKey && (event.key === ']' || event.key === '[')) {
        event.preventDefault();
        indent(section.area, event.key === ']');
      } else if (event.key === 'Enter' && section.isCode && section.role !== 'plan' && !section.area.readOnly) {
        event.preventDefault();
        newLine(section.area);
      }
    });
    section.output?.addEventListener('keydown', event => {
      if (this.#isOn && event.key === 'F8') {
        event.preventDefault();
        section.area.focus();
      }
    });
  }
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
  document.execCommand('insertText', false, text) || area.setRangeText(text, area.selectionStart, area.selectionEnd, 'end');
  area.dispatchEvent(new Event('input'));
}
