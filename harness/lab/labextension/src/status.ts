/** How the record stands, asked for every few seconds and shown in the status bar. */
import { ServerConnection } from '@jupyterlab/services';
import { ISignal, Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';

import { askStatus, IStatus } from './wire';

const EVERY_MS = 5000;
const SELDOM_MS = 30_000;

/** What the status bar can say. */
export type State = 'sandboxed' | 'self-attested' | 'unsent' | 'away' | 'asking';

const YES =
  'the cells you run with their output and errors, saves of the notebook, your calls to a ' +
  'model with answers and cost, your questions, hypotheses and checks, when you start, pause and submit.';
const NEVER = 'keystrokes, typing speed, camera, microphone, screen, other windows.';

/** How far the exercise in front is: what one saves, asks or notes is recorded before its start, too, until it is over. */
export type Stage = 'working' | 'paused' | 'over';

/** What the bar says of each, from what it says of the record. */
const STAGES: Record<Stage, (words: string) => string> = {
  working: words => words,
  paused: () => 'Paused',
  over: () => 'Exercise over · recording stopped'
};

const SHORT: Record<State, string> = {
  asking: 'Connecting…',
  sandboxed: 'Recorded · sandboxed',
  'self-attested': 'Recorded · not sandboxed: self-attested',
  unsent: 'Catching up',
  away: 'The line is down. Go on writing…'
};

export const LONG: Record<State, string> = {
  asking: '',
  sandboxed: 'Cells run in a sandbox, apart from the record.',
  'self-attested':
    'Cells run on this machine without a sandbox, so the record is your own word and says so.',
  unsent: 'What is not sent yet is kept and sent by itself.',
  away: 'Work is kept and sent when the line is back.'
};

/** Asks how the record stands; more seldom while nothing answers. */
export class StatusPoll {
  private readonly _asked = new Signal<this, State>(this);
  private _state: State = 'asking';
  private _unsent = 0;
  private _wasUnsent = false;
  private _misses = 0;

  constructor(private readonly _settings: ServerConnection.ISettings) {}

  /** Emitted after each time, with how it stands. */
  get asked(): ISignal<this, State> {
    return this._asked;
  }

  /** How it stands. */
  get state(): State {
    return this._state;
  }

  /** How many events the proctor does not have yet. */
  get unsent(): number {
    return this._unsent;
  }

  /** Ask now, and go on asking. */
  async start(): Promise<void> {
    for (;;) {
      await this._askOnce();
      const wait = Math.min(EVERY_MS * 2 ** Math.max(0, this._misses - 1), SELDOM_MS);
      await nextTime(wait);
    }
  }

  private async _askOnce(): Promise<void> {
    let status: IStatus | null = null;
    try {
      status = await askStatus(this._settings);
      this._misses = 0;
    } catch {
      this._misses += 1;
    }
    this._state = this._read(status);
    this._unsent = status?.unsent ?? this._unsent;
    this._wasUnsent = this._unsent > 0;
    this._asked.emit(this._state);
  }

  private _read(status: IStatus | null): State {
    if (!status?.connected) {
      return 'away';
    }
    // A cell that was just run is on its way for a moment: said only if it stays so.
    if (status.unsent > 0 && this._wasUnsent) {
      return 'unsent';
    }
    return status.selfAttested ? 'self-attested' : 'sandboxed';
  }
}

/** Wait so long, or until the browser notes that the network has gone or come. */
async function nextTime(wait: number): Promise<void> {
  const done = new AbortController();
  await new Promise<void>(resolve => {
    const timer = window.setTimeout(resolve, wait);
    const options = { signal: done.signal };
    for (const event of ['online', 'offline']) {
      window.addEventListener(event, () => resolve(), options);
    }
    done.signal.addEventListener('abort', () => window.clearTimeout(timer));
  });
  done.abort();
}

/** The item in the status bar: a button that opens the panel, where it is said in full. */
export class StatusItem extends Widget {
  private readonly _button = document.createElement('button');
  private readonly _words = document.createElement('span');

  /**
   * @param open what a press does.
   * @param stage tells how far the exercise in front is.
   * @param changed emitted when that may have changed.
   */
  constructor(
    private readonly _poll: StatusPoll,
    open: () => void,
    private readonly _stage: () => Stage,
    changed: ISignal<unknown, void>
  ) {
    super();
    this.addClass('jp-Audition-status');
    changed.connect(() => this._show());
    const sign = document.createElement('span');
    sign.className = 'jp-Audition-sign';
    sign.setAttribute('aria-hidden', 'true');
    this._button.type = 'button';
    this._button.append(sign, this._words);
    this._button.addEventListener('click', open);
    this.node.append(this._button);
    _poll.asked.connect(() => this._show());
    this._show();
  }

  private _show(): void {
    const { state, unsent } = this._poll;
    const isWell = state === 'sandboxed' || state === 'self-attested';
    const stage = isWell ? this._stage() : 'working';
    const words = state === 'unsent' ? `${SHORT.unsent}: ${unsent} not sent yet` : STAGES[stage](SHORT[state]);
    if (words === this._words.textContent) {
      return;
    }
    this._button.dataset.auditionState = stage === 'working' ? state : stage;
    this._words.textContent = words;
    this._button.title = [words, LONG[state], `Recorded: ${YES}`, `Never recorded: ${NEVER}`]
      .filter(Boolean)
      .join('\n');
  }
}
