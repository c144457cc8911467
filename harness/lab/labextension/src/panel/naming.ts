/** What exercises are called: the practice is not counted among them (pages/naming.js says the same). */
import { IExercise } from './api';

/** Whether this is the practice, which nobody rates. */
export function isPractice(one: IExercise): boolean {
  return one.slug === 'practice';
}

/** Return the exercises that count, in their order. */
export function counted(all: readonly IExercise[]): readonly IExercise[] {
  return all.filter(one => !isPractice(one));
}

/** Return an exercise's place among those that count, from 1; 0 for the practice. */
export function placed(one: IExercise, all: readonly IExercise[]): number {
  return counted(all).findIndex(other => other.slug === one.slug) + 1;
}

/** Return "practice", or "exercise 1". */
export function called(one: IExercise, all: readonly IExercise[]): string {
  return isPractice(one) ? 'practice' : `exercise ${placed(one, all)}`;
}

/** Return "Not rated" of the practice, whose title says what it is; "Exercise 1 of 2", or "The exercise" where there is but one. */
export function eyebrow(one: IExercise, all: readonly IExercise[]): string {
  if (isPractice(one)) {
    return 'Not rated';
  }
  return all.length > 1 ? `Exercise ${placed(one, all)} of ${counted(all).length}` : 'The exercise';
}
