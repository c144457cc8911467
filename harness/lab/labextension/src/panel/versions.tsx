/** Saved versions of the notebook: any of them can be looked into and brought back. */
import * as React from 'react';

import { IReceipt, IVersion } from './api';
import { Actions } from './actions';
import { ago, apart, isResting, zone } from './clock';
import { whyCovered } from './covered';
import { Button, Fold, ISection, Missing, Unseen } from './pieces';
import { BEFORE_RESTORE } from './words';

/** So many rows are shown first; two more are no reason to ask for them. */
const [SHOWN, SPARED] = [8, 2];
/** So much of a text is enough to know a cell by. */
const LONGEST = 44;
/** What the server says of a version that holds what the one before it held (changes.py). */
const NOTHING = 'nothing changed';

/** The newest versions first; older ones on request. */
export function Versions(props: ISection & { isOver: boolean }): JSX.Element {
  const { actions, exercise, known } = props;
  const [showsAll, setShowsAll] = React.useState(false);
  const versions = known.versions.value;
  const when = apart(versions?.map(one => one.at) ?? []);
  const unlisted = unlistedOf(props.actions, exercise.path, versions?.[0]);
  const now = unlisted === null ? 0 : -1; // which row of the list is the notebook as it is now
  const isLikeNow = (one: IVersion): boolean => one.sha256 === versions?.[now]?.sha256;
  const receipts = known.receipts.value ?? [];
  // A save that changed nothing says no more than the one before it, unless it was handed in.
  const isTwin = (one: IVersion, i: number): boolean =>
    i > now && one.differs === NOTHING && one.label === null && handedIn(one, versions ?? [], receipts) === '';
  const rows = (versions ?? []).map((one, i) => ({ one, i }));
  const own = rows.filter(({ one, i }) => !isTwin(one, i));
  const shown = showsAll ? rows : own.slice(0, own.length > SHOWN + SPARED ? SHOWN : own.length);
  const why = props.isOver ? '' : whyCovered(actions.store, exercise.slug, 'restore');
  const rests = !props.isOver && isResting(actions.store.time(exercise.slug)); // out of sight is out of sight
  const list = React.useRef<HTMLUListElement>(null);
  React.useEffect(() => {
    // After a restore: the row to come back to.
    const at = versions?.findIndex((one, i) => i !== now && one.sha256 === actions.restoring.kept) ?? -1;
    const row = list.current?.querySelector(`[data-version="${at}"]`);
    if (row) {
      row.scrollIntoView({ block: 'nearest' });
      actions.restoring.kept = null;
    }
  });
  return (
    <Fold
      name="versions"
      title="Versions"
      sum={unlisted?.words ?? sumOf(versions?.[0])}
      actions={actions}
    >
      {versions === null && <Missing problem={known.versions.problem} />}
      <ul className="jp-Audition-versions" ref={list}>
        {unlisted !== null && shown.length > 0 && (
          <li>
            <span className="jp-Audition-when">
              <span>Now · {unlisted.row}</span>
              {!unlisted.isSaved && <span className="jp-mod-quiet">since {when(versions?.[0]?.at ?? '')}</span>}
            </span>
          </li>
        )}
        {shown.map(({ one, i }) => (
          <li key={`${one.since} ${one.sha256}`} data-version={i}>
            <span className="jp-Audition-when">
              <span className={one.differs === NOTHING ? 'jp-mod-quiet' : undefined}>{i === now ? nowWords(one, when) : `${when(one.at)} · ${ago(one.at)}`}</span>
              <span className="jp-mod-quiet">
                {[
                  ...(wasRestored(i, versions ?? [])
                    ? ['restored', one.label, withoutRuns(one.differs ?? '')]
                    : detail(one, versions?.[i + 1])),
                  i !== now && isLikeNow(one) && 'the same as now',
                  handedIn(one, versions ?? [], receipts)
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </span>
            </span>
            {i !== now && !isLikeNow(one) && (
              <Button
                waits={rests || actions.busy.has('look') || actions.busy.has('restore')}
                onClick={() =>
                  void actions.restoring.look(exercise.slug, one.sha256, when(one.at), !props.isOver && why === '')
                }
              >
                Look<Unseen> inside the version of {when(one.at)}</Unseen>
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
        Each says what changed since the one before it. Look inside, then restore if you like: the
        present one is kept too, nothing is ever lost. Times are {zone()}.
      </p>
      {why !== '' && <p className="jp-mod-quiet">{why}</p>}
      {!props.isOver && why === '' && <Reset {...props} />}
    </Fold>
  );
}

/** Puts the selected cell back; says which one that is, for the selection may have moved on. */
function Reset({ actions, known }: ISection): JSX.Element {
  const found = actions.book.resettable(known.given.value);
  if (found === null) {
    return <p className="jp-mod-quiet">Select a given cell that was changed, and it can be reset here.</p>;
  }
  const words = found.source.replace(/[#*\s]+/g, ' ').trim();
  const first = words.length > LONGEST ? `${words.slice(0, words.lastIndexOf(' ', LONGEST))} …` : words;
  return (
    <>
      <Button waits={actions.busy.has('reset')} onClick={() => void actions.restoring.resetCell()}>
        Reset cell {found.number} to as given
      </Button>
      <p className="jp-mod-quiet">
        That is the selected cell; as given it begins with “{first}”.
      </p>
    </>
  );
}

/**
 * Return what to say of a notebook that is not as the newest version of the list: it holds what is
 * not saved, or it was saved a moment ago and the list is on its way. Null if it is as listed.
 */
function unlistedOf(
  actions: Actions,
  path: string,
  newest: IVersion | undefined
): { words: string; row: string; isSaved: boolean } | null {
  const context = actions.book.find(path)?.context;
  if (newest === undefined || context === undefined || !context.isReady) {
    return null;
  }
  if (context.model.dirty) {
    return { words: 'changes not saved yet', row: 'changes not saved yet', isSaved: false };
  }
  const at = actions.savedAt.get(path) ?? '';
  if (Date.parse(at) > Date.parse(newest.at)) {
    return { words: `saved ${ago(at)}`, row: `saved ${apart([])(at)}, ${ago(at)}`, isSaved: true };
  }
  return null;
}

/** Return when the present one was saved. */
function nowWords(one: IVersion, when: (at: string) => string): string {
  return one.label === 'as given' && one.since === one.at
    ? 'Now · not changed yet'
    : `Now · saved ${when(one.at)}, ${ago(one.at)}`;
}

/** Return how the newest version came to be, in a few words. */
function sumOf(newest: IVersion | undefined): string {
  if (newest === undefined) {
    return 'none yet';
  }
  return newest.label === 'as given' && newest.since === newest.at ? 'not changed yet' : `saved ${ago(newest.at)}`;
}

/**
 * Whether the last save holds other texts or code than the newest submission; what ran or came out
 * since does not count. False where it is not known.
 */
export function isPastSubmission(
  versions: readonly IVersion[] | null,
  receipts: readonly IReceipt[] | null
): boolean {
  const receipt = receipts?.at(-1);
  const newest = versions?.[0];
  const held = receipt && versions?.find(one => submissionsOf(one, [receipt]).length > 0);
  if (!held || !newest || held.sha256 === newest.sha256) {
    return false;
  }
  return held.texts !== null && newest.texts !== null && held.texts !== newest.texts;
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
    `submission${numbers.length > 1 ? 's' : ''}\u00a0${numbers.join(', ')}`; // it does not break there
  const own = submissionsOf(one, receipts);
  if (own.length > 0) {
    return named(own);
  }
  const same = versions.filter(other => other.sha256 === one.sha256);
  const alike = same.flatMap(other => submissionsOf(other, receipts)).sort((a, b) => a - b);
  return alike.length > 0 ? `same as ${named(alike)}` : '';
}

/**
 * Whether a version was put back: the one before it was kept for that, and an older one holds the same
 * bytes. A change after an older one that was as the notebook is no restore.
 */
function wasRestored(i: number, versions: readonly IVersion[]): boolean {
  return (
    versions[i + 1]?.label === BEFORE_RESTORE &&
    versions.slice(i + 2).some(older => older.sha256 === versions[i].sha256)
  );
}

/** Return what changed without what ran (pages/versions.js too): a version that was put back brings its old runs along. */
function withoutRuns(differs: string): string {
  return differs.replace(/(^|, )\d+ (?:cells? )?(?:run|with new output)(?=,|$)/g, '').replace(/^, /, '');
}

/** Return its label, and what tells it from the one before it: what changed, or how much was added. */
function detail(one: IVersion, before: IVersion | undefined): (string | null)[] {
  if (before === undefined) {
    return [one.label ?? size(one.bytes)];
  }
  const more = one.bytes - before.bytes;
  const length = more === 0 ? 'same length as before' : `${more > 0 ? '+' : '−'}${size(Math.abs(more))}`;
  return [one.label, one.differs ?? length];
}

function size(bytes: number): string {
  return bytes < 1024 ? `${bytes} bytes` : `${(bytes / 1024).toLocaleString('en', { maximumFractionDigits: 1 })} KB`;
}
