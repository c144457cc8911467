/** The plain page of an exercise: cells as sections over the notebook's own session, kernel and saves. */
import { api, BASE, inAddress, Refused, Unreachable } from './wire.js';
import { ago, button, count, download, make, stillAsGiven } from './make.js';
import { Announcer } from './live.js';
import { askOnce, Notes } from './notes.js';
import { Beside } from './beside.js';
import { CellSection } from './cells.js';
import { Drafts } from './drafts.js';
import { firstLine, Gathering } from './outputs.js';
import { Kernel } from './kernel.js';
import { Keys } from './keys.js';
import { called, titled } from './naming.js';
import { auditionOf, Notebook, sourceOf } from './notebook.js';
import { leaveOutFirstLine } from './plan-box.js';
import { Sitting } from './sitting.js';
import { Switching } from './switching.js';
import { themeButton } from './theme.js';
import { Windows } from './windows.js';

const AUTOSAVE_MS = 10_000;
const RETRY_MS = 5000;
const SLOW_MS = 1500;
const ASKS = /\b(ask|hypothesis)\s*\(/;
const SUBMITS = /\bsubmit\s*\(/;
const BEGUN_MS = 150; // between a kernel's word that it begins and its code
/** What waits with a page that is not worked in. */
const WRITING = ['submit-button', 'run-all', 'restart'];
const { slug, session } = document.body.dataset;
const PATH = `${slug}/${slug}.ipynb`;
const policy = window.trustedTypes?.createPolicy('audition-markdown', { createHTML: cleaned => cleaned });
const element = id => document.getElementById(id);

/** The page. */
class Page {
  #announcer = new Announcer();
  #notes = new Notes(this.#announcer);
  #notebook = new Notebook(PATH);
  #drafts = new Drafts(session, PATH);
  #windows = new Windows(session, PATH);
  #keys = new Keys(element('keys-on'));
  #sitting = new Sitting(slug, session, this.#notes, this.#announcer);
  #beside = new Beside(slug, this.#sitting, this.#announcer, {
    save: () => this.#save(), replace: () => this.#replace(), unwritten: () => this.#unwritten(), asked: () => this.#windows.tellAsked(),
    submitted: () => this.#windows.tellSubmitted(), mayWrite: () => this.#mayWrite(), isDirty: () => this.#notebook.isDirty });
  #kernel = null;
  #sections = new Map();
  #runs = new Map();
  #given = new Map();
  #banner = null;
  #isOwed = false;
  #isRetrying = false;
  #isSavingAsAsked = false;
  #switching = null;

  async open() {
    // The login token in the address is used up: the cookie stands for it from now on.
    history.replaceState(null, '', location.pathname + location.hash);
    themeButton(element('theme'));
    const isAlone = await this.#windows.isAlone();
    await this.#notebook.load();
    this.#showSaved();
    this.#kernel = new Kernel(PATH, isAlone);
    this.#listen();
    element('loading').remove();
    await this.#lay();
    this.#resumeRuns();
    this.#offerDrafts();
    this.#readOnly(!isAlone);
    await this.#kernel.open();
    this.#announcer.say('Ready');
    setInterval(() => this.#autosave(), AUTOSAVE_MS);
    setInterval(() => this.#showSaved(), AUTOSAVE_MS);
    await this.#sitting.begin();
    this.#head();
    await this.#beside.begin();
    void this.#learnGiven();
    this.#lacksPartTwo() && void this.#deliver('open');
  }

  #listen() {
    const [notebook, kernel] = [this.#notebook, this.#kernel];
    notebook.addEventListener('joined', event => void this.#joined(event.detail.added));
    notebook.addEventListener('clash', event => this.#clash(event.detail));
    notebook.addEventListener('saved', () => this.#saved());
    notebook.addEventListener('unsaved', event => this.#unsaved(event.detail));
    kernel.addEventListener('state', event => this.#kernelState(event.detail));
    kernel.addEventListener('message', event => this.#message(event.detail));
    kernel.addEventListener('ended', event => void this.#ended(event.detail));
    kernel.addEventListener('input', event => this.#input(event.detail));
    kernel.addEventListener('info', event => this.#language(event.detail));
    kernel.addEventListener('lost', () => this.#announcer.interrupt(
      'The kernel stopped and is being started again. Your notebook and files are safe; then run the cells above again.'));
    this.#windows.addEventListener('taken', event => void this.#handOver(event.detail.release));
    this.#windows.addEventListener('asked', () => this.#beside.ranElsewhere());
    this.#windows.addEventListener('submitted', () => void this.#beside.submittedElsewhere());
    document.addEventListener('visibilitychange', () => document.hidden || this.#cameBack());
    this.#sitting.addEventListener('up', () => this.#isOwed && void this.#deliver('again'));
    this.#sitting.addEventListener('paused', () => this.#paused());
    this.#sitting.addEventListener('over', () => void this.#save().catch(() => undefined));
    this.#switching = new Switching(element('to-notebook'), this.#windows, () => this.#save(), this.#notes, this.#announcer);
    element('pause').addEventListener('click', () => void this.#save().catch(() => undefined).then(() => this.#sitting.pause()));
    element('resume').addEventListener('click', () => void this.#sitting.resume());
    element('restart').addEventListener('click', () => void this.#restart());
    element('run-all').addEventListener('click', () => void this.#runSome([...this.#sections.values()]));
    document.addEventListener('keydown', event => {
      if (this.#keys.areOn && event.key === 's' && (event.ctrlKey || event.metaKey) && !event.altKey) {
        event.preventDefault();
        void this.#save().then(() => this.#announcer.say('Saved')).catch(() => undefined);
      }
    });
    window.addEventListener('beforeunload', event => {
      if (this.#notebook.isDirty && this.#windows.isWriter) {
        this.#save().catch(() => undefined);
        this.#isRetrying && event.preventDefault();
      }
    });
  }

  /** A person who comes back to this page may have been in another meanwhile, perhaps elsewhere. */
  #cameBack() {
    this.#beside.ranElsewhere();
    void this.#beside.submittedElsewhere();
  }

  /** Make, order and number the sections as the notebook has its cells. */
  async #lay() {
    const host = element('cells');
    const cells = this.#notebook.cells;
    const fresh = [];
    for (const cell of cells) {
      let section = this.#sections.get(cell.id);
      if (section === undefined || section.cell.cell_type !== cell.cell_type) {
        section?.node.remove();
        section = new CellSection(cell, this.#acts);
        section.area && this.#keys.listen(section, this.#keyActs);
        this.#sections.set(cell.id, section);
        fresh.push(section);
      }
      section.cell = cell;
    }
    for (const [id, section] of this.#sections) {
      if (!this.#notebook.cell(id)) {
        section.node.remove();
        this.#sections.delete(id);
      }
    }
    const second = cells.find(cell => auditionOf(cell).part === 2);
    const nodes = cells.flatMap(cell => {
      const { node } = this.#sections.get(cell.id);
      return cell === second ? [this.#partTwo(cells), node] : [node];
    });
    nodes.forEach((node, at) => host.children[at] === node || host.insertBefore(node, host.children[at] ?? null));
    cells.forEach((cell, at) => {
      const section = this.#sections.get(cell.id);
      section.title(at + 1);
      section.refresh();
      this.#runs.has(cell.id) && section.running(this.#runWords(cell.id));
      section.offerReset(this.#given.get(cell.id) ?? null);
    });
    this.#skipLinks(cells);
    await this.#readTexts(fresh);
    this.#nameByHeadings();
  }

  /** Call given code as the heading above it, and let what is said of the plan hold for its box. */
  #nameByHeadings() {
    let under = '';
    let before = null;
    for (const section of this.#inOrder()) {
      under = section.name || under;
      section.standsUnder(under);
      if (section.role === 'plan' && before?.role === 'text') {
        section.isToldBy(leaveOutFirstLine(before.text));
      }
      before = section;
    }
  }

  #partTwo(cells) {
    const number = cells.filter(cell => auditionOf(cell).part === 2).length;
    if (this.#banner === null) {
      this.#banner = make('div', { class: 'arrived' }, make('h2', { id: 'part-two', tabindex: '-1' }),
        make('p', {}, 'It arrived when you ran your plan. Your plan is kept.'));
    }
    this.#banner.firstChild.textContent = `Part two: ${count(number, 'cell')}`;
    return this.#banner;
  }

  #skipLinks(cells) {
    const plan = cells.find(cell => auditionOf(cell).kind === 'plan');
    element('to-plan').hidden = plan === undefined;
    if (plan) {
      element('to-plan').href = `#${this.#sections.get(plan.id).key}`;
    }
    element('to-part-two').hidden = this.#banner === null;
  }

  /** Fill the text cells with what the server made of their Markdown. */
  async #readTexts(sections) {
    const texts = sections.filter(section => section.role === 'text');
    if (!texts.length) {
      return;
    }
    const sources = texts.map(section => sourceOf(section.cell));
    try {
      const { html } = await api('POST', 'markdown', { sources });
      texts.forEach((section, at) => {
        const template = document.createElement('template');
        template.innerHTML = policy ? policy.createHTML(html[at]) : html[at];
        section.read(template.content, href => this.#address(href));
      });
    } catch {
      texts.forEach((section, at) => section.text.replaceChildren(make('pre', {}, sources[at])));
    }
  }

  /** Return where a link of a text leads: files of the exercise lie beside its notebook. */
  #address(href) {
    const isElsewhere = /^[a-z][a-z0-9+.-]*:|^#|^\/\//i.test(href);
    return isElsewhere ? href : `${BASE}files/${slug}/${inAddress(href.replace(/^\.?\/+/, ''))}`;
  }

  get #acts() {
    return {
      run: section => void this.#run(section),
      stop: section => this.#stop(section),
      typed: section => this.#typed(section),
      reset: section => this.#reset(section),
      add: (section, kind) => void this.#add(section, kind),
      remove: section => void this.#remove(section),
      runAbove: section => {
        const all = this.#inOrder();
        void this.#runSome(all.slice(0, all.indexOf(section)));
      }
    };
  }

  get #keyActs() {
    return {
      run: section => void this.#run(section),
      next: section => {
        const all = this.#inOrder();
        (all[all.indexOf(section) + 1]?.heading ?? element('ask')).focus();
      },
      output: section => {
        if (section.output && !section.output.hidden) {
          section.output.focus();
        } else {
          this.#announcer.say(`Cell ${section.number} has no output`);
        }
      }
    };
  }

  #inOrder() {
    return this.#notebook.cells.map(cell => this.#sections.get(cell.id));
  }

  #typed(section) {
    const { source } = section;
    this.#notebook.write(section.cell.id, source);
    this.#drafts.keep(section.cell.id, source);
    section.fit();
    section.offerReset(this.#given.get(section.cell.id) ?? null);
    this.#showSaved();
  }

  /** Whether this is the window that is worked in; where it is not, why it waits, and how one goes on here. */
  #mayWrite() {
    const { isWriter } = this.#windows;
    if (!isWriter) {
      this.#announcer.say('This page waits: you work in another window. Press “Go on here” to work in this one.');
      this.#notes.focus('windows');
    }
    return isWriter;
  }

  /** Run a cell; one that holds words is saved. */
  async #run(section) {
    if (!this.#mayWrite() || this.#sitting.isPaused) {
      return;
    }
    const { cell } = section;
    this.#notebook.write(cell.id, section.source);
    if (!section.isCode) {
      await this.#save().then(() => this.#announcer.say(`Cell ${section.number} is kept`)).catch(() => undefined);
      return;
    }
    if (this.#runs.has(cell.id)) {
      this.#announcer.say(`Cell ${section.number} is running already`);
      return;
    }
    if (section.role === 'check') {
      await this.#save().catch(() => undefined); // check() reads what is saved
    }
    this.#kernel.execute(cell.id, sourceOf(cell), cell.metadata);
    this.#follow(cell, []);
    setTimeout(() => this.#sayRunning(section), SLOW_MS);
    this.#sitting.ranSomething();
  }

  /** Say that a cell runs, if it does so long enough to be wondered at. */
  #sayRunning(section) {
    const { id } = section.cell;
    if (this.#runs.has(id)) {
      this.#announcer.say(`Cell ${section.number} is ${this.#runWords(id)}`);
    }
  }

  #follow(cell, outputs) {
    const gathering = new Gathering(outputs);
    cell.outputs = gathering.outputs;
    cell.execution_count = null;
    delete cell.metadata.execution;
    this.#runs.set(cell.id, { gathering, times: {}, frame: 0 });
    this.#notebook.touched(cell.id);
    this.#showRuns();
  }

  /** Stop a cell; one that has not begun yet is stopped as soon as it does. */
  #stop(section) {
    const run = this.#runs.get(section.cell.id);
    if (run && !run.hasBegun) {
      run.isUnwanted = true;
      this.#announcer.say(`Cell ${section.number} is stopped when its turn comes`);
      return;
    }
    this.#kernel.interrupt().catch(() => this.#announcer.say('The kernel could not be reached; press Stop again.'));
  }

  /** Note that a cell has begun. */
  #begun(run) {
    run.hasBegun = true;
    if (run.isUnwanted) {
      setTimeout(() => void this.#kernel.interrupt().catch(() => undefined), BEGUN_MS);
    }
  }

  async #runSome(sections) {
    for (const section of this.#mayWrite() ? sections : []) {
      if (section.isCode && !this.#runs.has(section.cell.id)) {
        await this.#run(section);
      }
    }
  }

  #runWords(id) {
    return this.#runs.keys().next().value === id ? 'running' : 'waiting for its turn';
  }

  #showRuns() {
    for (const id of this.#runs.keys()) {
      this.#sections.get(id)?.running(this.#runWords(id));
    }
  }

  /** Take up what ran when the page was left. */
  #resumeRuns() {
    for (const { cellId, outputs } of this.#kernel.running) {
      const cell = this.#notebook.cell(cellId);
      if (cell) {
        this.#follow(cell, outputs ?? []);
        this.#runs.get(cellId).hasBegun = true; // if not, Stop is pressed once more
      }
    }
  }

  /** Save for a kernel that waits for the file, also where nothing changed; once at a time, for it can ask without end. */
  #saveAsAsked(cellId) {
    if (!this.#isSavingAsAsked) {
      this.#isSavingAsAsked = true;
      this.#notebook.touched(cellId);
      void this.#save().catch(() => undefined).finally(() => (this.#isSavingAsAsked = false));
    }
  }

  #message({ cellId, message }) {
    const run = this.#runs.get(cellId);
    const cell = this.#notebook.cell(cellId);
    if (run === undefined || cell === undefined) {
      return;
    }
    const { header, content, metadata } = message;
    if (isForUs(header, content)) {
      this.#saveAsAsked(cellId);
      return;
    }
    note(run.times, header, content, metadata);
    header.msg_type === 'execute_input' && this.#begun(run);
    const isChanged = run.gathering.take(header.msg_type, content);
    cell.execution_count = run.gathering.executionCount ?? cell.execution_count;
    if (isChanged) {
      ASKS.test(sourceOf(cell)) && this.#beside.ran(); // shown at once, also where the cell goes on
      this.#kernel.noteOutputs(cellId, cell.outputs);
      this.#notebook.touched(cellId);
      // Many messages a second are shown once a frame.
      run.frame ||= requestAnimationFrame(() => {
        run.frame = 0;
        this.#runs.has(cellId) && this.#sections.get(cellId)?.showOutputs(this.#runWords(cellId));
      });
    }
  }

  async #ended({ cellId, reply, wasSeen }) {
    const run = this.#runs.get(cellId);
    const cell = this.#notebook.cell(cellId);
    const section = this.#sections.get(cellId);
    this.#runs.delete(cellId);
    if (run === undefined || cell === undefined || section === undefined) {
      return;
    }
    cell.metadata.execution = run.times;
    this.#notebook.touched(cellId);
    section.running(null);
    this.#showRuns();
    const isCheck = section.role === 'check' && reply?.status === 'ok';
    const words = section.ended(wasSeen, reply);
    const hint = isCheck ? stillAsGiven(this.#unwritten()) : '';
    isCheck && section.note(hint || null);
    this.#announcer.say(isCheck ? `${firstLine(cell.outputs) || words} ${hint}`.trim() : words);
    this.#beside.ran();
    SUBMITS.test(sourceOf(cell)) && void this.#beside.submittedInCell();
    if (section.role === 'plan' && reply?.status === 'ok') {
      await this.#deliver('run');
    }
  }

  #input({ cellId, prompt, password, parent }) {
    const section = this.#sections.get(cellId);
    section?.askInput(prompt, password, value => this.#kernel.answer(value, parent));
    section && this.#announcer.say(`Cell ${section.number} asks for input: ${prompt}`);
  }

  /** Have part two delivered, and take it in. */
  async #deliver(why) {
    this.#isOwed = false;
    try {
      await this.#save();
      await api('POST', 'parts', { path: PATH });
      await this.#notebook.join();
    } catch (problem) {
      this.#isOwed = problem instanceof Unreachable || (problem.status ?? 0) >= 500;
      if (problem instanceof Refused && !this.#isOwed && why === 'run') {
        this.#announcer.say(problem.message);
      } else if (this.#isOwed && why === 'run') {
        this.#announcer.say('The line is down. Go on writing; part two comes when the line is back.');
      }
    }
  }

  #lacksPartTwo() {
    const { content } = this.#notebook;
    const wasRun = content.cells.some(cell => auditionOf(cell).kind === 'plan' && cell.execution_count !== null);
    return wasRun && auditionOf(content).parts !== 2;
  }

  async #joined(added) {
    const hadPartTwo = this.#banner !== null;
    await this.#lay();
    void this.#learnGiven();
    const given = added.filter(cell => auditionOf(cell).part === 2).length;
    if (given > 0 && !hadPartTwo) {
      this.#announcer.say(`Plan kept. Part two has been added below: ${count(given, 'cell')}`, { id: 'part-two', words: 'Go to part two' });
    }
  }

  #clash({ cell, theirs }) {
    const section = this.#sections.get(cell.id);
    const settle = takeTheirs => {
      this.#notebook.settle(cell.id, takeTheirs);
      section.note(null);
      section.refresh();
      this.#showSaved();
      void this.#save().catch(() => undefined);
      section.area.focus();
    };
    const shown = make('details', {}, make('summary', {}, 'The other text'), make('pre', {}, theirs));
    section.note([`Cell ${section.number} was changed in another window as well. Both texts are kept; choose one.`, shown],
      button('Keep the text here', () => settle(false)), button('Take the other text', () => settle(true)));
    this.#announcer.say(`Cell ${section.number} was changed in another window as well. Both texts are kept`);
  }

  #offerDrafts() {
    for (const section of this.#inOrder()) {
      const draft = section.area && this.#drafts.of(section.cell.id, sourceOf(section.cell));
      if (!draft) {
        continue;
      }
      const settle = isTaken => {
        if (isTaken) {
          section.cell.source = draft.text;
          section.refresh();
          this.#notebook.touched(section.cell.id);
        }
        this.#drafts.drop(section.cell.id);
        section.note(null);
        section.area.focus();
      };
      const shown = make('details', {}, make('summary', {}, 'Show it'), make('pre', {}, draft.text));
      section.note([`Text that you wrote here ${ago(draft.at)} was not saved. It is kept in this browser.`, shown],
        button('Put it back', () => settle(true)), button('Leave it out', () => settle(false)));
      this.#announcer.say(`Cell ${section.number} has text that was not saved`);
    }
  }

  #save() {
    return this.#windows.isWriter ? this.#notebook.save() : Promise.resolve();
  }

  #autosave() {
    if (this.#notebook.isDirty && !this.#isRetrying) {
      void this.#save().catch(() => undefined);
    }
  }

  #saved() {
    this.#notes.drop('unsaved');
    for (const id of this.#sections.keys()) {
      this.#notebook.isSaved(id) && this.#drafts.drop(id);
    }
    this.#showSaved();
    this.#beside.saved();
  }

  #unsaved(problem) {
    const words = problem instanceof Refused && problem.status < 500
      ? `Not saved: ${problem.message}`
      : 'Not saved yet; trying again every 5 seconds. If this stays for a minute, use “Download a copy”.';
    const copy = button('Download a copy', () => download(`${slug}.ipynb`, this.#notebook.content), 'btn small');
    this.#notes.show('unsaved', words, 'warn', copy);
    this.#showSaved();
    if (!this.#isRetrying) {
      this.#isRetrying = true;
      setTimeout(() => {
        this.#isRetrying = false;
        void this.#save().catch(() => undefined);
      }, RETRY_MS);
    }
  }

  #showSaved() {
    const { isDirty, savedAt } = this.#notebook;
    const rests = this.#isAsGiven() ? 'As given, nothing to save yet' : `Saved ${ago(savedAt)}`;
    element('saved').textContent = isDirty ? 'Not saved yet' : rests;
  }

  /** Whether nothing was written or run since the exercise was laid out. */
  #isAsGiven() {
    const { cells } = this.#notebook;
    return this.#given.size > 0 && cells.every(cell =>
      this.#given.get(cell.id) === sourceOf(cell) && !cell.outputs?.length && !cell.execution_count);
  }

  /** The numbers of the texts to write that are still as given. */
  #unwritten() {
    return this.#inOrder().filter(section => auditionOf(section.cell).kind === 'text'
      && this.#given.get(section.cell.id) === section.source).map(section => section.number);
  }

  /** Show the file as it is now in place of what is open: after a restore. */
  async #replace() {
    await this.#notebook.load();
    await this.#lay();
    await this.#readTexts(this.#inOrder());
    this.#nameByHeadings();
    this.#showSaved();
  }

  async #learnGiven() {
    try {
      const { cells } = await api('GET', `given/${slug}`);
      this.#given = new Map(cells.map(cell => [cell.id, sourceOf(cell)]));
      this.#inOrder().forEach(section => section.offerReset(this.#given.get(section.cell.id) ?? null));
      this.#showSaved();
    } catch {
      // no reset is offered
    }
  }

  #reset(section) {
    const given = this.#given.get(section.cell.id);
    if (given === undefined || !this.#mayWrite()) {
      return;
    }
    const was = section.source;
    this.#notebook.write(section.cell.id, given);
    section.refresh();
    section.offerReset(given);
    section.note('This cell is as given again.', button('Bring back what stood here', () => {
      this.#notebook.write(section.cell.id, was);
      section.note(null);
      section.refresh();
      section.offerReset(given);
      section.area.focus();
    }));
    section.area.focus();
    this.#announcer.say(`Cell ${section.number} is as given again`);
  }

  async #add(section, kind) {
    if (!this.#mayWrite()) {
      return;
    }
    const cell = this.#notebook.insert(section.cell.id, kind);
    await this.#lay();
    this.#sections.get(cell.id).area.focus();
    this.#announcer.say(`Cell ${this.#sections.get(cell.id).number} added`);
  }

  async #remove(section) {
    const { number, cell } = section;
    if (!this.#mayWrite()) {
      return;
    }
    if (section.source.trim() && !(await askOnce(`Remove cell ${number}?`, 'Its text goes with it. Saved versions keep it.', 'Remove'))) {
      return;
    }
    const all = this.#inOrder();
    const before = all[all.indexOf(section) - 1];
    this.#notebook.remove(cell.id);
    this.#drafts.drop(cell.id);
    await this.#lay();
    (before?.heading ?? element('title')).focus();
    this.#announcer.say(`Cell ${number} removed`);
  }

  #kernelState(state) {
    const words = { starting: 'Python is being started.', idle: 'Python is ready.', busy: 'Python is running a cell.',
      away: 'Python cannot be reached; the page goes on trying.' };
    element('kernel-line').textContent = words[state];
  }

  /** Note the language as the notebook does. */
  #language(info) {
    if (info.language_info && this.#notebook.content.metadata) {
      this.#notebook.content.metadata.language_info = info.language_info;
    }
  }

  async #restart() {
    if (!this.#mayWrite()) {
      return;
    }
    const isYes = await askOnce('Restart the kernel?', 'All variables are forgotten. The notebook and your files stay as they are.', 'Restart');
    if (!isYes) {
      return;
    }
    try {
      await this.#kernel.restart();
      this.#announcer.say('The kernel has been restarted. Run the cells above again');
    } catch {
      this.#announcer.say('The kernel could not be restarted. Press Restart again in a moment.');
    }
  }

  /** Let this window read only, or write. */
  #readOnly(isReading, why = 'open') {
    document.body.classList.toggle('reading', isReading);
    WRITING.forEach(id => element(id).setAttribute('aria-disabled', String(isReading)));
    element('submit-waits').hidden = !isReading;
    element('on-submitting').hidden = isReading;
    this.#sections.forEach(section => {
      section.isReadOnly = isReading;
    });
    if (!isReading) {
      this.#notes.drop('windows');
      return;
    }
    const words = why === 'taken' && this.#switching?.isUnderWay
      ? 'You are in the notebook now, in its own tab; this page waits. If that tab did not come to the front, look for it among your tabs.'
      : why === 'taken'
      ? 'You went on in another window, which may lie behind this one; this one waits. Press “Go on here” to write here again.'
      : 'This exercise is open in another window. Go on here, and the other one waits.';
    this.#notes.show('windows', words, 'warn', button('Go on here', () => void this.#takeOver()));
  }

  /** Save, and let another window go on. */
  async #handOver(release) {
    this.#readOnly(true, 'taken');
    await this.#notebook.save().catch(() => undefined);
    release();
  }

  async #takeOver() {
    await this.#windows.take();
    await this.#notebook.join().catch(() => undefined);
    this.#readOnly(false);
    this.#announcer.say('You can write here now');
    element('title').focus();
  }

  #paused() {
    const { isPaused } = this.#sitting;
    element('work').hidden = isPaused;
    element('paused').hidden = !isPaused;
    (isPaused ? element('paused-head') : element('title')).focus();
  }

  #head() {
    const { own, all } = this.#sitting;
    if (own && all.exercises.length > 1) {
      element('title').textContent = titled(own, all.exercises);
      const others = all.exercises.filter(one => one.slug !== slug);
      const links = others.map(one => make('li', {}, make('a', { href: `${BASE}plain/${one.slug}` }, titled(one, all.exercises))));
      element('title').after(make('nav', { 'aria-label': 'Other exercises' }, make('details', { class: 'more' },
        make('summary', {}, othersWords(others, all.exercises)), make('ul', {}, ...links))));
    }
  }
}

/** What the list of the other exercises is called. */
function othersWords(others, all) {
  if (others.length > 1) {
    return `${others.length} others, in any order`;
  }
  const words = called(others[0], all);
  return words[0].toUpperCase() + words.slice(1);
}

/** Whether a cell that calls submit() asks for a save first (harness/kernel/saving.py). */
function isForUs(header, content) {
  return header.msg_type === 'comm_msg' && content.comm_id === 'audition.save' && content.data?.exercise === slug;
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

const page = new Page();
page.open().catch(problem => {
  const words = problem instanceof Refused ? problem.message : 'The exercise could not be opened: the line is down.';
  const host = element('loading') ?? element('notes');
  host.replaceChildren(make('p', {}, `${words} Load the page again; nothing is lost.`));
});
