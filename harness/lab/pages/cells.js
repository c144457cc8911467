/** A cell as a section: a heading, a text area or text to read, Run, and its output. */
import { Asking } from './asking.js';
import { described, leadOf, roleOf } from './headings.js';
import { button, make } from './make.js';
import { ranAt } from './moments.js';
import { auditionOf, sourceOf } from './notebook.js';
import { errorIn, show, summary } from './outputs.js';
import { instruction, labelOf, lineTyped, promptIn, toSource, toTyped } from './typed.js';

const MOST_ROWS = 28;
let made = 0;

/** Section of one cell. Events of the host are handed over as callbacks. */
export class CellSection {
  node;
  heading;
  area = null;
  output = null;
  #host;
  #prompt = null;
  #label = null;
  #run = null;
  #stop = null;
  #reset = null;
  #note;
  #outHead;
  #outBody;
  #old = make('div', { class: 'row since', hidden: true });
  #name = '';
  #asking = new Asking(this);
  #under = '';
  #lead = '';
  #about = null;
  #words = '';
  #moreOf = make('span', { class: 'vh' });
  /** Whether what the note says is over once the cell has run. */
  isNotedUntilRun = false;

  /**
   * @param cell of the notebook.
   * @param host {run, stop, typed, reset, add, remove, goTo}: what buttons do.
   */
  constructor(cell, host) {
    this.cell = cell;
    this.#host = host;
    made += 1;
    this.key = `cell-${made}`;
    this.role = roleOf(cell);
    this.heading = make('h2', { id: this.key, tabindex: '-1' });
    this.node = make('section', { 'aria-labelledby': this.key }, this.heading);
    this.#note = make('div', {});
    if (this.role === 'text' || this.role === 'raw') {
      this.node.append(make('div', { class: 'text' }));
    } else {
      this.#writable();
    }
    this.node.append(this.#note);
    this.number = 0;
  }

  /** Whether it can be run. */
  get isCode() {
    return this.cell.cell_type === 'code';
  }

  get text() {
    return this.node.querySelector('.text');
  }

  /** The heading of a text to read; empty if it has none, and for what is no text. */
  get name() {
    return this.#name;
  }

  /** Say which heading it stands under; may be empty. */
  standsUnder(heading) {
    this.#under = heading;
    this.title(this.number);
  }

  /** Say what tells a text to write from the one beside it; empty where it stands alone. */
  isCalled(words) {
    if (words !== this.#words) {
      this.#words = words;
      this.title(this.number);
    }
  }

  /** Where a text above says what to do with this box, that is said once; null where none does. */
  isToldBy(paragraph) {
    if (paragraph !== null) {
      paragraph.id ||= `${this.key}-told`;
      this.#about?.remove();
      this.area.setAttribute('aria-describedby', paragraph.id);
    }
  }

  /** Put in HTML that the server has cleaned; its first heading becomes the cell's. */
  read(fragment, files) {
    const first = fragment.firstElementChild;
    if (first && /^H[3-6]$/.test(first.tagName)) {
      this.#name = first.textContent.trim();
      first.remove();
    } else {
      this.#lead = leadOf(fragment);
    }
    for (const link of fragment.querySelectorAll('a[href]')) {
      link.setAttribute('href', files(link.getAttribute('href')));
      link.rel = 'noopener noreferrer';
    }
    for (const picture of fragment.querySelectorAll('img')) {
      picture.src = files(picture.getAttribute('src') ?? '');
      picture.alt ||= 'A picture without a description';
    }
    for (const table of fragment.querySelectorAll('table')) {
      const wide = make('div', { class: 'wide', tabindex: '0', role: 'group', 'aria-label': 'Table' });
      table.replaceWith(wide);
      wide.append(table);
    }
    this.text.replaceChildren(fragment);
    this.title(this.number);
  }

  /** Say which cell this is. */
  title(number) {
    this.number = number;
    this.heading.textContent = `Cell ${number}: ${described(this.cell, this.#name || this.#lead, this.#under, this.#words)}`;
    if (this.#label) {
      this.#label.replaceChildren(...labelOf(this.cell, number, this.#words));
      this.#run.textContent = this.role === 'check' ? 'Run check' : this.isCode ? `Run cell ${number}` : `Save cell ${number}`;
      this.#stop.textContent = `Stop cell ${number}`;
      this.#reset.textContent = `Reset cell ${number} to as given`;
      this.#moreOf.textContent = ` for cell ${number}`;
    }
    this.#headOutput();
  }

  /** The source as it is now, with what stands in the text area. */
  get source() {
    return toSource(this.cell, this.area?.value ?? '', this.#prompt);
  }

  /** Show the cell's source and outputs as the notebook has them. */
  refresh() {
    if (this.role === 'raw') {
      this.text.replaceChildren(make('pre', {}, sourceOf(this.cell)));
    }
    if (this.area !== null) {
      const typed = toTyped(this.cell);
      if (this.area.value !== typed) {
        this.area.value = typed;
        this.area.setSelectionRange(0, 0); // Tab leads to its first line, not its last
      }
      this.fit();
    }
    if (this.isCode) {
      this.showOutputs();
    }
    this.title(this.number); // which may say how its text begins
  }

  /** Let the text area be as high as its text. */
  fit() {
    const lines = this.area.value.split('\n').length;
    this.area.rows = Math.max(this.isCode && this.role !== 'plan' ? 3 : 4, Math.min(MOST_ROWS, lines + 1));
    while (this.area.scrollHeight > this.area.clientHeight && this.area.rows < MOST_ROWS) {
      this.area.rows += 1; // long lines are broken
    }
  }

  /** Show its outputs. */
  showOutputs(state = '') {
    const outputs = this.cell.outputs ?? [];
    const isEmpty = outputs.length === 0 && !state && !this.#asking.isOpen && !ranAt(this.cell);
    this.output.hidden = isEmpty;
    show(this.#outBody, outputs, this.cell.execution_count, line => this.goToLine(line));
    this.#state = state;
    this.#headOutput();
  }

  #state = '';

  #headOutput() {
    if (!this.isCode || !this.#outHead) {
      return;
    }
    const outputs = this.cell.outputs ?? [];
    const words = this.#state || (outputs.length ? summary(outputs, this.cell.execution_count) : 'none');
    const when = this.#state ? '' : ranAt(this.cell);
    this.#outHead.textContent = `Output of cell ${this.number}: ${words}${when && `. ${when}`}`;
  }

  /** Return what is said when it has ended. */
  ended(wasSeen, reply) {
    const error = errorIn(this.cell.outputs ?? [], this.cell.execution_count);
    const number = this.number;
    if (error?.kind === 'KeyboardInterrupt') {
      return `Cell ${number} was stopped. Variables are kept`;
    }
    if (error !== null) {
      const where = error.line === null ? '' : ` on line ${error.line}`;
      return `Cell ${number} stopped: ${error.kind}${where}`;
    }
    if (!wasSeen) {
      return `Cell ${number} has ended; its output was not seen here`;
    }
    if (reply?.status === 'aborted') {
      return `Cell ${number} did not run, since a cell before it stopped`;
    }
    const lines = (this.cell.outputs ?? []).length ? `Output: ${summary(this.cell.outputs, null)}` : 'No output';
    return `Cell ${number} has run. ${lines}`;
  }

  /** Show that it runs, waits, or neither. */
  running(state) {
    const isBusy = state !== null;
    if (this.#stop.hidden !== !isBusy) {
      const hadFocus = document.activeElement === this.#stop;
      this.#stop.hidden = !isBusy;
      if (hadFocus && !isBusy) {
        this.#run.focus();
      }
    }
    if (!isBusy) {
      this.#asking.close();
    }
    this.showOutputs(isBusy ? state : '');
  }

  /** Ask the person what input() asks for. */
  askInput(prompt, isPassword, answer) {
    this.#asking.open(prompt, isPassword, answer);
  }

  /** Whether something is said above the output, an offer of what was not saved perhaps. */
  get hasNote() {
    return this.#note.childElementCount > 0;
  }

  /** Show a note above the output, with buttons; null takes it away. */
  note(words, ...buttons) {
    this.isNotedUntilRun = false;
    this.#note.replaceChildren();
    if (words !== null) {
      const row = buttons.length ? make('div', { class: 'row' }, ...buttons) : null;
      this.#note.append(make('div', { class: 'note warn' }, make('p', {}, ...[words].flat()), row));
    }
  }

  /** Say that its output is about a notebook that is no more, with the way to a new one; null where it is not. */
  isOld(words) {
    if (this.#old.hidden === (words === null) && this.#old.textContent.endsWith(words ?? '')) {
      return; // what is drawn anew would take the focus from its button
    }
    const hadFocus = this.#old.contains(document.activeElement);
    this.#old.hidden = words === null;
    this.output.classList.toggle('old', words !== null);
    this.#old.replaceChildren(...(words === null ? []
      : [button('Check again', () => this.#host.run(this), 'btn small'), make('p', { class: 'mut' }, words)]));
    hadFocus && this.#run.focus();
  }

  /** Offer to bring back the given source, if it was changed. */
  offerReset(given) {
    if (this.#reset) {
      this.#reset.hidden = given === null || given === this.source;
    }
  }

  /** Put the cursor on a line of the text. */
  goToLine(line) {
    const before = lineTyped(this.cell, line - 1);
    const lines = this.area.value.split('\n');
    const start = lines.slice(0, Math.max(0, before)).reduce((sum, one) => sum + one.length + 1, 0);
    this.area.focus();
    this.area.setSelectionRange(start, start + (lines[before] ?? '').length);
  }

  set isReadOnly(value) {
    if (this.area) {
      this.area.readOnly = value;
    }
  }

  #writable() {
    const id = `${this.key}-text`;
    const about = this.#about = this.#instruction(sourceOf(this.cell));
    this.#label = make('label', { for: id });
    this.area = make('textarea', {
      id, class: this.role === 'plan' || this.role === 'words' ? 'tx' : null,
      spellcheck: this.isCode && this.role !== 'plan' ? 'false' : 'true',
      autocapitalize: this.isCode ? 'off' : null,
      'aria-describedby': about?.id ?? null,
      oninput: () => this.#host.typed(this)
    });
    this.#run = button('', () => this.#host.run(this), this.isCode ? 'btn pri' : 'btn');
    this.#stop = button('', () => this.#host.stop(this));
    this.#stop.hidden = true;
    this.#reset = button('', () => this.#host.reset(this));
    this.#reset.hidden = true;
    const row = make('div', { class: 'row' }, this.#run, this.isCode ? this.#stop : null, this.#reset);
    this.node.append(...(about ? [about] : []), this.#label, this.area, row, this.#more());
    if (this.isCode) {
      this.#outHead = make('h3', { id: `${this.key}-out` });
      this.#outBody = make('div', {});
      this.output = make('div', { class: 'out', role: 'region', 'aria-labelledby': `${this.key}-out`, tabindex: '0', hidden: true },
        this.#outHead, this.#old, this.#outBody);
      this.node.append(this.output);
    }
  }

  /** What a text was given to ask, once that is known: it stands above the box also where something is written in it. */
  isAskedFor(given) {
    if (given === null || auditionOf(this.cell).kind !== 'text' || this.area === null || this.#prompt !== null) {
      return;
    }
    this.#about = this.#instruction(given);
    if (this.#about !== null) {
      this.#label.before(this.#about);
      this.area.setAttribute('aria-describedby', this.#about.id);
    }
  }

  #instruction(source) {
    this.#prompt = promptIn(this.cell, source);
    const words = instruction(this.cell, this.#prompt);
    return words && make('p', { id: `${this.key}-about`, class: 'about' }, words);
  }

  #more() {
    const rows = [
      button('Add a code cell below', () => this.#host.add(this, 'code'), 'btn small'),
      button('Add a text cell below', () => this.#host.add(this, 'markdown'), 'btn small')
    ];
    if (this.isCode) {
      rows.push(button('Run all cells above', () => this.#host.runAbove(this), 'btn small'));
    }
    if (auditionOf(this.cell).kind === undefined) {
      rows.push(button('Remove this cell', () => this.#host.remove(this), 'btn small'));
    }
    const head = make('summary', {}, 'More', this.#moreOf);
    return make('details', { class: 'more' }, head, make('div', { class: 'row' }, ...rows));
  }
}
