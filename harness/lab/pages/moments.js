/** Times as a person reads them, each in this browser's zone. */
import { zone } from './make.js';

/** Return the time of day: "14:22:07". */
export function timeOf(at) {
  return new Date(at).toLocaleTimeString('en', { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
}

/** Return the time of day in short: "14:22". */
export function dayTimeOf(at) {
  return new Date(at).toLocaleTimeString('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
}

/** Return a day and a time with its zone: "3 Nov 2026, 14:22:07 UTC", which nobody reads as another day. */
export function momentOf(at) {
  const then = new Date(at);
  return `${then.toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium' })} ${zone(then)}`;
}

/** Return what tells the moments of a list apart: "14:22:07", and "14:22:07.3" or finer where two fall into one second. */
export function apart(moments) {
  const named = (at, digits) => {
    const ms = String(new Date(at).getMilliseconds()).padStart(3, '0');
    return digits ? `${timeOf(at)}.${ms.slice(0, digits)}` : timeOf(at);
  };
  const all = [...new Set(moments)];
  return at => {
    const isOwn = digits => all.every(other => other === at || named(other, digits) !== named(at, digits));
    return named(at, [0, 1, 2].find(isOwn) ?? 3);
  };
}

/** Return when a cell was run last and how long it took, so that one run looks unlike the next; may be empty. */
export function ranAt(cell) {
  const times = cell.metadata?.execution;
  const [from, to] = [times?.['iopub.execute_input'], times?.['shell.execute_reply']].map(time => new Date(time ?? NaN));
  if (Number.isNaN(from.getTime()) || Number.isNaN(to.getTime())) {
    return '';
  }
  const day = from.toDateString() === new Date().toDateString() ? '' : `${from.toLocaleDateString('en-GB', { dateStyle: 'medium' })}, `;
  return `Run ${day}${timeOf(from)}, ${Math.max(0, (to - from) / 1000).toFixed(1)} s`;
}
