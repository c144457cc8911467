/** check(): whether we can read it, never whether it is right. */
import * as React from 'react';

import { IAsGiven, IChecked } from './checked';
import { clockTime } from './clock';
import { whyCovered } from './covered';
import { Button, Coded, Fold, Icon, ISection } from './pieces';
import { placeOf } from './words';

const WHAT_IT_SAYS = 'Says whether we can read your marked cells, not whether they are right.';

/** What could not be read, and where it is; the button keeps its place above, whatever is said below it. */
export function Check(props: ISection & { usual: boolean; isOver: boolean }): JSX.Element {
  const { actions, exercise } = props;
  const checked = actions.checks.checkedOf(exercise.slug);
  const hasPart = exercise.has_part_two;
  const isBusy = actions.busy.has('check');
  const go = (cell: number): void => void actions.checks.goToCell(exercise.slug, cell);
  const isOld = hasPart && actions.checks.isCheckOld(exercise.slug);
  const why = props.isOver ? '' : whyCovered(props.store, exercise.slug, 'check');
  return (
    <Fold
      name="check"
      title="Check"
      sum={hasPart ? sumOf(checked, isOld) : 'with part two'}
      usual={props.usual && hasPart}
      actions={actions}
    >
      {!hasPart && (
        <p className="jp-mod-quiet">
          Tells you whether we can read your work. Never whether it is right. Opens with part two.
        </p>
      )}
      {hasPart && (!props.isOver || isOld) && (
        <div className="jp-Audition-row jp-mod-beside">
          {!props.isOver && (
            <Button waits={isBusy || why !== ''} onClick={() => void actions.checks.check(exercise.slug)}>
              {isBusy ? 'Reading…' : checked === null ? 'Check' : 'Check again'}
            </Button>
          )}
          <p className="jp-mod-quiet">
            {why !== ''
              ? why
              : checked === null
                ? WHAT_IT_SAYS
                : isOld
                  ? saidThen(checked, props.isOver)
                  : `Checked ${clockTime(checked.at, true)}.`}
          </p>
        </div>
      )}
      {hasPart && checked !== null && (
        <>
          <Found checked={checked} isOld={isOld} onGo={go} />
          <AsGiven untouched={actions.checks.untouchedOf(exercise.slug)} onGo={go} />
        </>
      )}
    </Fold>
  );
}

/** What an old result is about (pages/checked.js says the same). */
function saidThen({ at }: IChecked, isOver: boolean): string {
  return `This was said of the notebook as it was at ${clockTime(at)}${isOver ? '' : '; check again'}.`;
}

function sumOf(checked: IChecked | null, isOld: boolean): string {
  if (checked === null) {
    return 'not yet';
  }
  const found = checked.open.length > 0 ? `${checked.open.length} to fix` : 'can be read';
  return isOld ? `${found} · checked ${clockTime(checked.at)}, changed since` : found;
}

/**
 * Return what a cell as given is called: "sorter", "your words (ship or not)" after what stands above
 * that cell, and "your words under “The decision” (1 of 2)" where nothing tells it from the next.
 */
function called(one: IAsGiven, all: readonly IAsGiven[]): string {
  if (one.ask) {
    return `${one.name} (${one.ask})`;
  }
  const isMarked = all.filter(other => other.name === one.name).length === 1 && !one.under;
  const beside = all.filter(other => other.name === one.name && one.under && other.under === one.under);
  const which = beside.length > 1 ? ` (${beside.indexOf(one) + 1} of ${beside.length})` : '';
  return isMarked ? one.name : `${one.name} ${placeOf(one.under, one.cell)}${which}`;
}

/** What the check said; greyed once it is about a notebook that is no more. */
function Found(props: { checked: IChecked; isOld: boolean; onGo: (cell: number) => void }): JSX.Element {
  const { open, said } = props.checked;
  return (
    <div className={`jp-Audition-found${props.isOld ? ' jp-mod-old' : ''}`}>
      {open.length > 0 && (
        <ul className="jp-Audition-open">
          {open.map((one, i) => (
            <li key={i}>
              <Icon name="pen" label={props.isOld ? 'Was to fix' : 'To fix'} tone="care" />
              <div>
                <Coded text={one.text} />{' '}
                {one.cell !== null && (
                  <Button kind="link" onClick={() => props.onGo(one.cell as number)}>
                    Go to cell {one.cell}
                    {one.label && `, "${one.label}"`}
                  </Button>
                )}
                {one.more && <pre tabIndex={0}>{one.more}</pre>}
              </div>
            </li>
          ))}
        </ul>
      )}
      {said.map((words, i) => (
        <p key={i} className={open.length > 0 || i > 0 ? 'jp-mod-quiet' : 'jp-Audition-read'}>
          {open.length === 0 && i === 0 && !props.isOld && <Icon name="tick" tone="fine" />}
          <span>
            <Coded text={words} />
          </span>
        </p>
      ))}
    </div>
  );
}

/** The cells that are still as given: as the notebook is now, not as it was when the check was made. */
function AsGiven(props: { untouched: readonly IAsGiven[]; onGo: (cell: number) => void }): JSX.Element | null {
  const { untouched } = props;
  return untouched.length === 0 ? null : (
    <p className="jp-mod-quiet jp-Audition-asGiven">
      Besides, still as given:{' '}
      {untouched.map((one, i) => (
        <React.Fragment key={one.cell}>
          {i > 0 && ', '}
          <Button kind="link" onClick={() => props.onGo(one.cell)}>
            {called(one, untouched)}
          </Button>
        </React.Fragment>
      ))}
    </p>
  );
}
