/**
 * One's own pause covers the notebooks, and so does another window in which the exercise is worked
 * on; what is under the cover can be neither read nor reached, nor what the status bar says of it.
 */
import { Button } from './pieces';
import { Actions } from './actions';
import { appears, isNarrow } from './book';
import { minutes } from './clock';
import { Elsewhere, Windows } from './windows';
import { ReactWidget } from '@jupyterlab/ui-components';
import { Widget } from '@lumino/widgets';
import * as React from 'react';

const COVERED = 'jp-mod-auditionCovered';
const PAUSE = '.jp-Audition-pause';

type Why = 'paused' | Elsewhere;

/** Covers the main area while the exercise in front is not worked on in this window. */
export class Cover {
  private _widget: Widget | null = null;
  private _why: Why | null = null;
  private _isOpening = false;

  constructor(
    private readonly _actions: Actions,
    private readonly _windows: Windows
  ) {
    _actions.store.changed.connect(() => this._look());
    _actions.book.opening.connect((_, isOpening) => {
      this._isOpening = isOpening;
      this._look();
    });
  }

  private _look(): void {
    const slug = this._actions.store.exercise?.slug ?? null;
    if (slug !== null) {
      this._show(this._isOpening ? null : this._reason(slug));
    }
  }

  private _show(why: Why | null): void {
    const host = document.getElementById('jp-main-dock-panel');
    if (host === null || why === this._why) {
      return;
    }
    this._why = why;
    [host, document.getElementById('jp-main-statusbar')].forEach(one => one?.classList.toggle(COVERED, why !== null));
    this._widget?.dispose();
    this._widget = null;
    if (why !== null) {
      this._widget = ReactWidget.create(
        why === 'paused' ? (
          <Paused actions={this._actions} />
        ) : (
          <OpenElsewhere why={why} onTake={() => this._take()} />
        )
      );
      this._widget.addClass('jp-Audition-cover');
      Widget.attach(this._widget, host);
      // In a wide window Pause gives way to the cover's Resume: the focus goes there with it.
      if (why === 'paused' && !isNarrow() && document.activeElement?.closest(PAUSE) != null) {
        void this._focusResume(this._widget.node);
      }
    }
  }

  private async _focusResume(node: HTMLElement): Promise<void> {
    const resume = await appears(() => node.querySelector<HTMLElement>('button'));
    resume?.focus();
  }

  /** Go on here with the exercise in front, which may be another than when the cover came. */
  private async _take(): Promise<void> {
    const slug = this._actions.book.currentSlug;
    if (slug !== null) {
      await this._windows.take(slug);
    }
  }

  private _reason(slug: string): Why | null {
    const time = this._actions.store.time(slug);
    const isPaused = time.isPaused && time.isStarted && !time.isOver;
    const inFront = this._actions.book.currentSlug;
    const elsewhere = inFront === null ? null : this._windows.elsewhere(inFront);
    return elsewhere ?? (isPaused ? 'paused' : null);
  }
}

function Paused(props: { actions: Actions }): JSX.Element {
  const { actions } = props;
  const left = minutes(actions.store.clock.value?.pause_left_s ?? 0);
  const resume = async (): Promise<void> => {
    await actions.pause(false);
    if (document.activeElement === document.body) {
      actions.book.comeBack(); // the button went with the cover
    }
  };
  return (
    <div role="region" aria-label="Paused">
      <h1>Paused</h1>
      <p>
        Your clock stands still, models wait, and your work is kept. No reviewer sees that you paused. The
        notebook is covered until you go on.
      </p>
      <p>
        {left} of pause left. Once it is used up, the clock goes on by itself and this cover goes; nothing
        else happens.
      </p>
      <Button kind="main" onClick={() => void resume()}>
        Resume
      </Button>
    </div>
  );
}

function OpenElsewhere(props: { why: Elsewhere; onTake: () => Promise<void> }): JSX.Element {
  const [isTaking, setIsTaking] = React.useState(false);
  const take = (): void => {
    setIsTaking(true);
    void props.onTake().finally(() => setIsTaking(false));
  };
  const head =
    props.why === 'open'
      ? 'This exercise is open in another window'
      : 'You went on in another window';
  return (
    <div role="region" aria-label={head}>
      <h1>{head}</h1>
      <p>
        Work in one window at a time, so that neither overwrites the other. Go on here, and the
        other one waits; what was written there is saved first.
      </p>
      <Button kind="main" waits={isTaking} onClick={take}>
        Go on here
      </Button>
    </div>
  );
}
