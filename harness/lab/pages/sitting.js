/** What the proctor says: the line, the clock, pause, and what came back; asked for now and then. */
import { api, Refused, Unreachable } from './wire.js';
import { button, count, keep, recall, zone } from './make.js';
import { dayTimeOf } from './moments.js';

const STATUS_MS = 5000;
const CLOCK_MS = 20_000;
const DOWN = 'The line is down. Go on writing: work is kept in this browser and sent when the line is back.';
const USED_UP = 'Your pause is used up: the clock goes on. If you have to leave, tell whoever invited you; they can give you time.';
const FIVE_MIN_S = 300;

/** One exercise's place in the sitting. Events: `up` (the line is there), `clock` (asked anew), `paused`, `over`. */
export class Sitting extends EventTarget {
  own = null;
  all = null;
  #slug;
  #notes;
  #announcer;
  #clock = null;
  #isShown = false;
  #wasAway = false;
  #givenBack = null;
  #told = new Set();
  #quietKey;
  #rests = false;
  #isUp = null;
  #isAttested = false;
  #heardAt = '';
  #heardMs = 0;

  constructor(slug, session, notes, announcer) {
    super();
    this.#slug = slug;
    this.#notes = notes;
    this.#announcer = announcer;
    this.#quietKey = `audition:no-time:${session}`;
    element('show-clock').addEventListener('click', () => {
      this.#isShown = !this.#isShown;
      this.#showClock();
      this.dispatchEvent(new CustomEvent('clock'));
      if (this.#isShown && this.#clock?.is_timed) {
        announcer.say(element('clock').textContent);
      }
    });
    element('start').addEventListener('click', () => this.#act('clock/start', { exercise: slug }, 'The clock has started'));
  }

  /** Whether the own pause is on. */
  isPaused = false;

  /** Begin to ask, and go on. */
  async begin() {
    await this.#learn();
    void repeat(STATUS_MS, () => this.#status());
    void repeat(CLOCK_MS, () => this.#askClock());
  }

  /** Ask for the clock now: a run may have started it. */
  ranSomething() {
    if (this.#clock?.is_timed && this.#clock.opened_at === null) {
      setTimeout(() => void this.#askClock(), 1500);
    }
  }

  /** Pause: the clock stands still, and the exercise is put away. */
  async pause() {
    await this.#act('clock/pause', {}, 'You have paused. The clock stands still');
  }

  /** Go on. */
  async resume() {
    await this.#act('clock/resume', {}, 'You have resumed');
  }

  /** Nothing more is expected, so that no time is told; or something is again. */
  rest(isDone) {
    this.#rests = isDone;
  }

  /** Whether the exercise has a clock that does not run yet. */
  get isUnstarted() {
    return Boolean(this.#clock?.is_timed) && this.#clock.opened_at === null && !this.#clock.is_over;
  }

  /**
   * Until when the exercise can be worked on: "until 21:32 UTC", or "until 21:32 UTC (28 minutes)" while the clock
   * is shown; to the hard end once the soft one has passed. Empty where no clock runs, or it stands still.
   */
  get untilWhen() {
    const own = this.#clock;
    const end = own?.left_s > 0 ? own.ends_at : own?.hard_end_at;
    const seconds = (Date.parse(end) - Date.parse(this.#heardAt)) / 1000 - (performance.now() - this.#heardMs) / 1000;
    if (!own?.is_timed || own.is_over || this.isPaused || !(seconds > 0)) {
      return '';
    }
    const left = this.#isShown ? ` (${wholeMinutes(seconds)})` : '';
    const at = Date.now() + seconds * 1000;
    return `until ${dayTimeOf(at)} ${zone(at)}${left}`;
  }

  async #learn() {
    try {
      this.all = await api('GET', 'sitting');
      this.own = this.all.exercises.find(one => one.slug === this.#slug) ?? null;
    } catch {
      // asked again with the status
    }
  }

  async #act(route, body, words) {
    try {
      this.#take(await api('POST', route, body));
      this.#announcer.say(words);
    } catch (problem) {
      this.#announcer.say(problem instanceof Refused ? problem.message : DOWN);
    }
  }

  async #status() {
    let status = null;
    try {
      status = await api('GET', 'status');
    } catch (problem) {
      if (!(problem instanceof Unreachable) && !(problem instanceof Refused)) {
        throw problem;
      }
    }
    const isUp = status?.connected === true;
    this.#isUp = isUp;
    this.#isAttested = status?.self_attested === true;
    this.#showRecording();
    if (!isUp) {
      this.#notes.show('line', DOWN, 'warn');
      this.#wasAway = true;
      return;
    }
    if (this.#wasAway && status.unsent === 0) {
      this.#wasAway = false;
      this.#notes.drop('line');
      this.#notes.show('back', 'The line is back and everything has been sent.', 'ok');
      setTimeout(() => this.#notes.drop('back'), 60_000);
      await this.#askClock();
    }
    if (this.all === null) {
      await this.#learn();
    }
    this.dispatchEvent(new CustomEvent('up'));
  }

  async #askClock() {
    try {
      this.#take(await api('GET', 'clock'));
    } catch {
      // the line's own note says it
    }
  }

  #take(state) {
    const own = state?.exercises?.find(one => one.exercise === this.#slug);
    if (own === undefined) {
      return;
    }
    this.#clock = own;
    [this.#heardAt, this.#heardMs] = [state.at, performance.now()];
    const wasPaused = this.isPaused;
    this.isPaused = state.paused_at !== null && own.is_timed;
    if (wasPaused !== this.isPaused) {
      this.dispatchEvent(new CustomEvent('paused'));
      if (wasPaused && state.pause_left_s <= 0) {
        this.#notes.show('pause', USED_UP, 'warn');
        this.#announcer.say(USED_UP);
      }
    }
    this.#tellGivenBack(own);
    this.#tellEnds(own);
    this.#showClock();
    this.#showRecording();
    element('start').hidden = !own.is_timed || own.opened_at !== null || own.is_over;
    element('pause').hidden = !own.is_timed || own.opened_at === null || own.is_over || this.isPaused;
    element('pause').disabled = state.pause_left_s <= 0;
    const left = `${wholeMinutes(state.pause_left_s)} of pause left`;
    element('pause').title = state.pause_left_s > 0 ? left : 'All of the pause is used';
    element('pause-left').textContent = `${left}. Once it is used up, the clock goes on by itself; nothing else happens.`;
    this.dispatchEvent(new CustomEvent('clock'));
  }

  /** Whether this is recorded; what one's own pause puts away is not worked on. */
  #showRecording() {
    if (this.#isUp === null) {
      return;
    }
    const on = this.#isAttested ? 'Recorded, not sandboxed: self-attested' : 'Recording on';
    element('recording').textContent = !this.#isUp ? 'The line is down' : this.isPaused ? 'Paused' : on;
  }

  #tellGivenBack(own) {
    const back = own.given_back_s ?? 0;
    if (this.#givenBack !== null && back - this.#givenBack >= 1) {
      const minutes = Math.max(1, Math.round((back - this.#givenBack) / 60));
      const why = own.given_back_why ? ` ${own.given_back_why}` : '';
      this.#notes.show('given-back', `${count(minutes, 'minute')} came back to you.${why}`, 'ok');
    }
    this.#givenBack = back;
  }

  #tellEnds(own) {
    if (!own.is_timed || own.opened_at === null) {
      return;
    }
    const left = own.left_s ?? 0;
    const isQuiet = this.#rests || recall(this.#quietKey) !== null;
    if (own.is_over) {
      this.#once('over', () => {
        this.#notes.drop('time');
        const words = 'This exercise is over. Your last saved state has been submitted; there is nothing you need to do.';
        this.#notes.show('over', words, 'ok');
        this.#announcer.interrupt(words);
        this.dispatchEvent(new CustomEvent('over'));
      });
    } else if (left <= 0 && !isQuiet) {
      this.#once('soft', () => {
        this.#notes.drop('time');
        this.#notes.show('time', 'Your time is over. You have 5 minutes more, which nobody holds against you. At the end your last saved state is submitted for you.', 'warn');
      });
    } else if (left > 0 && left <= FIVE_MIN_S && !isQuiet) {
      this.#once('five', () => {
        const quiet = button('Do not tell me the time', () => {
          keep(this.#quietKey, 'quiet');
          this.#notes.drop('time');
        }, 'btn small');
        this.#notes.show('time', '5 minutes left. Then 5 more to finish a thought.', '', quiet);
      });
    }
  }

  #once(name, act) {
    if (!this.#told.has(name)) {
      this.#told.add(name);
      act();
    }
  }

  #showClock() {
    const [clock, toggle] = [element('clock'), element('show-clock')];
    const own = this.#clock;
    if (own !== null && !own.is_timed) {
      clock.textContent = 'No clock runs here';
      toggle.hidden = true;
      return;
    }
    if (own !== null && own.opened_at === null && !own.is_over) {
      clock.textContent = this.own?.minutes ? `${count(Math.round(this.own.minutes), 'minute')}, not started` : 'Not started';
      toggle.hidden = true;
      return;
    }
    toggle.hidden = false;
    toggle.textContent = this.#isShown ? 'Hide clock' : 'Show clock';
    const minutes = this.own?.minutes ? ` of ${Math.round(this.own.minutes)}` : '';
    if (!this.#isShown) {
      clock.textContent = 'Clock hidden';
    } else if (own === null) {
      clock.textContent = 'The clock cannot be asked at the moment';
    } else if (own.is_over) {
      clock.textContent = 'This exercise is over';
    } else {
      clock.textContent = `${wholeMinutes(own.left_s ?? 0)} left${minutes}`;
    }
  }
}

/** Whole minutes, rounded up as on the panel: "28 minutes". */
function wholeMinutes(seconds) {
  return count(Math.max(0, Math.ceil(seconds / 60)), 'minute');
}

function element(id) {
  return document.getElementById(id);
}

async function repeat(wait, act) {
  for (;;) {
    await act();
    await new Promise(resolve => setTimeout(resolve, wait));
  }
}
