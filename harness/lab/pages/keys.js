/** Keys inside text areas: only those that type no character; all can be switched off. */
import { keep, recall } from './make.js';

const KEY = 'audition:keys';

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
        section.area.dispatchEvent(new Event('input'));
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

function indent(area, deeper) {
  const text = area.value;
  const from = text.lastIndexOf('\n', area.selectionStart - 1) + 1;
  const to = area.selectionEnd;
  const lines = text.slice(from, to).split('\n');
  const changed = lines.map(line => (deeper ? `    ${line}` : line.replace(/^ {1,4}/, ''))).join('\n');
  const isOne = area.selectionStart === area.selectionEnd;
  area.setRangeText(changed, from, to, 'preserve');
  if (isOne) {
    const at = Math.max(from, to + changed.length - (to - from));
    area.setSelectionRange(at, at);
  }
}
