/** The commands behind F8, the palette, Help and the menu of a cell. */
import { JupyterFrontEnd } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';

import { Actions } from './actions';
import { AuditionPanel, PANEL_ID } from './panel';

/** Goes to the panel and back. */
export class Travel {
  constructor(
    private readonly _app: JupyterFrontEnd,
    private readonly _actions: Actions,
    private readonly _panel: () => AuditionPanel
  ) {}

  /** Go to the panel, or back to where the person was. */
  toggle(): void {
    const node = this._panel().node;
    if (node.contains(document.activeElement)) {
      this.back();
    } else {
      this.go();
    }
  }

  /** Go to the panel; the way back is remembered. */
  go(): void {
    this._actions.book.leave();
    this._app.shell.activateById(PANEL_ID);
    this._panel().node.focus();
  }

  /** Go back to the notebook; in a narrow window the panel gives way. */
  back(): void {
    this._actions.book.comeBack();
  }

  /** Go to the panel with all its sections closed. */
  closeAll(): void {
    this.go();
    this._panel().closeAll();
  }

  /** Go to a section of the panel. */
  show(section: string, inside?: string): void {
    this.go();
    this._panel().reveal(section, inside);
  }
}

/** Add the commands, and the palette's entries. */
export function addCommands(
  app: JupyterFrontEnd,
  palette: ICommandPalette | null,
  actions: Actions,
  travel: Travel
): void {
  const slug = (): string | null => actions.store.exercise?.slug ?? null;
  const withSlug = (work: (slug: string) => unknown) => () => {
    const now = slug();
    return now === null ? undefined : work(now);
  };
  const paused = (): boolean => (slug() === null ? false : actions.store.time(slug()!).isPaused);
  const isClocked = (): boolean => slug() !== null && actions.store.time(slug()!).leftS !== null;
  const all: Record<string, [label: string, work: () => unknown, enabled?: () => boolean]> = {
    panel: ['Go to the panel and back', () => travel.toggle()],
    time: ['Say how much time is left', () => actions.sayTime()],
    pause: ['Pause or resume', () => actions.pause(!paused()), isClocked],
    ask: ['Ask a question', () => travel.show('ask', 'textarea')],
    hypotheses: ['Write down a hypothesis', () => travel.show('hypotheses', 'textarea')],
    check: ['Check whether we can read your marked cells', withSlug(now => actions.checks.check(now))],
    versions: ['Versions of this notebook', () => travel.show('versions')],
    'reset-cell': ['Reset the selected cell to as given', () => actions.restoring.resetCell(), resettable],
    recorded: ['What is recorded', () => travel.show('recorded')],
    'system-check': ['System check', () => travel.show('system')],
    'close-all': ['Close all sections of the panel', () => travel.closeAll()],
    packages: ['Packages that are installed', () => travel.show('packages')],
    record: ['Download my own record', () => actions.submissions.download()],
    submit: ['Submit this exercise', withSlug(now => actions.submissions.submit(now))],
    plain: [
      'Open the plain page in a new tab',
      withSlug(now => window.open(`${actions.store.api.address('plain', now)}?go-on`, '_blank'))
    ]
  };
  function resettable(): boolean {
    const now = actions.book.currentSlug;
    return now !== null && actions.book.resettable(actions.store.of(now).given.value) !== null;
  }
  for (const [name, [label, work, enabled]] of Object.entries(all)) {
    const command = `audition:${name}`;
    app.commands.addCommand(command, {
      // The palette says whose they are; in a menu the short form will do.
      label: args => (args.isPalette ? `Audition: ${label}` : label),
      execute: () => work(),
      isEnabled: enabled
    });
    palette?.addItem({ command, category: 'Audition', args: { isPalette: true } });
  }
}
