/** Where the panel is: open at the first visit, and the whole width of a narrow window. */
import { ILabShell, JupyterFrontEnd } from '@jupyterlab/application';
import { LabIcon } from '@jupyterlab/ui-components';
import { IStateDB } from '@jupyterlab/statedb';

import { AuditionPanel, PANEL_ID } from './panel';

const VISITED = 'audition:visited';

/** A clock without hands to hurry anyone; the side bar's sign. */
export const panelIcon = new LabIcon({
  name: 'audition:panel',
  svgstr:
    '<svg xmlns="http://www.w3.org/2000/svg" width="20" viewBox="0 0 20 20">' +
    '<g class="jp-icon-stroke-audition" fill="none" stroke-width="1.8" stroke-linecap="round">' +
    '<circle cx="10" cy="11" r="7"/><path d="M10 7v4l2.5 1.5M8 2h4"/></g></svg>'
});

/** Open the panel when this workspace is seen for the first time; later it is where it was left. */
export async function openAtFirstVisit(
  app: JupyterFrontEnd,
  panel: AuditionPanel,
  state: IStateDB | null
): Promise<void> {
  await app.restored;
  const visited = await state?.fetch(VISITED).catch(() => undefined);
  if (visited === undefined) {
    panel.giveWayOnce(); // the notebook may be there before us, and a person have begun
    app.shell.activateById(PANEL_ID);
    await state?.save(VISITED, true).catch(() => undefined);
  }
}

/** Mark the page while the left side is open, so that the style can give it a narrow window whole. */
export function watchWidth(shell: ILabShell): void {
  const mark = (): void => {
    const isOpen = !shell.leftCollapsed;
    document.body.dataset.auditionLeft = isOpen ? 'open' : 'closed';
  };
  shell.layoutModified.connect(mark);
  void shell.restored.then(mark);
  mark();
}
