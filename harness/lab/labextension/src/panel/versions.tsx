/** Saved versions of the notebook: any of them can be looked into and brought back. */
import * as React from 'react';

import { IReceipt, IVersion } from './api';
import { ago, clockTime, zone } from './clock';
import { Button, Fold, ISection, Missing, Unseen } from './pieces';

const SHOWN = 8;

/** The newest versions first; older ones on request. */
export function Versions(props: ISection & { isOver: boolean }): JSX.Element {
  const { actions, exercise, known } = props;
  const [showsAll, setShowsAll] = React.useState(false);
  const versions = known.versions.value;
  const shown = versions?.slice(0, showsAll ? undefined : SHOWN) ?? [];
  const newest = versions?.[0];
  // What was kept just before a restore is not what is there now.
  const now = versions?.findIndex(one => one.label !== 'before restore') ?? -1;
  const isNow = (one: IVersion): boolean => one.sha256 === versions?.[now]?.sha256;
  const receipts = known.receipts.value ?? [];
  const list = React.useRef<HTMLUListElement>(null);
  const kept = newest?.label === 'before restore' ? newest.at : '';
  React.useEffect(() => {
    if (kept) {
      list.current?.scrollIntoView({ block: 'nearest' }); // what was there before is in its first row
    }
  }, [kept]);
  return (
    <Fold
      name="versions"
      title="Versions"
      sum={sumOf(newest)}
      actions={actions}
    >
      {versions === null && <Missing problem={known.versions.problem} />}
      <ul className="jp-Audition-versions" ref={list}>
        {shown.map((one, i) => (
          <li key={`${one.at} ${one.sha256}`}>
            <span className="jp-Audition-when">
              <span>{i === now ? 'Now' : `${clockTime(one.at, true)} · ${ago(one.at)}`}</span>
              <span className="jp-mod-quiet">
                {[
                  i !== now && isNow(one) ? 'the same as now' : detail(one, versions?.[i + 1]),
                  handedIn(one, versions ?? [], receipts)
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </span>
            </span>
            {i !== now && !isNow(one) && (
              <Button
                waits={actions.busy.has('look') || actions.busy.has('restore')}
                onClick={() =>
                  void actions.look(exercise.slug, one.sha256, clockTime(one.at, true), !props.isOver)
                }
              >
                Look<Unseen> inside the version of {clockTime(one.at, true)}</Unseen>
              </Button>
            )}
          </li>
        ))}
      </ul>
      {(versions?.length ?? 0) > shown.length && (
        <Button kind="link" onClick={() => setShowsAll(true)}>
          Show all {versions?.length}
        </Button>
      )}
      <p className="jp-mod-quiet">
        Look inside, then restore if you like. The present one is kept too: nothing is ever lost.
        Times are {zone()}.
      </p>
      {!props.isOver && (
        <Button waits={actions.busy.has('reset')} onClick={() => void actions.resetCell()}>
          Reset this cell to as given
        </Button>
      )}
    </Fold>
  );
}

/** Return how the newest version came to be, in a few words. */
function sumOf(newest: IVersion | undefined): string {
  if (newest === undefined) {
    return 'none yet';
  }
  return newest.label === 'as given' ? 'not changed yet' : `saved ${ago(newest.at)}`;
}

/** The submissions that hold this very save, by number. */
function submissionsOf(one: IVersion, receipts: readonly IReceipt[]): number[] {
  const [from, to] = [Date.parse(one.since), Date.parse(one.at)];
  const held = receipts.filter(({ saved_at }) => {
    const saved = Date.parse(saved_at);
    return from <= saved && saved <= to;
  });
  return held.map(receipt => receipt.number);
}

/**
 * Return which submissions hold a version: "submission 2", and of another save with the same bytes
 * "same as submission 2"; empty if none does.
 */
function handedIn(
  one: IVersion,
  versions: readonly IVersion[],
  receipts: readonly IReceipt[]
): string {
  const named = (numbers: readonly number[]): string =>
    `submission${numbers.length > 1 ? 's' : ''} ${numbers.join(', ')}`;
  const own = submissionsOf(one, receipts);
  if (own.length > 0) {
    return named(own);
  }
  const same = versions.filter(other => other.sha256 === one.sha256);
  const alike = same.flatMap(other => submissionsOf(other, receipts)).sort((a, b) => a - b);
  return alike.length > 0 ? `same as ${named(alike)}` : '';
}

/** Return what tells a version from the one before it: its label, what changed, or how much was added. */
function detail(one: IVersion, before: IVersion | undefined): string {
  if (one.label !== null) {
    return one.label;
  }
  if (one.differs !== null) {
    return one.differs;
  }
  if (before === undefined) {
    return size(one.bytes);
  }
  const more = one.bytes - before.bytes;
  return more === 0 ? 'same length' : `${more > 0 ? '+' : '−'}${size(Math.abs(more))}`;
}

function size(bytes: number): string {
  return bytes < 1024 ? `${bytes} bytes` : `${(bytes / 1024).toLocaleString('en', { maximumFractionDigits: 1 })} KB`;
}
