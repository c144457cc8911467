/** What is recorded, the system check, the packages. */
import * as React from 'react';

import { LONG, State } from '../status';
import { Button, Coded, Fold, Icon, ISection, Missing } from './pieces';
import { IStep } from './api';
import { count } from './words';

/** What is recorded, what reviewers see, what they never see; one's own record to download. */
export function Recorded(props: ISection & { state: State }): JSX.Element {
  const { actions, store } = props;
  const sitting = store.sitting.value;
  return (
    <Fold name="recorded" title="What is recorded" actions={actions}>
      {LONG[props.state] && <p>{LONG[props.state]}</p>}
      <Sentences head="Recorded" all={sitting?.recorded} />
      <Sentences head="What reviewers see" all={sitting?.seen_by_reviewers} />
      <Sentences head="What reviewers never see" all={sitting?.never_seen} />
      {sitting?.help_policy && (
        <>
          <h4>What you may use</h4>
          <p>{sitting.help_policy}</p>
        </>
      )}
      <Button
        kind="link"
        waits={actions.busy.has('record')}
        onClick={() => void actions.submissions.download()}
      >
        {actions.busy.has('record') ? 'Gathering it…' : 'Download my own record'}
      </Button>
    </Fold>
  );
}

function Sentences(props: { head: string; all: readonly string[] | undefined }): JSX.Element | null {
  if (!props.all?.length) {
    return null;
  }
  return (
    <>
      <h4>{props.head}</h4>
      <ul className="jp-Audition-sentences">
        {props.all.map(one => (
          <li key={one}>{one}</li>
        ))}
      </ul>
    </>
  );
}

const NAMES: Record<string, string> = {
  server: 'Your workspace',
  proctor: 'Record and clock',
  kernel: 'A kernel of your own',
  model: 'A model'
};
const STATES: Record<IStep['state'], readonly [string, string, string]> = {
  good: ['tick', 'fine', 'Answers'],
  slow: ['clock', 'care', 'Answers slowly'],
  fail: ['pen', 'away', 'Does not answer']
};

/** Each part of the workspace, tried when asked. */
export function SystemCheck(props: ISection): JSX.Element {
  const { actions, store } = props;
  const steps = store.systemCheck.value;
  const isBusy = actions.busy.has('system');
  const open = steps?.filter(step => step.state === 'fail').length ?? 0;
  const sum = steps === null ? '' : open > 0 ? `${open} to look at` : 'all answer';
  return (
    <Fold name="system" title="System check" sum={sum} actions={actions}>
      {steps === null && (
        <p className="jp-mod-quiet">
          Starts a kernel of its own and calls a model once. Nothing is charged, no clock starts.
        </p>
      )}
      <ul className="jp-Audition-open">
        {steps?.map(step => {
          const [icon, tone, words] = STATES[step.state] ?? STATES.fail;
          return (
            <li key={step.name}>
              <Icon name={icon} label={words} tone={tone} />
              <div>
                <b>{NAMES[step.name] ?? step.name}</b>
                {step.ms !== null && !/\d s\b/.test(step.words) && <span className="jp-mod-quiet"> {Math.round(step.ms)} ms</span>}
                <div>{step.words}</div>
              </div>
            </li>
          );
        })}
      </ul>
      <Button waits={isBusy} onClick={() => void actions.systemCheck()}>
        {isBusy ? 'Trying each part…' : steps === null ? 'Try each part' : 'Try again'}
      </Button>
    </Fold>
  );
}

/** The packages that cells can import. */
export function Packages(props: ISection): JSX.Element {
  const { actions, store } = props;
  const packages = store.packages.value;
  return (
    <Fold
      name="packages"
      title="Packages"
      sum={packages === null ? '' : count(packages.length, 'package')}
      actions={actions}
      onOpen={() => store.packages.want()}
    >
      <p className="jp-mod-quiet">
        What cells can import. No more can be added: cells have no internet, only the models.
      </p>
      {packages === null ? (
        <Missing problem={store.packages.problem} />
      ) : (
        <table>
          <caption className="jp-Audition-unseen">Packages that are installed</caption>
          <thead>
            <tr>
              <th scope="col">Package</th>
              <th scope="col">Version</th>
            </tr>
          </thead>
          <tbody>
            {packages.map(one => (
              <React.Fragment key={one.name}>
                <tr>
                  <th scope="row">
                    <code>{one.name}</code>
                  </th>
                  <td>{one.version}</td>
                </tr>
                {one.what && (
                  <tr className="jp-Audition-what">
                    <td className="jp-mod-quiet" colSpan={2}>
                      <Coded text={one.what} isExample />
                    </td>
                  </tr>
                )}
              </React.Fragment>
            ))}
          </tbody>
        </table>
      )}
    </Fold>
  );
}
