/**
 * The notes: what stands (time, the line) between the head and the sections; what was just done, and
 * goes by itself, above the foot, where its going moves nothing that a person reads.
 */
import * as React from 'react';

import { Actions } from './actions';
import { IExercise } from './api';
import { minutes, SOON_S } from './clock';
import { INote } from './notes';
import { AWAY_NOTE, Note } from './pieces';
import { isDone, isPast } from './standing';
import { Store } from './store';
import { QUIET } from './words';

/** The notes that stand; what is said of them is said by the page's live region. */
export function NotesList(props: {
  actions: Actions;
  store: Store;
  exercise: IExercise | null;
}): JSX.Element {
  const { actions, store, exercise } = props;
  const notes = [
    ...(store.isAway ? [AWAY_NOTE] : []),
    ...(exercise === null ? [] : ofTime(actions, store, exercise)),
    ...own(actions, exercise).filter(note => !actions.notes.isPassing(note.name))
  ];
  return (
    <div className="jp-Audition-notes" role="group" aria-label="Notes">
      {notes.map(note => (
        <Note key={note.name} note={note} />
      ))}
    </div>
  );
}

/** The notes of what was just done. */
export function PassingNotes(props: { actions: Actions; exercise: IExercise }): JSX.Element {
  const { actions, exercise } = props;
  const known = actions.store.of(exercise.slug);
  const isOld = (note: INote): boolean =>
    note.name === 'submitted' && isPast({ store: actions.store, exercise, known });
  const notes = own(actions, exercise).filter(note => actions.notes.isPassing(note.name) && !isOld(note));
  const group = React.useRef<HTMLDivElement>(null);
  const close = (name: string): void => {
    group.current?.closest<HTMLElement>('.jp-Audition')?.focus(); // the button that has it goes
    actions.notes.remove(name);
  };
  return (
    <div className="jp-Audition-notes" role="group" aria-label="What was just done" ref={group}>
      {notes.map(note => (
        <Note key={note.name} note={note} onClose={() => close(note.name)} />
      ))}
    </div>
  );
}

function own(actions: Actions, exercise: IExercise | null): INote[] {
  return actions.notes.all.filter(note => note.slug === undefined || note.slug === exercise?.slug);
}

function ofTime(actions: Actions, store: Store, exercise: IExercise): INote[] {
  const time = store.time(exercise.slug);
  if (!time.isStarted || time.leftS === null) {
    return [];
  }
  if (time.isOver) {
    return [ended(exercise)];
  }
  const known = store.of(exercise.slug);
  if (time.isPaused || actions.memory.isQuiet || isDone({ store, exercise, known })) {
    return []; // of a pause the cover speaks
  }
  const more = minutes(time.extraS ?? 0);
  if (time.leftS <= 0) {
    const are = exercise.minutes === 1 ? 'is' : 'are';
    const head = exercise.minutes ? `Your ${minutes(exercise.minutes * 60)} ${are} over` : 'Your time is over';
    const text = `You have ${more} more. At the end your last saved state is submitted for you.`;
    return [{ name: 'soft', tone: 'warn', icon: 'clock', head, text }];
  }
  if (time.leftS <= SOON_S) {
    const text = `Then ${minutes((time.extraS ?? 0) - time.leftS)} more to finish a thought. Nobody holds those against you.`;
    const head = `${minutes(time.leftS)} left`;
    const run = (): void => {
      actions.memory.isQuiet = true;
      store.touch();
    };
    const action = { label: QUIET, run };
    return [{ name: 'soon', tone: 'info', icon: 'clock', head, text, action }];
  }
  return [];
}

function ended(exercise: IExercise): INote {
  const head = exercise.submitted ? `Submission ${exercise.submitted.number} is with us` : 'The time ran out';
  const text = exercise.submitted
    ? 'The time of this exercise is over. There is nothing you need to do.'
    : 'Your last saved state is being submitted for you. There is nothing you need to do.';
  return { name: 'ended', tone: 'ok', icon: 'tick', head, text };
}
