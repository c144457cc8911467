/** The panel's foot: Start, Submit or the next exercise; and the receipt, which scrolls with the sections. */
import * as React from 'react';

import { IReceipt } from './api';
import { clockTime, untilWhen, zone } from './clock';
import { whyCovered } from './covered';
import { called } from './naming';
import { Button, Fold, ISection, Missing } from './pieces';
import { isPast, isSubmitted, nextOf } from './standing';

/** One thing to press at a time. */
export function Foot(props: ISection): JSX.Element {
  const { store, exercise } = props;
  const time = store.time(exercise.slug);
  const isBefore = time.isTimed && !time.isStarted;
  const begun = React.useRef({ isBefore, at: Number.NEGATIVE_INFINITY });
  if (begun.current.isBefore !== isBefore) {
    begun.current = { isBefore, at: performance.now() };
  }
  return (
    <footer className="jp-Audition-foot">
      {isBefore ? (
        <Start {...props} />
      ) : time.isOver ? (
        <Over {...props} />
      ) : (
        <Submit {...props} isAgain={isSubmitted(props)} since={begun.current.at} />
      )}
    </footer>
  );
}

function Start(props: ISection): JSX.Element {
  const { actions, exercise } = props;
  return (
    <>
      <Button
        kind="main"
        wide
        waits={actions.busy.has('start')}
        describedBy="jp-Audition-start"
        onClick={() => void actions.start(exercise.slug)}
      >
        Start {named(props)}
      </Button>
      <p className="jp-mod-quiet" id="jp-Audition-start">
        Starts the clock of this exercise, as running a cell does.
      </p>
    </>
  );
}

/** So long a press where Start stood a moment ago is meant for Start (ms). */
const STARTING_MS = 1000;

function Submit(props: ISection & { isAgain: boolean; since: number }): JSX.Element {
  const { actions, exercise, isAgain } = props;
  const isBusy = actions.busy.has('submit');
  const why = whyCovered(props.store, exercise.slug, 'submit');
  const isCovered = why !== '';
  const words = isAgain ? 'Submit again' : `Submit ${named(props)}`;
  return (
    <>
      <Button
        kind={(isAgain && !isPast(props)) || isCovered ? 'plain' : 'outlined'}
        wide
        waits={isBusy || isCovered}
        describedBy="jp-Audition-submit"
        onClick={() => {
          if (performance.now() - props.since > STARTING_MS) {
            void actions.submissions.submit(exercise.slug);
          }
        }}
      >
        {isBusy ? 'Submitting…' : words}
      </Button>
      <p className="jp-mod-quiet" id="jp-Audition-submit">
        {why || onSubmitting(props)}
      </p>
    </>
  );
}

function onSubmitting(props: ISection & { isAgain: boolean }): string {
  const { exercise, isAgain, known } = props;
  if (isAgain && isPast(props)) {
    const name = `submission\u00a0${known.receipts.value?.at(-1)?.number}`;
    return exercise.is_timed
      ? `Changed since ${name}: at the end the last save counts. To go back, restore “${name}” under Versions.`
      : `Changed since ${name}, which counts until you submit again.`;
  }
  if (isAgain) {
    return exercise.is_timed
      ? 'What you submitted counts as it is. If you change something after it, the last save counts at the end.'
      : 'What you submitted counts as it is. Submit again and the newest counts.';
  }
  return exercise.is_timed
    ? 'As often as you like. At the end, what was last saved is submitted by itself.'
    : 'You can submit as often as you like.';
}

/** What an exercise is called, the one in front if no other is named. */
function named({ store, exercise }: ISection, one = exercise): string {
  return called(one, store.sitting.value?.exercises ?? []);
}

const LAST = 'That was all of it. Thank you. Nothing more is expected of you: you may close this page.';
/** What counts then is said in the foot. */
const CHANGED_SINCE =
  'You have changed the notebook since. If it is as you want it now, nothing more is expected of you.';

/** Where to go from a receipt; once the time is over the foot says it. */
function Next(props: ISection): JSX.Element | null {
  const next = nextOf(props);
  if (props.store.time(props.exercise.slug).isOver) {
    return null;
  }
  if (next === undefined && props.exercise.is_timed && isPast(props)) {
    return <p className="jp-mod-quiet">{CHANGED_SINCE}</p>;
  }
  return next === undefined ? (
    <p>{[LAST, untilThen(props)].filter(Boolean).join(' ')}</p>
  ) : (
    <Button kind="link" onClick={() => void props.actions.open(next.slug)}>
      Open {named(props, next)}
    </Button>
  );
}

/** Until when what was submitted last can be changed; what counts then is said in the foot. Empty where no clock runs. */
function untilThen({ actions, store, exercise }: ISection): string {
  const time = store.time(exercise.slug);
  const until = untilWhen(time, actions.memory.showsClock);
  if (until === '') {
    return time.isTimed && time.isPaused ? 'Your clock stands still; you have paused.' : '';
  }
  return `Your time runs on ${until}, should you want to change something.`;
}

function Over(props: ISection): JSX.Element | null {
  const { actions } = props;
  const next = nextOf(props);
  if (next === undefined) {
    return <p>That was all of it. Thank you; you may close this page.</p>;
  }
  return (
    <>
      <Button kind="main" wide onClick={() => void actions.open(next.slug)}>
        Open {named(props, next)}
      </Button>
      <p className="jp-mod-quiet">Take a break first if you like. No clock is running.</p>
    </>
  );
}

/**
 * The newest receipt, once something was submitted; its heading is there before all of it is known,
 * so that it moves nothing when it comes.
 */
export function Receipt(props: ISection & { onDrawn: () => void }): JSX.Element | null {
  const { actions, exercise, known } = props;
  const receipt = known.receipts.value?.at(-1);
  React.useLayoutEffect(() => props.onDrawn(), [receipt?.submission]);
  const number = receipt?.number ?? exercise.submitted?.number;
  if (number === undefined) {
    return null;
  }
  return (
    <div className="jp-Audition-receipt" role="group" aria-label="Receipt">
      <Fold
        name="receipt"
        title="Receipt"
        sum={`submission ${number}${receipt ? `, ${clockTime(receipt.at)} ${zone(receipt.at)}` : ''}`}
        usual
        actions={actions}
      >
        {receipt === undefined ? (
          <Missing problem={known.receipts.problem} />
        ) : (
          <Signed {...props} receipt={receipt} />
        )}
        <Next {...props} />
      </Fold>
    </div>
  );
}

function Signed(props: ISection & { receipt: IReceipt }): JSX.Element {
  const { actions, receipt } = props;
  const print = receipt.manifest_sha256;
  return (
    <>
      <p>
        Submitted {clockTime(receipt.at, true)} {zone(receipt.at)}. It holds the notebook as saved {clockTime(receipt.saved_at, true)};
        under Versions that one says “submission&nbsp;{receipt.number}”.
      </p>
      <div className="jp-Audition-row">
        <Button kind="link" onClick={() => actions.submissions.downloadReceipt(receipt)}>
          Download receipt
        </Button>
        <Button kind="link" onClick={() => void actions.submissions.download()}>
          Download my record
        </Button>
      </div>
      <details>
        <summary>How it is signed</summary>
        <dl>
          <dt>Reference</dt>
          <dd>
            <code>{receipt.submission}</code>
          </dd>
          <dt>Record</dt>
          <dd>{(receipt.head_seq + 1).toLocaleString('en')} entries</dd>
          <dt>SHA-256</dt>
          <dd>
            <code title={print}>
              {print.slice(0, 4)} {print.slice(4, 8)} {print.slice(8, 12)} … {print.slice(-4)}
            </code>
          </dd>
          <dt>Signed</dt>
          <dd>
            by us, so that reviewers can prove that nothing was changed since. You need not do anything.
          </dd>
        </dl>
      </details>
    </>
  );
}
