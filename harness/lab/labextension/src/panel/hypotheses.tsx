/** The hypothesis log: an idea, and how it stands. Nothing says that it is expected. */
import * as React from 'react';

import { IHypothesis, Standing } from './api';
import { isResting } from './clock';
import { Button, Fold, ISection, Missing, Unseen } from './pieces';
import { ADD_PAUSED, KEPT_LOST } from './words';

const STANDINGS: readonly (readonly [Standing, string])[] = [
  ['open', '○ Open'],
  ['supported', '✓ Supported'],
  ['refuted', '✕ Refuted']
];

/** The log, and the box for the next idea. */
export function Hypotheses(props: ISection & { usual: boolean; isOver: boolean }): JSX.Element {
  const { actions, exercise, known, store } = props;
  const rests = isResting(store.time(exercise.slug));
  const all = known.hypotheses.value;
  const open = all?.filter(one => one.status === 'open').length ?? 0;
  const list = React.useRef<HTMLOListElement>(null);
  // What was written down is seen to stand there; it wins where the next box does not fit too.
  const showNewest = (): void => {
    window.setTimeout(() => list.current?.lastElementChild?.scrollIntoView({ block: 'nearest' }), 100);
  };
  const sum = !all?.length ? 'empty' : `${open} open of ${all.length}`;
  return (
    <Fold name="hypotheses" title="Hypotheses" sum={sum} usual={props.usual} actions={actions}>
      {all === null && <Missing problem={known.hypotheses.problem} />}
      {all?.length === 0 && (
        <p className="jp-mod-quiet">
          A place to write down an idea before you test it. You need not use it.
        </p>
      )}
      {!!all?.length && (
        <ol className="jp-Audition-hypotheses" ref={list}>
          {all.map(one => (
            <Idea
              key={one.id}
              one={one}
              rests={rests}
              onSettle={status => void actions.settle(exercise.slug, one.id, status)}
            />
          ))}
        </ol>
      )}
      {!props.isOver && (
        <Add
          isFirst={!all?.length}
          rests={rests}
          onAdd={text => actions.suppose(exercise.slug, text)}
          onAdded={showNewest}
        />
      )}
    </Fold>
  );
}

function Idea(props: {
  one: IHypothesis;
  rests: boolean;
  onSettle: (status: Standing) => void;
}): JSX.Element {
  const { one, onSettle } = props;
  return (
    <li>
      <p>{one.text}</p>
      <label>
        <span className="jp-mod-quiet">
          State<Unseen> of: {one.text}</Unseen>
        </span>{' '}
        <select
          className={`jp-mod-${one.status}`}
          value={one.status}
          disabled={props.rests}
          onChange={event => onSettle(event.target.value as Standing)}
        >
          {STANDINGS.map(([status, words]) => (
            <option key={status} value={status}>
              {words}
            </option>
          ))}
        </select>
      </label>
    </li>
  );
}

function Add(props: {
  isFirst: boolean;
  /** The clock stands still, so this waits; what is in the box stays. */
  rests: boolean;
  onAdd: (text: string) => Promise<string | null>;
  onAdded: () => void;
}): JSX.Element {
  const [draft, setDraft] = React.useState('');
  const [problem, setProblem] = React.useState('');
  const [isAdding, setAdding] = React.useState(false);
  const box = React.useRef<HTMLTextAreaElement>(null);
  const add = async (): Promise<void> => {
    const text = draft.trim();
    if (text && !isAdding && !props.rests) {
      setAdding(true);
      const why = await props.onAdd(text);
      setAdding(false);
      setProblem(why === null ? '' : why || KEPT_LOST);
      if (why === null) {
        setDraft(now => (now.trim() === text ? '' : now));
        box.current?.focus();
        props.onAdded();
        return;
      }
    }
    box.current?.focus();
  };
  return (
    <div>
      <label htmlFor="jp-Audition-idea">
        {props.isFirst ? 'Your idea' : 'Another idea'}, and how you would test it
      </label>
      <textarea
        id="jp-Audition-idea"
        ref={box}
        rows={2}
        maxLength={2000}
        value={draft}
        aria-describedby="jp-Audition-idea-problem jp-Audition-idea-waits"
        onChange={event => setDraft(event.target.value)}
      />
      <p id="jp-Audition-idea-problem" className="jp-Audition-problem" hidden={!problem}>
        {problem}
      </p>
      <div className="jp-Audition-row">
        <Button waits={isAdding || props.rests} onClick={() => void add()}>
          Add a hypothesis
        </Button>
        <span className="jp-mod-quiet" id="jp-Audition-idea-waits">
          {props.rests && ADD_PAUSED}
        </span>
      </div>
    </div>
  );
}
