/**
 * The notebook as saved and as open: read, saved and, where another window saved meanwhile, joined
 * cell by cell. Nothing that anyone wrote is written over: where both changed one cell, both texts
 * are kept and the person chooses.
 */
import { uuid } from './make.js';
import { ask, inAddress } from './wire.js';

/** Return a cell's source as one string. */
export function sourceOf(cell) {
  return Array.isArray(cell.source) ? cell.source.join('') : String(cell.source ?? '');
}

/** Return `metadata.audition` of a cell or notebook, or nothing of it if it is no object. */
export function auditionOf(thing) {
  const own = thing?.metadata?.audition;
  return typeof own === 'object' && own !== null ? own : {};
}

/**
 * One notebook.
 *
 * Events: `joined` (another window's changes, or part two, were taken in; detail: {added}), `clash`
 * (detail: {cell, theirs}), `saved`, `unsaved` (detail: the problem).
 */
export class Notebook extends EventTarget {
  content = null;
  savedAt = null;
  #hash = '';
  #synced = new Map();
  #clashes = new Map();
  #ran = new Set();
  #isDirty = false;
  #isSaving = false;
  #turn = Promise.resolve();

  constructor(path) {
    super();
    this.path = path;
  }

  get cells() {
    return this.content.cells;
  }

  /** Whether the server lacks something of it, also while that is under way. */
  get isDirty() {
    return this.#isDirty || this.#isSaving;
  }

  cell(id) {
    return this.cells.find(cell => cell.id === id);
  }

  /** Read it. */
  async load() {
    const model = await this.#read();
    this.content = model.content;
    this.content.cells.forEach(tidy);
    this.#sync(model);
    this.savedAt = new Date(model.last_modified);
  }

  /** Note what a person typed. */
  write(id, source) {
    const cell = this.cell(id);
    if (cell && sourceOf(cell) !== source) {
      cell.source = source;
      this.#isDirty = true;
    }
  }

  /** Note that a cell's outputs changed. */
  touched(id) {
    this.#ran.add(id);
    this.#isDirty = true;
  }

  /** Add a cell below another. */
  insert(below, kind) {
    const code = kind === 'code' ? { execution_count: null, outputs: [] } : {};
    const cell = { cell_type: kind, id: uuid(), metadata: {}, source: '', ...code };
    this.cells.splice(this.cells.findIndex(one => one.id === below) + 1, 0, cell);
    this.#isDirty = true;
    return cell;
  }

  /** Take a cell away. */
  remove(id) {
    this.content.cells = this.cells.filter(cell => cell.id !== id);
    this.#isDirty = true;
  }

  /** Save what was changed, in turn; returns when it is saved. */
  save() {
    return this.#inTurn(() => this.#save());
  }

  /** Take in what the file has gained. */
  join() {
    return this.#inTurn(() => this.#join());
  }

  /** Settle a clash: keep what stands here, or take what the other window wrote. */
  settle(id, takeTheirs) {
    const theirs = this.#clashes.get(id);
    this.#clashes.delete(id);
    const cell = this.cell(id);
    if (cell && theirs !== undefined) {
      this.#isDirty = true;
      if (takeTheirs) {
        cell.source = theirs;
      }
    }
  }

  /** Whether a cell's text is the saved one. */
  isSaved(id) {
    const cell = this.cell(id);
    return cell !== undefined && this.#synced.get(id) === sourceOf(cell) && !this.#clashes.has(id);
  }

  #inTurn(work) {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #save() {
    if (!this.#isDirty) {
      return;
    }
    try {
      const now = await this.#read(false);
      if (now.hash !== this.#hash) {
        await this.#join();
      }
      const content = this.#toSave();
      const sent = new Map(content.cells.map(cell => [cell.id, sourceOf(cell)]));
      this.#isDirty = false;
      this.#isSaving = true;
      this.#ran.clear();
      await ask('PUT', `api/contents/${inAddress(this.path)}`, { type: 'notebook', format: 'json', content });
      const saved = await this.#read();
      this.#synced = sent;
      this.#hash = saved.hash;
      if (!isSame(saved.content.cells, sent)) {
        this.#take(saved); // somebody saved in the same moment
      }
      this.savedAt = new Date(saved.last_modified); // the server's clock, as with the versions
      this.#isSaving = false;
      this.#tell('saved');
    } catch (problem) {
      this.#isDirty = true;
      this.#tell('unsaved', problem);
      throw problem;
    } finally {
      this.#isSaving = false;
    }
  }

  /** A copy; of a cell both windows changed the other's text goes on lying in the file. */
  #toSave() {
    const content = structuredClone(this.content);
    for (const cell of content.cells) {
      if (this.#clashes.has(cell.id)) {
        cell.source = this.#clashes.get(cell.id);
      }
    }
    return content;
  }

  async #join() {
    const model = await this.#read();
    if (model.hash === this.#hash) {
      return 0;
    }
    return this.#take(model);
  }

  #take(model) {
    const added = [];
    const theirs = model.content.cells;
    theirs.forEach(tidy);
    theirs.forEach((cell, at) => {
      const mine = this.cell(cell.id);
      if (mine !== undefined) {
        this.#mix(mine, cell);
      } else if (!this.#synced.has(cell.id)) {
        const before = theirs.slice(0, at).reverse().find(one => this.cell(one.id));
        const place = before ? this.cells.findIndex(one => one.id === before.id) + 1 : 0;
        this.cells.splice(place, 0, cell);
        added.push(cell);
      }
    });
    const there = new Set(theirs.map(cell => cell.id));
    this.content.cells = this.cells.filter(
      cell => there.has(cell.id) || this.#synced.get(cell.id) !== sourceOf(cell)
    );
    this.content.metadata = { ...this.content.metadata, ...model.content.metadata };
    this.#sync(model);
    this.#tell('joined', { added });
    return added.length;
  }

  #mix(mine, theirs) {
    const [here, there, base] = [sourceOf(mine), sourceOf(theirs), this.#synced.get(mine.id)];
    if (here !== there && there !== base) {
      if (here === base) {
        mine.source = there;
      } else {
        this.#clashes.set(mine.id, there);
        this.#tell('clash', { cell: mine, theirs: there });
      }
    }
    if (mine.cell_type === 'code' && !this.#ran.has(mine.id)) {
      mine.outputs = theirs.outputs ?? [];
      mine.execution_count = theirs.execution_count ?? null;
    }
    mine.metadata = { ...theirs.metadata, ...mine.metadata };
  }

  async #read(withContent = true) {
    const query = withContent ? 'content=1&type=notebook&hash=1' : 'content=0&hash=1';
    return ask('GET', `api/contents/${inAddress(this.path)}?${query}`);
  }

  #sync(model) {
    this.#hash = model.hash;
    this.#synced = new Map(model.content.cells.map(cell => [cell.id, sourceOf(cell)]));
  }

  #tell(type, detail = null) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

function isSame(cells, sent) {
  return cells.length === sent.size && cells.every(cell => sent.get(cell.id) === sourceOf(cell));
}

/** Make a cell what the format says it is; a hostile notebook may hold anything. */
function tidy(cell) {
  cell.id = typeof cell.id === 'string' && cell.id ? cell.id : uuid();
  cell.metadata = typeof cell.metadata === 'object' && cell.metadata !== null ? cell.metadata : {};
  cell.source = sourceOf(cell);
  if (cell.cell_type === 'code') {
    cell.outputs = Array.isArray(cell.outputs) ? cell.outputs : [];
  }
}
