/** The cells as sections of the page: made, ordered, named, their texts read; where part two begins. */
import { api, BASE, inAddress } from './wire.js';
import { count, make } from './make.js';
import { CellSection } from './cells.js';
import { auditionOf, sourceOf } from './notebook.js';
import { leaveOutFirstLine } from './plan-box.js';

const policy = window.trustedTypes?.createPolicy('audition-markdown', { createHTML: cleaned => cleaned });
const element = id => document.getElementById(id);

/** The sections of one notebook, by their cells' ids. */
export class Sections {
  #slug;
  #notebook;
  #page;
  #all = new Map();
  #banner = null;

  /** @param page {acts, made, laid, done}: what a section's buttons do; called with each new section, with each once all are laid, and then. */
  constructor(slug, notebook, page) {
    [this.#slug, this.#notebook, this.#page] = [slug, notebook, page];
  }

  /** The section of a cell. */
  of(id) {
    return this.#all.get(id);
  }

  /** All of them in the notebook's order. */
  get inOrder() {
    return this.#notebook.cells.map(cell => this.#all.get(cell.id));
  }

  /** The ids of the cells that have one. */
  get ids() {
    return [...this.#all.keys()];
  }

  /** Whether part two has come. */
  get hasPartTwo() {
    return this.#banner !== null;
  }

  /** Make, order and number the sections as the notebook has its cells. */
  async lay() {
    const host = element('cells');
    const cells = this.#notebook.cells;
    const fresh = cells.filter(cell => this.#make(cell));
    for (const [id, section] of this.#all) {
      if (!this.#notebook.cell(id)) {
        section.node.remove();
        this.#all.delete(id);
      }
    }
    const second = cells.find(cell => auditionOf(cell).part === 2);
    const nodes = cells.flatMap(cell => {
      const { node } = this.#all.get(cell.id);
      return cell === second ? [this.#partTwo(cells), node] : [node];
    });
    nodes.forEach((node, at) => host.children[at] === node || host.insertBefore(node, host.children[at] ?? null));
    this.inOrder.forEach((section, at) => {
      section.number = at + 1;
      section.refresh();
      this.#page.laid(section);
    });
    this.#page.done();
    this.#skipLinks(cells);
    await this.#read(fresh.map(cell => this.#all.get(cell.id)));
    this.#nameByHeadings();
  }

  /** Read the texts of all sections anew. */
  async readAll() {
    await this.#read(this.inOrder);
    this.#nameByHeadings();
  }

  /** Give a cell its section; tells whether it is a new one. */
  #make(cell) {
    const there = this.#all.get(cell.id);
    const isFresh = there === undefined || there.cell.cell_type !== cell.cell_type;
    if (isFresh) {
      there?.node.remove();
      const section = new CellSection(cell, this.#page.acts);
      this.#page.made(section);
      this.#all.set(cell.id, section);
    }
    this.#all.get(cell.id).cell = cell;
    return isFresh;
  }

  /** Call given code as the heading above it, and let what is said of the plan hold for its box. */
  #nameByHeadings() {
    let under = '';
    let before = null;
    for (const section of this.inOrder) {
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
        make('p', {}, 'It arrived when you ran your plan.'));
    }
    this.#banner.firstChild.textContent = `Part two: ${count(number, 'cell')}`;
    return this.#banner;
  }

  #skipLinks(cells) {
    const plan = cells.find(cell => auditionOf(cell).kind === 'plan');
    element('to-plan').hidden = plan === undefined;
    if (plan) {
      element('to-plan').href = `#${this.#all.get(plan.id).key}`;
    }
    element('to-part-two').hidden = !this.hasPartTwo;
  }

  /** Fill the text cells with what the server made of their Markdown. */
  async #read(sections) {
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
    return isElsewhere ? href : `${BASE}files/${this.#slug}/${inAddress(href.replace(/^\.?\/+/, ''))}`;
  }
}
