/** Whether what check() said still holds: of which state of the marked cells it was said, and what they are now. */
import { keep, recall } from './make.js';
import { dayTimeOf } from './moments.js';
import { auditionOf, sourceOf } from './notebook.js';

/** So many checks are kept in mind: an older version that is restored brings its own result back. */
const MOST = 20;

/** What the check of one exercise said, and how old that is. */
export class Checked {
  #key;
  #notebook;
  #sections;
  #begun = new Map();

  constructor(session, slug, notebook, sections) {
    this.#key = `audition:checked:${session}:${slug}`;
    [this.#notebook, this.#sections] = [notebook, sections];
  }

  /** A check begins: it is about the cells as they are now. */
  begins(cell) {
    this.#begun.set(cell.id, this.#print());
  }

  /** A cell has ended: where it is a check, that is of which state it spoke. */
  ended(cell) {
    const print = this.#begun.get(cell.id);
    const at = ranAt(cell);
    if (print !== undefined && at) {
      keep(this.#key, JSON.stringify([...this.#known.filter(([when]) => when !== at), [at, print]].slice(-MOST)));
    }
    this.#begun.delete(cell.id);
    this.look();
  }

  /** Show of each check whether what it said is old. */
  look() {
    const now = this.#print();
    for (const section of this.#sections.inOrder.filter(one => one.role === 'check')) {
      const at = ranAt(section.cell);
      const hasSaid = at !== '' && says(section.cell) && !this.#begun.has(section.cell.id);
      section.isOld(hasSaid && this.#isOld(at, now) ? `This was said of the notebook as it was at ${dayTimeOf(at)}; check again.` : null);
    }
  }

  /** Of a check in another browser it is known only whether a marked cell was run since. */
  #isOld(at, now) {
    const then = this.#known.find(([when]) => when === at);
    return then ? then[1] !== now : this.#marked.some(cell => Date.parse(ranAt(cell)) > Date.parse(at));
  }

  get #marked() {
    return this.#notebook.cells.filter(cell => auditionOf(cell).kind === 'artefact');
  }

  get #known() {
    try {
      const kept = JSON.parse(recall(this.#key) ?? '[]');
      const isPair = one => Array.isArray(one) && one.every(it => typeof it === 'string');
      return Array.isArray(kept) ? kept.filter(isPair) : [];
    } catch {
      return [];
    }
  }

  #print() {
    return printOf(JSON.stringify(this.#marked.map(cell => [cell.id, cell.execution_count ?? null, sourceOf(cell)])));
  }
}

/** Whether something came of a cell, and no error of Python's. */
function says(cell) {
  const outputs = cell.outputs ?? [];
  return outputs.length > 0 && outputs.every(one => one.output_type !== 'error');
}

/** When a cell was run last, as the kernel said it; empty if it was not. */
function ranAt(cell) {
  const at = cell.metadata?.execution?.['iopub.execute_input'];
  return typeof at === 'string' && !Number.isNaN(Date.parse(at)) ? at : '';
}

/** A short print of a text, to tell whether it changed (FNV-1a, 32 bits, and its length); panel/book.ts has the same. */
function printOf(text) {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return `${text.length} ${(hash >>> 0).toString(16)}`;
}
