/** What the exercise was given as: what is still so, and how a cell comes back to it. */
import { api } from './wire.js';
import { button } from './make.js';
import { auditionOf, sourceOf } from './notebook.js';
import { namesOf } from './texts.js';

/** The given sources, by their cells' ids. */
export class Given {
  #slug;
  #notebook;
  #sections;
  #announcer;
  #sources = new Map();

  constructor(slug, notebook, sections, announcer) {
    [this.#slug, this.#notebook, this.#sections, this.#announcer] = [slug, notebook, sections, announcer];
  }

  /** Ask for them. */
  async learn() {
    try {
      const { cells } = await api('GET', `given/${this.#slug}`);
      this.#sources = new Map(cells.map(cell => [cell.id, sourceOf(cell)]));
      this.#sections.inOrder.forEach(section => {
        this.offer(section);
        section.isAskedFor(this.#sources.get(section.cell.id) ?? null);
      });
      this.nameTexts();
    } catch {
      // no reset is offered
    }
  }

  /** Call texts to write that follow each other by what each was given to ask. */
  nameTexts() {
    const names = namesOf(this.#sections.inOrder.map(({ cell }) =>
      ({ id: cell.id, isText: auditionOf(cell).kind === 'text', given: this.#sources.get(cell.id) ?? null })));
    this.#sections.inOrder.forEach(section => section.isCalled(names.get(section.cell.id) ?? ''));
  }

  /** Offer to bring back the given source of a cell, if it was changed. */
  offer(section) {
    section.offerReset(this.#sources.get(section.cell.id) ?? null);
  }

  /** Whether nothing was written or run since the exercise was laid out; false before it is known. */
  get isAsGiven() {
    return this.#sources.size > 0 && this.#notebook.cells.every(cell =>
      this.#sources.get(cell.id) === sourceOf(cell) && !cell.outputs?.length && !cell.execution_count);
  }

  /** What is still as given: the numbers of the texts to write, and the names of the marked cells. */
  get unwritten() {
    const all = this.#sections.inOrder.filter(({ cell, source }) => this.#sources.get(cell.id) === source);
    const marked = all.map(({ cell }) => auditionOf(cell)).filter(({ kind, name }) => kind === 'artefact' && typeof name === 'string');
    return {
      texts: all.filter(({ cell }) => auditionOf(cell).kind === 'text').map(section => section.number),
      marked: marked.map(({ name }) => name.slice(0, 60))
    };
  }

  /** What is said beside a given cell that has run as something else; null for any other. */
  changed({ cell, source, number }) {
    const { kind, open } = auditionOf(cell);
    const given = this.#sources.get(cell.id);
    const isOther = kind === 'given' && open !== true && given !== undefined && given.trim() !== source.trim();
    return isOther
      ? `This cell is given and was changed. You may leave it so; it stands on record that it was changed. “Reset cell ${number} to as given” brings it back.`
      : null;
  }

  /** Put the given source back, and offer what stood there. */
  reset(section) {
    const given = this.#sources.get(section.cell.id);
    if (given === undefined) {
      return;
    }
    const was = section.source;
    this.#put(section, given);
    const output = section.cell.outputs?.length ? ' What stands below it came from the text before: run it again.' : '';
    section.note(`This cell is as given again.${output}`, button('Bring back what stood here', () => {
      section.note(null);
      this.#put(section, was);
      section.area.focus();
      this.#announcer.say(`What stood in cell ${section.number} is back`);
    }));
    section.isNotedUntilRun = true;
    section.area.focus();
    this.#announcer.say(`Cell ${section.number} is as given again.${output}`);
  }

  #put(section, source) {
    this.#notebook.write(section.cell.id, source);
    section.refresh();
    this.offer(section);
  }
}
