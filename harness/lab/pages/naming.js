/** What exercises are called: the practice is not counted among them (panel/naming.ts says the same). */

/** Whether this is the practice, which nobody rates. */
export function isPractice(one) {
  return one.slug === 'practice';
}

/** Return the exercises that count, in their order. */
export function counted(all) {
  return all.filter(one => !isPractice(one));
}

/** Return "practice", or "exercise 1": its place among those that count. */
export function called(one, all) {
  return isPractice(one) ? 'practice' : `exercise ${counted(all).findIndex(other => other.slug === one.slug) + 1}`;
}

/** Return what stands over its page: "Exercise 1: Build a small eval"; the practice says by itself what it is. */
export function titled(one, all) {
  return isPractice(one) ? one.title : `E${called(one, all).slice(1)}: ${one.title}`;
}
