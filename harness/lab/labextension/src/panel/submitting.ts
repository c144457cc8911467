/** What is said before a submission: what comes of it, and hints, none of which holds it up. */
import { IExercise } from './api';
import { Resource } from './resource';

/** So long a submission may wait for what its hints need (ms). */
const KNOWN_WITHIN_MS = 1500;

/** Wait until something has been heard, but not for long. */
export async function soonKnown(one: Resource<unknown>): Promise<void> {
  if (one.value === null) {
    const patience = new Promise(resolve => window.setTimeout(resolve, KNOWN_WITHIN_MS));
    await Promise.race([one.ask(), patience]);
  }
}

/**
 * Return the sentences of the question before a submission.
 *
 * @param open how many things the last check could not read.
 * @param unwritten what to say of texts that are still as given; may be empty.
 */
export function beforeSubmitting(exercise: IExercise, open: number, unwritten: string): string[] {
  const them = open === 1 ? 'one thing' : `${open} things`;
  const hints = [open > 0 ? `The check could not read ${them}.` : '', unwritten].filter(Boolean);
  const until = exercise.is_timed ? ' until the end' : '';
  return [
    'Your notebook is saved and goes to us as it is now.',
    ...(hints.length > 0
      ? [`${hints.join(' ')} You can submit all the same: people read the rest.`]
      : []),
    `You can go on working and submit again${until}.`
  ];
}
