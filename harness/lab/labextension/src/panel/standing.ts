/** How far a sitting is: what is still to be done, and whether what was submitted is still the notebook. */
import { IExercise } from './api';
import { counted } from './naming';
import { IKnown, Store } from './store';
import { isPastSubmission } from './versions';

/** What it is asked of. */
interface IAsked {
  readonly store: Store;
  readonly exercise: IExercise;
  readonly known: IKnown;
}

/** Whether something was submitted of an exercise. */
export function isSubmitted({ exercise, known }: IAsked): boolean {
  return exercise.submitted !== null || (known.receipts.value?.length ?? 0) > 0;
}

/** Whether the notebook was changed, and saved, since it was submitted. */
export function isPast({ known }: IAsked): boolean {
  return isPastSubmission(known.versions.value, known.receipts.value);
}

/** The exercise that is still to be done, if there is one; nobody waits for the practice. */
export function nextOf({ store, exercise }: IAsked): IExercise | undefined {
  return counted(store.sitting.value?.exercises ?? []).find(
    one => one.slug !== exercise.slug && one.submitted === null && !store.time(one.slug).isOver
  );
}

/**
 * Whether nothing more is expected, so that the clock does not matter; until something is changed.
 * False before it is known.
 */
export function isDone(asked: IAsked): boolean {
  const isKnown = asked.known.versions.value !== null && asked.known.receipts.value !== null;
  return isKnown && isSubmitted(asked) && !isPast(asked) && nextOf(asked) === undefined;
}
