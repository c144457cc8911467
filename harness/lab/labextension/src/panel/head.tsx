/** The panel's head: which exercise, whether it is recorded, the clock, Pause. */
import * as React from 'react';

import { State } from '../status';
import { minutes } from './clock';
import { eyebrow } from './naming';
import { Button, Icon, ISection, Unseen } from './pieces';

const RECORDS: Record<State, string> = {
  asking: 'Connecting…',
  sandboxed: 'Recording',
  'self-attested': 'Recording, self-attested',
  unsent: 'Recording, not sent yet',
  away: 'Kept until the line is back'
};

/** Head of the panel. */
export function Head(props: ISection & { state: State; onBack: () => void }): JSX.Element {
  const { store, exercise, state } = props;
  const time = store.time(exercise.slug);
  const words = time.isOver
    ? 'Recording stopped'
    : time.isPaused && time.isStarted
      ? 'Paused'
      : RECORDS[state];
  const isOn = !time.isOver && !(time.isPaused && time.isStarted) && state !== 'away' && state !== 'asking';
  return (
    <header className="jp-Audition-head">
      <div className="jp-Audition-row">
        <span className="jp-Audition-eyebrow">
          {eyebrow(exercise, store.sitting.value?.exercises ?? [])}
        </span>
        <span className="jp-Audition-recording" data-on={isOn}>
          {words}
        </span>
      </div>
      <h2>{exercise.title}</h2>
      <Clock {...props} />
      <div className="jp-Audition-narrowOnly">
        <Button onClick={props.onBack}>Back to the notebook</Button>
      </div>
    </header>
  );
}

function Clock(props: ISection): JSX.Element {
  const { actions, store, exercise } = props;
  const time = store.time(exercise.slug);
  const box = exercise.minutes === null ? '' : minutes(exercise.minutes * 60);
  const plain = (words: string): JSX.Element => (
    <div className="jp-Audition-row jp-Audition-time">
      <Icon name="clock" />
      <span>{words}</span>
    </div>
  );
  if (store.clock.value === null) {
    return plain(store.clock.problem ? 'The clock comes when the line is back.' : 'Asking…');
  }
  if (!time.isTimed) {
    return plain('No clock runs here.');
  }
  if (!time.isStarted) {
    return plain(`${box}, not started`);
  }
  if (time.isOver || time.leftS === null) {
    return plain('This exercise is over.');
  }
  const shows = actions.memory.showsClock;
  const toggle = (): void => {
    actions.memory.showsClock = !shows;
    shows || actions.sayTime();
    store.touch();
  };
  const isSoft = time.leftS <= 0;
  const left = minutes(isSoft ? (time.extraS ?? 0) : time.leftS);
  return (
    <div className="jp-Audition-row jp-Audition-time">
      <Icon name="clock" />
      <span id="jp-Audition-clock" role="timer" aria-live="off">
        {!shows && 'Clock hidden'}
        {shows && <b>{left}</b>}
        {shows && (isSoft ? ' more' : ` left${box ? ` of ${exercise.minutes}` : ''}`)}
      </span>
      <Button kind="link" onClick={toggle}>
        {shows ? 'Hide' : 'Show'}
        <Unseen> the clock</Unseen>
      </Button>
      <span className={`jp-Audition-push jp-Audition-pause${time.isPaused ? ' jp-mod-onCover' : ''}`}>
        <Button waits={actions.busy.has('pause')} onClick={() => void actions.pause(!time.isPaused)}>
          {time.isPaused ? 'Resume' : 'Pause'}
        </Button>
      </span>
    </div>
  );
}
