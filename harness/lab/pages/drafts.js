/** What was typed and not saved, kept in this browser by cell, and offered again after a reload. */
import { keep, recall } from './make.js';

const OLDEST_MS = 30 * 24 * 3600 * 1000;

/** The drafts of one notebook. */
export class Drafts {
  #prefix;

  constructor(session, path) {
    this.#prefix = `audition:draft:${session}:${path}:`;
  }

  /** Keep what stands in a cell now. */
  keep(cellId, text) {
    keep(this.#prefix + cellId, JSON.stringify({ text, at: new Date().toISOString() }));
  }

  /** Let go of a cell's draft. */
  drop(cellId) {
    keep(this.#prefix + cellId, null);
  }

  /** Return a cell's draft {text, at} if it says something other than what is saved, else null. */
  of(cellId, saved) {
    try {
      const draft = JSON.parse(recall(this.#prefix + cellId) ?? 'null');
      const isNews = typeof draft?.text === 'string' && draft.text !== saved;
      const isFresh = isNews && Date.now() - new Date(draft.at).getTime() < OLDEST_MS;
      if (isFresh) {
        return draft;
      }
    } catch {
      // not of our making: as good as none
    }
    this.drop(cellId);
    return null;
  }
}
