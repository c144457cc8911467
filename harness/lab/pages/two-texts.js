/** Two texts of one cell, of which the person takes one: changed elsewhere too, or kept in this browser. */
import { ago, button, make } from './make.js';

/** Say that a cell was changed in another window as well; `settle` is called with whether theirs is taken. */
export function offerTheirs(section, theirs, settle, announcer) {
  const take = isTheirs => {
    section.note(null);
    settle(isTheirs);
    section.area.focus();
  };
  section.note([`Cell ${section.number} was changed in another window as well. Both texts are kept; choose one.`, folded('The other text', theirs)],
    button('Keep the text here', () => take(false)), button('Take the other text', () => take(true)));
  announcer.say(`Cell ${section.number} was changed in another window as well. Both texts are kept`);
}

/** Offer a text that was not saved; `settle` is called with whether it is put back. */
export function offerDraft(section, draft, settle, announcer) {
  const take = isTaken => {
    settle(isTaken);
    section.note(null);
    section.area.focus();
  };
  section.note([`Text that you wrote here ${ago(draft.at)} was not saved. It is kept in this browser.`, folded('Show it', draft.text)],
    button('Put it back', () => take(true)), button('Leave it out', () => take(false)));
  announcer.say(`Cell ${section.number} has text that was not saved`);
}

function folded(head, text) {
  return make('details', {}, make('summary', {}, head), make('pre', {}, text));
}
