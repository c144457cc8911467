/** The exercises of the sitting and their boxes. */
import * as React from 'react';

import { IExercise } from './api';
import { counted, isPractice, placed } from './naming';
import { Button, Fold, ISection, Unseen } from './pieces';
import { times } from './words';
import { Store } from './store';

/** The list; each can be opened at any time, Start is in the panel's foot. */
export function Exercises(props: ISection & { usual: boolean }): JSX.Element {
  const { actions, store, exercise } = props;
  const all = store.sitting.value?.exercises ?? [];
  const count = counted(all).length;
  const done = counted(all).filter(one => one.submitted !== null).length;
  const kinds = [count > 0 && `${count}`, count < all.length && 'practice'].filter(Boolean).join(' and ');
  const sum = count > 1 ? `${kinds}, any order` : kinds;
  return (
    <Fold
      name="exercises"
      title="Exercises"
      sum={done > 0 ? `${done} of ${count} submitted` : sum}
      usual={props.usual}
      actions={actions}
    >
      <ol className="jp-Audition-exercises">
        {all.map(one => (
          <li key={one.slug} aria-current={one.slug === exercise.slug ? 'step' : undefined}>
            <span className="jp-Audition-number" aria-hidden="true">
              {isPractice(one) ? 'P' : placed(one, all)}
            </span>
            <span>
              <span className="jp-Audition-name">{one.title}</span>
              <span className="jp-mod-quiet">{standing(store, one, one.slug === exercise.slug)}</span>
              {one.slug !== exercise.slug && (
                <Button kind="link" onClick={() => void actions.open(one.slug)}>
                  Open<Unseen> {one.title}</Unseen>
                </Button>
              )}
            </span>
            <span className="jp-mod-quiet">
              {one.minutes === null ? 'no clock' : `${one.minutes} min`}
            </span>
          </li>
        ))}
      </ol>
      {count > 1 && done < count && (
        <p className="jp-mod-quiet">Take them in any order. Breaks between them are free.</p>
      )}
      <p className="jp-mod-quiet">
        Not at home in notebooks?{' '}
        <a href={`${store.api.address('plain', exercise.slug)}?go-on`} target="_blank" rel="opener">
          Open the plain page in a new tab
        </a>
        : same exercise, same kernel. You can switch at any time.
      </p>
    </Fold>
  );
}

function standing(store: Store, one: IExercise, isCurrent: boolean): string {
  const time = store.time(one.slug);
  if (one.submitted !== null) {
    const goesOn = time.isTimed && time.isStarted && !time.isOver && !isCurrent ? '; its time runs on' : '';
    return `Submitted ${times(one.submitted.number)}${goesOn}`;
  }
  if (time.isOver) {
    return 'Over';
  }
  if (time.isTimed && !time.isStarted) {
    return 'Not started';
  }
  return isCurrent ? 'Open now' : time.isTimed ? 'Started' : 'Open at any time';
}
