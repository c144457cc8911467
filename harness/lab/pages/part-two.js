/** Part two of the exercise: asked for when the plan has run, and taken in where it comes. */
import { api, Refused, Unreachable } from './wire.js';
import { count } from './make.js';
import { auditionOf } from './notebook.js';

/** The way part two comes. */
export class PartTwo {
  #path;
  #notebook;
  #saving;
  #announcer;
  #isOwed = false;

  constructor(path, notebook, saving, announcer) {
    [this.#path, this.#notebook, this.#saving, this.#announcer] = [path, notebook, saving, announcer];
  }

  /** Whether the plan was run and part two did not come. */
  get isMissing() {
    const { content } = this.#notebook;
    const wasRun = content.cells.some(cell => auditionOf(cell).kind === 'plan' && cell.execution_count !== null);
    return wasRun && auditionOf(content).parts !== 2;
  }

  /** Have it delivered, and take it in; `isToldOf` says whether somebody waits to hear why it does not come. */
  async deliver(isToldOf) {
    this.#isOwed = false;
    try {
      await this.#saving.save();
      await api('POST', 'parts', { path: this.#path });
      await this.#notebook.join();
    } catch (problem) {
      this.#isOwed = problem instanceof Unreachable || (problem.status ?? 0) >= 500;
      if (problem instanceof Refused && !this.#isOwed && isToldOf) {
        this.#announcer.say(problem.message);
      } else if (this.#isOwed && isToldOf) {
        this.#announcer.say('The line is down. Go on writing; part two comes when the line is back.');
      }
    }
  }

  /** The line is there: ask again for what it kept from us. */
  lineIsUp() {
    this.#isOwed && void this.deliver(false);
  }

  /** Say that it came, with the cells that were added. */
  tell(added) {
    const given = added.filter(cell => auditionOf(cell).part === 2).length;
    if (given > 0) {
      this.#announcer.say(`Plan kept. Part two has been added below: ${count(given, 'cell')}`, { id: 'part-two', words: 'Go to part two' });
    }
  }
}
