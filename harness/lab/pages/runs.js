/** Running cells: one after the other in the kernel, what comes of them, and what is said of it. */
import { stillAsGiven } from './make.js';
import { whoBrings } from './missing.js';
import { firstLine, Gathering } from './outputs.js';
import { sourceOf } from './notebook.js';

const SLOW_MS = 1500;
const BEGUN_MS = 150; // between a kernel's word that it begins and its code
const RAN_MS = 1000; // so soon what was run, and what came out, is saved
const EARLIER_MS = 2000; // so long the save of a submit() waits for the ends of cells above; the kernel waits longer
const LOOK_MS = 25;
const ASKS = /\b(ask|hypothesis)\s*\(/;
const SUBMITS = /\bsubmit\s*\(/;
const HANDS_IN = /^\s*(?:\w+\s*=\s*)?submit\s*\(\s*\)/m; // the call alone: pool.submit(work) hands nothing in

/** What runs, or waits for its turn. */
export class Runs {
  #slug;
  #notebook;
  #kernel;
  #sections;
  #announcer;
  #page;
  #runs = new Map();
  #noted = new Set(); // cells that have a line beside them since they ran
  #haveRun = new Set(); // cells that ran to their end since the page was opened
  #isWaiting = false;
  #savesSoon = false;

  /**
   * @param page {mayRun, saving, checked, begun, asked, submitted, planned, unwritten, changed}: whether cells
   *   run here now; the saves; what check() said; called when one has begun, put something on record, called
   *   submit(), or was the plan; the numbers of texts that are still as given; what to say of a given cell
   *   that was changed.
   */
  constructor(slug, notebook, kernel, sections, announcer, page) {
    [this.#slug, this.#notebook, this.#kernel] = [slug, notebook, kernel];
    [this.#sections, this.#announcer, this.#page] = [sections, announcer, page];
    kernel.addEventListener('message', event => this.#message(event.detail));
    kernel.addEventListener('ended', event => void this.#ended(event.detail));
    kernel.addEventListener('input', event => this.#input(event.detail));
  }

  /** Run a cell; one that holds words is saved. */
  async run(section) {
    if (!this.#page.mayRun()) {
      return;
    }
    const { cell } = section;
    const { saving } = this.#page;
    this.#notebook.write(cell.id, section.source);
    if (!section.isCode) {
      await saving.save().then(() => this.#announcer.say(`Cell ${section.number} is saved, as the page does by itself too`)).catch(() => undefined);
      return;
    }
    if (this.#runs.has(cell.id)) {
      this.#announcer.say(`Cell ${section.number} is running already`);
      return;
    }
    if (section.role === 'check') {
      await saving.soon(); // check() reads what is saved
      this.#page.checked.begins(cell);
    }
    this.#kernel.execute(cell.id, sourceOf(cell), cell.metadata);
    this.#follow(cell, []);
    setTimeout(() => this.#sayRunning(section), SLOW_MS);
    this.#page.begun();
  }

  /** Run the code cells of these that do not run yet; one that submits is pressed by itself. */
  async runSome(sections) {
    for (const section of this.#page.mayRun() ? sections : []) {
      if (section.isCode && !this.#runs.has(section.cell.id) && !HANDS_IN.test(section.source)) {
        await this.run(section);
      }
    }
  }

  /** Stop a cell; one that has not begun yet is stopped as soon as it does. */
  stop(section) {
    const run = this.#runs.get(section.cell.id);
    if (run && !run.hasBegun) {
      run.isUnwanted = true;
      this.#announcer.say(`Cell ${section.number} is stopped when its turn comes`);
      return;
    }
    this.#kernel.interrupt().catch(() => this.#announcer.say('The kernel could not be reached; press Stop again.'));
  }

  /** Take up what ran when the page was left. */
  resume() {
    for (const { cellId, outputs } of this.#kernel.running) {
      const cell = this.#notebook.cell(cellId);
      if (cell) {
        this.#follow(cell, outputs ?? []);
        this.#runs.get(cellId).hasBegun = true; // if not, Stop is pressed once more
      }
    }
  }

  /** The given sources are known: say of changed cells that ran, here or before, what was not said then. */
  tellChanged() {
    for (const section of this.#sections.inOrder) {
      const { id } = section.cell;
      const hasRun = this.#haveRun.has(id) || Boolean(section.cell.execution_count);
      const words = hasRun && !section.hasNote && !this.#runs.has(id) && this.#page.changed(section);
      if (words) {
        section.note(words);
        this.#noted.add(id);
        this.#haveRun.has(id) && this.#announcer.say(words);
      }
    }
  }

  /** Show of a section that was laid anew whether its cell runs. */
  show(section) {
    const { id } = section.cell;
    this.#runs.has(id) && section.running(this.#words(id));
  }

  #words(id) {
    return this.#runs.keys().next().value === id ? 'running' : 'waiting for its turn';
  }

  #showAll() {
    for (const id of this.#runs.keys()) {
      this.#sections.of(id)?.running(this.#words(id));
    }
  }

  /** Say that a cell runs, if it does so long enough to be wondered at. */
  #sayRunning(section) {
    const { id } = section.cell;
    if (this.#runs.has(id)) {
      this.#announcer.say(`Cell ${section.number} is ${this.#words(id)}`);
    }
  }

  #follow(cell, outputs) {
    const gathering = new Gathering(outputs);
    cell.outputs = gathering.outputs;
    cell.execution_count = null;
    delete cell.metadata.execution;
    this.#runs.set(cell.id, { gathering, times: {}, frame: 0 });
    this.#notebook.touched(cell.id);
    this.#showAll();
    this.#saveSoon();
  }

  /** Save in a moment what was run or came out: a browser that dies takes nothing of it along. */
  #saveSoon() {
    if (!this.#savesSoon) {
      this.#savesSoon = true;
      setTimeout(() => {
        this.#savesSoon = false;
        void this.#page.saving.soon();
      }, RAN_MS);
    }
  }

  /** Note that a cell has begun. */
  #begun(run) {
    run.hasBegun = true;
    if (run.isUnwanted) {
      setTimeout(() => void this.#kernel.interrupt().catch(() => undefined), BEGUN_MS);
    }
  }

  #message({ cellId, message }) {
    const run = this.#runs.get(cellId);
    const cell = this.#notebook.cell(cellId);
    if (run === undefined || cell === undefined) {
      return;
    }
    const { header, content, metadata } = message;
    if (this.#isForUs(header, content)) {
      void this.#saveFor(cellId);
      return;
    }
    note(run.times, header, content, metadata);
    header.msg_type === 'execute_input' && this.#begun(run);
    const isChanged = run.gathering.take(header.msg_type, content);
    cell.execution_count = run.gathering.executionCount ?? cell.execution_count;
    if (isChanged) {
      ASKS.test(sourceOf(cell)) && this.#page.asked(); // shown at once, also where the cell goes on
      this.#kernel.noteOutputs(cellId, cell.outputs);
      this.#notebook.touched(cellId);
      // Many messages a second are shown once a frame.
      run.frame ||= requestAnimationFrame(() => {
        run.frame = 0;
        this.#runs.has(cellId) && this.#sections.of(cellId)?.showOutputs(this.#words(cellId));
      });
    }
  }

  /** Save for a cell that calls submit(), once those before it have ended here as they have in the kernel. */
  async #saveFor(cellId) {
    if (this.#isWaiting) {
      return; // a kernel can ask without end
    }
    this.#isWaiting = true;
    const until = performance.now() + EARLIER_MS;
    while (this.#runs.has(cellId) && this.#runs.keys().next().value !== cellId && performance.now() < until) {
      await new Promise(resolve => setTimeout(resolve, LOOK_MS));
    }
    this.#isWaiting = false;
    this.#page.saving.asAsked(cellId);
  }

  async #ended({ cellId, reply, wasSeen }) {
    const run = this.#runs.get(cellId);
    const cell = this.#notebook.cell(cellId);
    const section = this.#sections.of(cellId);
    this.#runs.delete(cellId);
    if (run === undefined || cell === undefined || section === undefined) {
      return;
    }
    cell.metadata.execution = run.times;
    this.#notebook.touched(cellId);
    section.running(null);
    this.#saveSoon();
    this.#haveRun.add(cellId);
    this.#showAll();
    const isCheck = section.role === 'check' && reply?.status === 'ok';
    const words = section.ended(wasSeen, reply);
    const hint = isCheck ? stillAsGiven(this.#page.unwritten()) : '';
    const beside = whoBrings(reply, this.#sections.inOrder, cell) || this.#page.changed(section);
    if (isCheck || beside || this.#noted.delete(cellId) || section.isNotedUntilRun) {
      section.note(hint || beside);
    }
    beside && this.#noted.add(cellId);
    this.#announcer.say(isCheck ? `${firstLine(cell.outputs) || words} ${hint}`.trim() : [words, beside].filter(Boolean).join('. '));
    this.#page.checked.ended(cell);
    this.#page.asked();
    SUBMITS.test(sourceOf(cell)) && this.#page.submitted();
    if (section.role === 'plan' && reply?.status === 'ok') {
      await this.#page.planned();
    }
  }

  #input({ cellId, prompt, password, parent }) {
    const section = this.#sections.of(cellId);
    section?.askInput(prompt, password, value => this.#kernel.answer(value, parent));
    section && this.#announcer.say(`Cell ${section.number} asks for input: ${prompt}`);
  }

  /** Whether a cell that calls submit() asks for a save first (harness/kernel/saving.py). */
  #isForUs(header, content) {
    return header.msg_type === 'comm_msg' && content.comm_id === 'audition.save' && content.data?.exercise === this.#slug;
  }
}

/** Note when things happened, in the fields that the notebook itself writes. */
function note(times, header, content, metadata) {
  if (header.msg_type === 'status' && ['busy', 'idle'].includes(content.execution_state)) {
    times[`iopub.status.${content.execution_state}`] = header.date;
  } else if (header.msg_type === 'execute_input') {
    times['iopub.execute_input'] = header.date;
  } else if (header.msg_type === 'execute_reply') {
    times['shell.execute_reply'] = header.date;
    if (metadata?.started) {
      times['shell.execute_reply.started'] = metadata.started;
    }
  }
}
