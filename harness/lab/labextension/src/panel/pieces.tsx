/** The pieces that every section is made of: fold, button, icon, note, text with code in it. */
import * as React from 'react';

import { Actions } from './actions';
import { IExercise } from './api';
import { INote } from './notes';
import { IKnown, Store } from './store';
import { AWAY } from './words';
import { IProblem } from './resource';

/** What every section is given. */
export interface ISection {
  readonly actions: Actions;
  readonly store: Store;
  readonly exercise: IExercise;
  readonly known: IKnown;
}

const PATHS: Record<string, string> = {
  info: 'M10 2a8 8 0 1 0 0 16 8 8 0 0 0 0-16M10 9v5M10 6v.1',
  tick: 'M4 10.5 8.5 15 16 5.5',
  pen: 'M4 16l1-4L14 3l3 3-9 9zM12 5l3 3',
  hold: 'M7 4v12M13 4v12',
  clock: 'M10 2a8 8 0 1 0 0 16 8 8 0 0 0 0-16M10 5v5l3 2'
};

/** A small drawing; decoration unless it is given words. */
export function Icon(props: { name: string; label?: string; tone?: string }): JSX.Element {
  const named = props.label ? { role: 'img', 'aria-label': props.label } : { 'aria-hidden': true };
  const tone = props.tone ? ` jp-mod-${props.tone}` : '';
  return (
    <svg className={`jp-Audition-icon${tone}`} viewBox="0 0 20 20" {...named}>
      <path d={PATHS[props.name]} />
    </svg>
  );
}

/** Words for those who listen only. */
export function Unseen(props: { children: React.ReactNode }): JSX.Element {
  return <span className="jp-Audition-unseen">{props.children}</span>;
}

/** So long a person may not have seen yet that a section opened by itself (ms). */
const SEEN_AFTER_MS = 500;
/** So long what a section holds may take to come (ms). */
const FILLED_WITHIN_MS = 1500;

/** How a section turned last. */
interface ITurned {
  readonly isOpen: boolean;
  /** When, on the page's own clock (ms); 0 if it never did. */
  readonly at: number;
  readonly byHand: boolean;
  /** What a person asked for and is not drawn yet. */
  wanted: boolean | null;
}

/** Scroll a section that was opened into sight, and on while what it holds comes; returns its end. */
function comesIntoSight(section: HTMLElement, more?: () => void): () => void {
  const show = (): void => {
    section.scrollIntoView({ block: 'nearest' });
    more?.();
  };
  const observer = new ResizeObserver(show); // called once at first
  observer.observe(section);
  const end = (): void => observer.disconnect();
  window.setTimeout(end, FILLED_WITHIN_MS);
  // Whoever does the next thing sees to it what is in sight.
  ['pointerdown', 'wheel', 'keydown'].forEach(name =>
    window.addEventListener(name, end, { capture: true, once: true, passive: true })
  );
  return end;
}

/** A section that opens and closes; its heading carries the one figure that matters. */
export function Fold(props: {
  name: string;
  title: string;
  sum?: string;
  usual?: boolean;
  actions: Actions;
  onOpen?: () => void;
  /** Scrolls to what matters in it, where not all of it is in sight. */
  onShow?: () => void;
  children: React.ReactNode;
}): JSX.Element {
  const { name, actions, onOpen } = props;
  const isOpen = actions.memory.isOpen(name, props.usual ?? false);
  actions.memory.draws(name, isOpen);
  const id = `jp-Audition-section-${name}`;
  const section = React.useRef<HTMLElement>(null);
  const shown = React.useRef(props.onShow);
  shown.current = props.onShow;
  const turned = React.useRef<ITurned>({ isOpen, at: 0, byHand: false, wanted: null });
  // Before anything else can happen: a press that comes just then has to find how it turned.
  React.useLayoutEffect(() => {
    isOpen && onOpen?.();
    const last = turned.current;
    if (last.isOpen !== isOpen) {
      const byHand = last.wanted === isOpen;
      turned.current = { isOpen, at: performance.now(), byHand, wanted: null };
      return isOpen && byHand && section.current ? comesIntoSight(section.current, () => shown.current?.()) : undefined;
    }
    return undefined;
  }, [isOpen]);
  const toggle = (): void => {
    // It opened by itself under the pointer a moment ago: what was asked for is there already.
    const { at, byHand } = turned.current;
    const isDone = isOpen && !byHand && at > 0 && performance.now() - at < SEEN_AFTER_MS;
    turned.current.wanted = isDone ? null : !isOpen;
    actions.memory.setOpen(name, isDone ? isOpen : !isOpen);
    actions.store.touch();
  };
  return (
    <section className="jp-Audition-section" data-section={name} ref={section}>
      <h3>
        <button type="button" aria-expanded={isOpen} aria-controls={id} onClick={toggle}>
          <span className="jp-Audition-chevron" aria-hidden="true" />
          {props.title}
          {props.sum && <span className="jp-Audition-sum">{props.sum}</span>}
        </button>
      </h3>
      <div className="jp-Audition-body" id={id} hidden={!isOpen}>
        {props.children}
      </div>
    </section>
  );
}

/** A button; while its work is under way it keeps the focus and does nothing more. */
export function Button(props: {
  kind?: 'plain' | 'main' | 'outlined' | 'link' | 'chip';
  wide?: boolean;
  waits?: boolean;
  onClick: () => void;
  children: React.ReactNode;
  describedBy?: string;
}): JSX.Element {
  const wide = props.wide ? ' jp-mod-wide' : '';
  return (
    <button
      type="button"
      className={`jp-Audition-button jp-mod-${props.kind ?? 'plain'}${wide}`}
      aria-disabled={props.waits || undefined}
      aria-describedby={props.describedBy}
      onClick={() => props.waits || props.onClick()}
    >
      {props.children}
    </button>
  );
}

/** A note: icon, a short head, a sentence, perhaps a button, and a way to close it. */
export function Note(props: { note: INote; onClose?: () => void }): JSX.Element {
  const { tone, icon, head, text, action } = props.note;
  return (
    <div className={`jp-Audition-note jp-mod-${tone}`} data-note={props.note.name}>
      <Icon name={icon} />
      <div>
        <b>{head}</b>
        <span>{text}</span>
        {action && (
          <Button kind="link" onClick={action.run}>
            {action.label}
          </Button>
        )}
      </div>
      {props.onClose && (
        <button type="button" className="jp-Audition-close" onClick={props.onClose}>
          <span aria-hidden="true">×</span>
          <Unseen>Close: {head}</Unseen>
        </button>
      )}
    </div>
  );
}

/**
 * Text in which `this` is code. An example breaks between its parts alone, never within a string.
 */
export function Coded(props: { text: string; isExample?: boolean }): JSX.Element {
  const parts = props.text.split(/`([^`]+)`/);
  const code = (part: string): React.ReactNode => (props.isExample ? inParts(part) : part);
  return <>{parts.map((part, i) => (i % 2 === 1 ? <code key={i}>{code(part)}</code> : part))}</>;
}

function inParts(code: string): React.ReactNode {
  return code.split(/(?<=[(,]\s?)(?=[^\s)])/).map((part, i) => (
    <React.Fragment key={i}>
      {i > 0 && <wbr />}
      <span className="jp-Audition-unbroken">{part}</span>
    </React.Fragment>
  ));
}

/** What stands where nothing has been heard yet. */
export function Missing(props: { problem: IProblem | null }): JSX.Element {
  const { problem } = props;
  if (problem === null) {
    return <p className="jp-mod-quiet">Asking…</p>;
  }
  const words = problem.isAway
    ? 'The line is down. This comes by itself when it is back.'
    : problem.message;
  return <p className="jp-mod-quiet">{words}</p>;
}

/** The note while the line is down. */
export const AWAY_NOTE: INote = {
  name: 'away',
  tone: 'warn',
  icon: 'hold',
  head: 'The line is down',
  text: AWAY.replace('The line is down. ', '')
};
