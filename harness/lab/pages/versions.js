/** What is said of a saved version: when, what it changed, and which submissions hold it. */
import { ago } from './make.js';

/** What a version is called that a restored one replaced. */
const BEFORE_RESTORE = 'before restore';

/** When the present version was saved. */
export function nowWords(one, when) {
  return one.label === 'as given' && one.since === one.at ? 'Now: not changed yet' : `Now: saved ${when(one.at)}, ${ago(one.at)}`;
}

/** Whether a version was put back: the one before it was kept for that, and an older one holds the same bytes. */
export function wasRestored(at, versions) {
  return versions[at + 1]?.label === BEFORE_RESTORE
    && versions.slice(at + 2).some(older => older.sha256 === versions[at].sha256);
}

/** What a version changed; one that was put back brings its old runs along, and nobody ran them (panel/versions.tsx). */
export function changedIn(at, versions) {
  const { differs } = versions[at];
  return wasRestored(at, versions) ? (differs ?? '').replace(/(^|, )\d+ (?:cells? )?(?:run|with new output)(?=,|$)/g, '').replace(/^, /, '') : differs;
}

/** Whether the last save holds other texts or code than a submission; false where that is not known. */
export function isPastSubmission(versions, receipt) {
  const [newest] = versions;
  const held = versions.find(one => submissionsOf(one, [receipt]).length > 0);
  return Boolean(held?.texts && newest.texts) && held.texts !== newest.texts;
}

/** The submissions that hold this very save, by number. */
function submissionsOf(one, receipts) {
  const [from, to] = [Date.parse(one.since), Date.parse(one.at)];
  const held = receipts.filter(receipt => from <= Date.parse(receipt.saved_at) && Date.parse(receipt.saved_at) <= to);
  return held.map(receipt => receipt.number);
}

/** Return which submissions hold a version, and of another save with the same bytes "same as submission 2"; may be empty. */
export function handedIn(one, versions, receipts) {
  const named = numbers => `submission${numbers.length > 1 ? 's' : ''}\u00a0${numbers.join(', ')}`; // it does not break there
  const own = submissionsOf(one, receipts);
  if (own.length) {
    return named(own);
  }
  const same = versions.filter(other => other.sha256 === one.sha256);
  const alike = same.flatMap(other => submissionsOf(other, receipts)).sort((a, b) => a - b);
  return alike.length ? `same as ${named(alike)}` : '';
}
