/** The plain page of an exercise: cells as sections over the notebook's own session, kernel and saves. */
import { BASE, Refused } from './wire.js';
import { make } from './make.js';
import { Announcer } from './live.js';
import { askOnce, Notes } from './notes.js';
import { Beside } from './beside.js';
import { Checked } from './checked.js';
import { Drafts } from './drafts.js';
import { Given } from './given.js';
import { Kernel } from './kernel.js';
import { Keys } from './keys.js';
import { titled } from './naming.js';
import { Notebook, sourceOf } from './notebook.js';
import { PartTwo } from './part-two.js';
import { Runs } from './runs.js';
import { Saving } from './saving.js';
import { Sections } from './sections.js';
import { Sitting } from './sitting.js';
import { Switching } from './switching.js';
import { themeButton } from './theme.js';
import { offerDraft, offerTheirs } from './two-texts.js';
import { Waiting } from './waiting.js';
import { Windows } from './windows.js';

const { slug, session } = document.body.dataset;
const PATH = `${slug}/${slug}.ipynb`;
const KERNEL_WORDS = { starting: 'Python is being started.', idle: 'Python is ready.', busy: 'Python is running a cell.',
  away: 'Python cannot be reached; the page goes on trying.' };
const element = id => document.getElementById(id);

/** The page. */
class Page {
  #announcer = new Announcer();
  #notes = new Notes(this.#announcer);
  #notebook = new Notebook(PATH);
  #drafts = new Drafts(session, PATH);
  #windows = new Windows(session, PATH);
  #keys = new Keys(element('keys-on'));
  #sections = new Sections(slug, this.#notebook, {
    acts: this.#acts, made: section => this.#keys.listen(section, this.#keyActs), laid: section => this.#laid(section),
    done: () => {
      this.#given.nameTexts();
      this.#checked.look();
    } });
  #given = new Given(slug, this.#notebook, this.#sections, this.#announcer);
  #checked = new Checked(session, slug, this.#notebook, this.#sections);
  #saving = new Saving(slug, this.#notebook, this.#windows, this.#notes, this.#given);
  #sitting = new Sitting(slug, session, this.#notes, this.#announcer);
  #waiting = new Waiting(this.#windows, this.#notebook, this.#sections, this.#notes, this.#announcer);
  #partTwo = new PartTwo(PATH, this.#notebook, this.#saving, this.#announcer);
  #beside = new Beside(slug, this.#sitting, this.#announcer, {
    save: () => this.#saving.save(), replace: () => this.#replace(), unwritten: () => this.#given.unwritten,
    asked: () => this.#windows.tellAsked(), submitted: () => this.#windows.tellSubmitted(),
    mayWrite: () => this.#waiting.mayWrite(), isDirty: () => this.#notebook.isDirty });
  #kernel = null;
  #runs = null;

  async open() {
    // The login token in the address is used up: the cookie stands for it from now on.
    const goesOn = new URLSearchParams(location.search).has('go-on'); // the notebook's own link leads here
    history.replaceState(null, '', location.pathname + location.hash);
    themeButton(element('theme'));
    const isAlone = await this.#windows.isAlone();
    !isAlone && goesOn && await this.#windows.take();
    await this.#notebook.load();
    this.#saving.show();
    this.#kernel = new Kernel(PATH, isAlone);
    this.#runs = new Runs(slug, this.#notebook, this.#kernel, this.#sections, this.#announcer, this.#runActs);
    this.#listen();
    element('loading').remove();
    await this.#sections.lay();
    this.#runs.resume();
    this.#offerDrafts();
    this.#waiting.readOnly(!this.#windows.isWriter);
    await this.#kernel.open();
    this.#announcer.say('Ready');
    this.#saving.begin();
    await this.#sitting.begin();
    this.#head();
    await this.#beside.begin();
    void this.#learnGiven();
    this.#partTwo.isMissing && void this.#partTwo.deliver(false);
  }

  #listen() {
    this.#listenToNotebook();
    this.#listenToKernel();
    this.#listenToOthers();
    element('pause').addEventListener('click', () => void this.#saving.soon().then(() => this.#sitting.pause()));
    element('resume').addEventListener('click', () => void this.#sitting.resume());
    element('restart').addEventListener('click', () => void this.#restart());
    element('run-all').addEventListener('click', () => void this.#runs.runSome(this.#sections.inOrder));
    document.addEventListener('keydown', event => {
      if (this.#keys.areOn && event.key === 's' && (event.ctrlKey || event.metaKey) && !event.altKey) {
        event.preventDefault();
        this.#waiting.mayWrite() && void this.#saving.save().then(() => this.#announcer.say('Saved')).catch(() => undefined);
      }
    });
  }

  #listenToNotebook() {
    const notebook = this.#notebook;
    notebook.addEventListener('joined', event => void this.#joined(event.detail.added));
    notebook.addEventListener('clash', event => this.#clash(event.detail));
    notebook.addEventListener('saved', () => {
      this.#sections.ids.forEach(id => notebook.isSaved(id) && this.#drafts.drop(id));
      this.#beside.saved();
    });
  }

  #listenToKernel() {
    const kernel = this.#kernel;
    kernel.addEventListener('state', event => (element('kernel-line').textContent = KERNEL_WORDS[event.detail]));
    kernel.addEventListener('info', event => this.#language(event.detail));
    kernel.addEventListener('lost', () => this.#announcer.interrupt(
      'The kernel stopped and is being started again. Your notebook and files are safe; then run the cells above again.'));
  }

  /** The other windows, the sitting, and a person who comes back from elsewhere. */
  #listenToOthers() {
    const heard = () => this.#beside.ranElsewhere();
    const submitted = () => void this.#beside.submittedElsewhere();
    this.#windows.addEventListener('asked', heard);
    this.#windows.addEventListener('submitted', submitted);
    document.addEventListener('visibilitychange', () => document.hidden || [heard, submitted].forEach(one => one()));
    this.#sitting.addEventListener('up', () => this.#partTwo.lineIsUp());
    this.#sitting.addEventListener('paused', () => this.#paused());
    this.#sitting.addEventListener('over', () => void this.#saving.soon());
    const link = element('to-notebook');
    const switching = new Switching(link, this.#windows, () => this.#saving.save(), this.#notes, this.#announcer);
    this.#waiting.isUnderWay = () => switching.isUnderWay;
  }

  /** What the buttons of a section do. */
  get #acts() {
    const writing = act => (...all) => this.#waiting.mayWrite() && void act(...all);
    return {
      run: section => void this.#runs.run(section),
      stop: section => this.#runs.stop(section),
      typed: section => this.#typed(section),
      reset: writing(section => {
        this.#given.reset(section);
        this.#checked.look();
      }),
      add: writing((section, kind) => this.#add(section, kind)),
      remove: writing(section => this.#remove(section)),
      runAbove: section => {
        const all = this.#sections.inOrder;
        void this.#runs.runSome(all.slice(0, all.indexOf(section)));
      }
    };
  }

  get #keyActs() {
    return {
      run: section => section.area ? void this.#runs.run(section) : this.#announcer.say(`Cell ${section.number} is text to read: nothing to run`),
      next: section => {
        const all = this.#sections.inOrder;
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

  get #runActs() {
    return {
      mayRun: () => this.#waiting.mayWrite() && !this.#sitting.isPaused,
      saving: this.#saving,
      checked: this.#checked,
      begun: () => this.#sitting.ranSomething(),
      asked: () => this.#beside.ran(),
      submitted: () => void this.#beside.submittedInCell(),
      planned: () => this.#partTwo.deliver(true),
      unwritten: () => this.#given.unwritten,
      changed: section => this.#given.changed(section)
    };
  }

  #laid(section) {
    section.isReadOnly = !this.#windows.isWriter;
    this.#runs.show(section);
    this.#given.offer(section);
  }

  #typed(section) {
    const { source } = section;
    this.#notebook.write(section.cell.id, source);
    this.#drafts.keep(section.cell.id, source);
    section.fit();
    this.#given.offer(section);
    this.#checked.look();
    this.#saving.show();
  }

  async #joined(added) {
    const hadPartTwo = this.#sections.hasPartTwo;
    await this.#sections.lay();
    void this.#learnGiven();
    hadPartTwo || this.#partTwo.tell(added);
  }

  async #learnGiven() {
    await this.#given.learn();
    this.#runs.tellChanged();
    this.#saving.show();
  }

  #clash({ cell, theirs }) {
    const section = this.#sections.of(cell.id);
    offerTheirs(section, theirs, isTheirs => {
      this.#notebook.settle(cell.id, isTheirs);
      section.refresh();
      this.#saving.show();
      void this.#saving.soon();
    }, this.#announcer);
  }

  #offerDrafts() {
    for (const section of this.#sections.inOrder) {
      const { cell } = section;
      const draft = section.area && this.#drafts.of(cell.id, sourceOf(cell));
      draft && offerDraft(section, draft, isTaken => {
        if (isTaken) {
          section.cell.source = draft.text;
          section.refresh();
          this.#notebook.touched(cell.id);
        }
        this.#drafts.drop(cell.id);
      }, this.#announcer);
    }
  }

  /** Show the file as it is now in place of what is open: after a restore. */
  async #replace() {
    await this.#notebook.load();
    await this.#sections.lay();
    await this.#sections.readAll();
    this.#saving.show();
  }

  async #add(section, kind) {
    const cell = this.#notebook.insert(section.cell.id, kind);
    await this.#sections.lay();
    const added = this.#sections.of(cell.id);
    added.area.focus();
    this.#announcer.say(`Cell ${added.number} added`);
  }

  async #remove(section) {
    const { number, cell } = section;
    if (section.source.trim() && !(await askOnce(`Remove cell ${number}?`, 'Its text goes with it. Saved versions keep it.', 'Remove'))) {
      return;
    }
    const all = this.#sections.inOrder;
    const before = all[all.indexOf(section) - 1];
    this.#notebook.remove(cell.id);
    this.#drafts.drop(cell.id);
    await this.#sections.lay();
    (before?.heading ?? element('title')).focus();
    this.#announcer.say(`Cell ${number} removed`);
  }

  /** Note the language as the notebook does. */
  #language(info) {
    if (info.language_info && this.#notebook.content.metadata) {
      this.#notebook.content.metadata.language_info = info.language_info;
    }
  }

  async #restart() {
    const words = 'All variables are forgotten. The notebook and your files stay as they are.';
    if (!this.#waiting.mayWrite() || !(await askOnce('Restart the kernel?', words, 'Restart'))) {
      return;
    }
    try {
      await this.#kernel.restart();
      this.#announcer.say('The kernel has been restarted. Run the cells above again');
    } catch {
      this.#announcer.say('The kernel could not be restarted. Press Restart again in a moment.');
    }
  }

  #paused() {
    const { isPaused } = this.#sitting;
    element('work').hidden = isPaused;
    element('paused').hidden = !isPaused;
    element('ways').hidden = isPaused; // they lead into what is out of sight
    (isPaused ? element('paused-head') : element('title')).focus();
  }

  #head() {
    const { own, all } = this.#sitting;
    if (own && all.exercises.length > 1) {
      element('title').textContent = titled(own, all.exercises);
      const others = all.exercises.filter(one => one.slug !== slug);
      const links = others.map(one => make('a', { href: `${BASE}plain/${one.slug}` }, titled(one, all.exercises)));
      element('title').after(make('nav', { 'aria-label': 'Other exercises' }, listed(links)));
    }
  }
}

/** The ways to the other exercises: one stands as it is, several below a fold. */
function listed(links) {
  if (links.length === 1) {
    return make('p', { class: 'mut' }, 'Also here: ', links[0]);
  }
  return make('details', { class: 'more' }, make('summary', {}, `Also here: ${links.length} other exercises, in any order`),
    make('ul', {}, ...links.map(link => make('li', {}, link))));
}

const page = new Page();
page.open().catch(problem => {
  const words = problem instanceof Refused ? problem.message : 'The exercise could not be opened: the line is down.';
  const host = element('loading') ?? element('notes');
  host.replaceChildren(make('p', {}, `${words} Load the page again; nothing is lost.`));
});
