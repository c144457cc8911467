/** The clock between two answers of the proctor, counted by the page; minutes only. */
import { IClock, IExerciseClock } from './api';

/** From here on one note is shown. */
export const SOON_S = 300;

/** How one exercise's time stands at this moment. */
export interface ITime {
  readonly isTimed: boolean;
  readonly isStarted: boolean;
  readonly isPaused: boolean;
  /** Whether models have stopped and the last saved state is submitted. */
  readonly isOver: boolean;
  /** Seconds to the soft end; null if no clock runs. */
  readonly leftS: number | null;
  /** Seconds to the hard end; null if no clock runs. */
  readonly extraS: number | null;
  readonly givenBackS: number;
  readonly givenBackWhy: string;
}

const NONE: ITime = {
  isTimed: false,
  isStarted: false,
  isPaused: false,
  isOver: false,
  leftS: null,
  extraS: null,
  givenBackS: 0,
  givenBackWhy: ''
};

/**
 * Return how an exercise's time stands.
 *
 * @param clock as last heard; null if nothing was.
 * @param slug which exercise.
 * @param sinceMs how long ago that was heard, in milliseconds.
 */
export function timeOf(clock: IClock | null, slug: string, sinceMs: number): ITime {
  const found = clock?.exercises.find(one => one.exercise === slug);
  if (clock === null || found === undefined) {
    return NONE;
  }
  const isPaused = clock.paused_at !== null;
  const goneS = isPaused ? 0 : Math.max(0, sinceMs / 1000);
  const extraS = hardLeft(clock, found, goneS);
  return {
    isTimed: found.is_timed,
    isStarted: found.opened_at !== null,
    isPaused,
    isOver: found.is_over || (extraS !== null && extraS <= 0),
    leftS: found.left_s === null ? null : Math.max(0, found.left_s - goneS),
    extraS,
    givenBackS: found.given_back_s ?? 0,
    givenBackWhy: found.given_back_why ?? ''
  };
}

function hardLeft(clock: IClock, one: IExerciseClock, goneS: number): number | null {
  if (one.hard_end_at === null || one.ends_at === null || one.left_s === null) {
    return null;
  }
  if (one.left_s > 0) {
    const more = (Date.parse(one.hard_end_at) - Date.parse(one.ends_at)) / 1000;
    return one.left_s + more - goneS;
  }
  // In a pause the ends move on only when it is over, so they are counted from its beginning.
  const from = Date.parse(clock.paused_at ?? clock.at);
  return (Date.parse(one.hard_end_at) - from) / 1000 - goneS;
}

/** Whether the person paused an exercise: to run anything of it would let its clock go on. */
export function isResting({ isPaused, isStarted, isOver }: ITime): boolean {
  return isPaused && isStarted && !isOver;
}

/** Whether an exercise has a clock that does not run yet. */
export function isUnstarted({ isTimed, isStarted, isOver }: ITime): boolean {
  return isTimed && !isStarted && !isOver;
}

/** Return whole minutes, as a person would say them: "1 minute", "21 minutes". */
export function minutes(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds / 60));
  return whole === 1 ? '1 minute' : `${whole} minutes`;
}

/**
 * Return until when an exercise can be worked on: "until 21:32 UTC", or "until 21:32 UTC (28 minutes)" for who
 * has the clock shown; to the hard end once the soft one has passed. Empty where no clock runs, or it
 * stands still.
 */
export function untilWhen({ leftS, extraS, isPaused }: ITime, showsClock: boolean, now = Date.now()): string {
  const seconds = leftS !== null && leftS > 0 ? leftS : extraS;
  if (seconds === null || isPaused) {
    return '';
  }
  const left = showsClock ? ` (${minutes(seconds)})` : '';
  const end = now + seconds * 1000;
  return `until ${clockTime(new Date(end).toISOString())} ${zone(end)}${left}`;
}

/** Return how long ago something was: "20 s ago", "9 min ago", "2 h ago". */
export function ago(at: string, now = Date.now()): string {
  const seconds = Math.max(0, (now - Date.parse(at)) / 1000);
  if (seconds < 60) {
    return seconds < 10 ? 'just now' : `${Math.floor(seconds / 10) * 10} s ago`;
  }
  if (seconds < 3600) {
    return `${Math.floor(seconds / 60)} min ago`;
  }
  return `${Math.floor(seconds / 3600)} h ago`;
}

/** Return the zone that times are shown in, as this browser has it: "GMT+1", "UTC". */
export function zone(at: string | number = Date.now()): string {
  const parts = new Intl.DateTimeFormat('en', { timeZoneName: 'short' }).formatToParts(new Date(at));
  return parts.find(part => part.type === 'timeZoneName')?.value ?? '';
}

/** Return the time of day of something that was: "14:22", or "14:22:07". */
export function clockTime(at: string, withSeconds = false): string {
  const form = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  const second = withSeconds ? ({ second: '2-digit' } as const) : {};
  return new Date(at).toLocaleTimeString('en', { ...form, ...second });
}

/**
 * Return what tells the moments of a list apart: "14:22:07", and "14:22:07.3" or finer where another
 * falls into the same second.
 */
export function apart(moments: readonly string[]): (at: string) => string {
  const named = (at: string, digits: number): string => {
    const ms = String(new Date(at).getMilliseconds()).padStart(3, '0');
    return digits > 0 ? `${clockTime(at, true)}.${ms.slice(0, digits)}` : clockTime(at, true);
  };
  const all = [...new Set(moments)];
  return at => {
    const others = all.filter(one => one !== at);
    const isOwn = (digits: number): boolean =>
      others.every(other => named(other, digits) !== named(at, digits));
    return named(at, [0, 1, 2].find(isOwn) ?? 3);
  };
}
