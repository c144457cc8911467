/**
 * Two windows with one exercise: one is worked in, the other is covered until the person goes on
 * there. The plain page speaks on the same channel (pages/windows.js), so it counts as a window, and
 * calls for the notebook when a person switches back.
 */
import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { UUID } from '@lumino/coreutils';

import { Announcer } from '../announcer';
import { Actions } from './actions';

const ANSWER_WITHIN_MS = 200;
const SAVED_WITHIN_MS = 3000;

/** Why a window is not the one that is worked in: it came second, or the other took over. */
export type Elsewhere = 'open' | 'taken';

/** What windows say to each other. */
interface IWord {
  readonly says:
    | 'who writes?' | 'writing' | 'taken' | 'released' | 'notebook?' | 'notebook' | 'come' | 'asked' | 'submitted';
  readonly from?: string;
  readonly to?: string;
  /** What the window is called, for a page that it opened. */
  readonly window?: string;
}

/** One exercise's line to the other windows of this browser. */
class Line {
  private readonly _name = UUID.uuid4();
  private readonly _channel: BroadcastChannel;
  private _isAsking = false;
  elsewhere: Elsewhere | null = null;

  /**
   * @param save saves what is unsaved here.
   * @param changed called when another window took over.
   * @param come called when the plain page wants this window to go on.
   * @param asked called when something was put on record in another window.
   * @param submitted called when another window submitted.
   */
  constructor(
    name: string,
    private readonly _save: () => Promise<unknown>,
    private readonly _changed: () => void,
    private readonly _come: () => void,
    private readonly _asked: () => void,
    private readonly _submitted: () => void
  ) {
    this._channel = new BroadcastChannel(name);
    this._channel.addEventListener('message', event => this._hear(event.data as IWord));
  }

  /** Find out whether another window is worked in. */
  async ask(): Promise<void> {
    this._isAsking = true;
    const isOther = this._hears('writing', ANSWER_WITHIN_MS);
    this._tell({ says: 'who writes?', from: this._name });
    this.elsewhere = (await isOther) ? 'open' : this.elsewhere;
    this._isAsking = false;
  }

  /** Work here from now on; returns when the other has saved, or is gone. */
  async take(): Promise<void> {
    const released = this._hears('released', SAVED_WITHIN_MS);
    this._tell({ says: 'taken', from: this._name });
    await released;
    this.elsewhere = null;
  }

  /** Let the other windows know that something was put on record here. */
  tellAsked(): void {
    this._tell({ says: 'asked', from: this._name });
  }

  /** Let the other windows know that the exercise was submitted here. */
  tellSubmitted(): void {
    this._tell({ says: 'submitted', from: this._name });
  }

  close(): void {
    this._channel.close();
  }

  private _tell(word: IWord): void {
    this._channel.postMessage(word);
  }

  private _hears(says: IWord['says'], withinMs: number): Promise<boolean> {
    return new Promise(resolve => {
      const end = (heard: boolean): void => {
        this._channel.removeEventListener('message', hear);
        window.clearTimeout(timer);
        resolve(heard);
      };
      const hear = (event: MessageEvent): void => {
        const word = event.data as IWord;
        if (word?.says === says && word.to === this._name) {
          end(true);
        }
      };
      const timer = window.setTimeout(() => end(false), withinMs);
      this._channel.addEventListener('message', hear);
    });
  }

  private _hear(word: IWord): void {
    if (word?.says === 'notebook?') {
      this._tell({ says: 'notebook', to: word.from, from: this._name, window: window.name });
    } else if (word?.says === 'come' && word.to === this._name) {
      this._come();
    } else if (word?.says === 'asked') {
      this._asked();
    } else if (word?.says === 'submitted') {
      this._submitted();
    }
    if (this.elsewhere !== null || this._isAsking) {
      return;
    }
    if (word?.says === 'who writes?') {
      this._tell({ says: 'writing', to: word.from });
    } else if (word?.says === 'taken') {
      this.elsewhere = 'taken';
      this._changed();
      void this._save().then(() => this._tell({ says: 'released', to: word.from }));
    }
  }
}

/** Watches over the exercises that are open in this window. */
export class Windows {
  private readonly _lines = new Map<string, Line>();

  constructor(
    tracker: INotebookTracker,
    private readonly _actions: Actions,
    private readonly _announcer: Announcer
  ) {
    window.name ||= `audition-lab-${UUID.uuid4()}`; // by which a page that it opened comes back
    const opened = (panel: NotebookPanel): void => {
      void panel.context.ready.then(() => this._opened(panel));
    };
    tracker.forEach(opened);
    tracker.widgetAdded.connect((_, panel) => opened(panel));
    _actions.store.sitting.changed.connect(() => tracker.forEach(panel => this._opened(panel)));
    _actions.onRecord.connect((_, slug) => this._lines.get(slug)?.tellAsked());
    _actions.submissions.submitted.connect((_, slug) => this._lines.get(slug)?.tellSubmitted());
  }

  /** Why an exercise is not worked in here; null if it is. */
  elsewhere(slug: string): Elsewhere | null {
    return this._lines.get(slug)?.elsewhere ?? null;
  }

  /** Go on with an exercise in this window, with what the other has saved. */
  async take(slug: string): Promise<void> {
    await this._lines.get(slug)?.take();
    await this._actions.book.revert(pathOf(slug)).catch(() => undefined);
    this._actions.store.touch();
    this._announcer.say('You can write here now.');
  }

  /** Go on in this window, where the plain page sends the person: the notebook in front, the focus in it. */
  private async _come(slug: string): Promise<void> {
    const { book } = this._actions;
    if (this.elsewhere(slug) !== null) {
      await this.take(slug);
    }
    void this._actions.store.of(slug).versions.ask(); // the other window has saved
    const panel = await book.open(pathOf(slug));
    book.app.shell.activateById(panel.id);
  }

  private _opened(panel: NotebookPanel): void {
    const { store, book } = this._actions;
    const session = store.sitting.value?.session;
    const path = panel.context.localPath;
    const slug = store.sitting.value?.exercises.find(one => pathOf(one.slug) === path)?.slug;
    if (session === undefined || slug === undefined || panel.isDisposed || this._lines.has(slug)) {
      return;
    }
    const changed = (): void => {
      store.touch();
      this._announcer.say('You went on in another window; this one waits.');
    };
    const come = (): void => void this._come(slug).catch(() => undefined);
    const name = `audition:plain:${session}:${path}`;
    const asked = (): void => this._actions.hear(slug);
    const submitted = (): void => this._actions.submissions.submittedElsewhere(slug);
    const line = new Line(name, () => book.save(panel), changed, come, asked, submitted);
    this._lines.set(slug, line);
    panel.disposed.connect(() => {
      if (book.find(path) === null) {
        line.close();
        this._lines.delete(slug);
      }
    });
    void line.ask().then(() => {
      if (line.elsewhere !== null) {
        store.touch();
        this._announcer.say('This exercise is open in another window.');
      }
    });
  }
}

function pathOf(slug: string): string {
  return `${slug}/${slug}.ipynb`;
}
