/** A notebook that is covered: nothing is done with it from the panel either, and why is said beside what waits. */
import { isResting } from './clock';
import { Store } from './store';

/**
 * Return why the notebook is covered, so that nothing is done with it from the panel: "You have paused.
 * Resume, then you can check."; empty if it is not covered.
 *
 * @param deed what can be done once it is not: "check", "submit".
 */
export function whyCovered(store: Store, slug: string, deed: string): string {
  if (store.isElsewhere(slug)) {
    return `You work in another window. Go on here, then you can ${deed}.`;
  }
  return isResting(store.time(slug)) ? `You have paused. Resume, then you can ${deed}.` : '';
}
