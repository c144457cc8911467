/** The purse, and what models cost. */
import * as React from 'react';

import { IPurse } from './api';
import { Fold, ISection, Missing } from './pieces';
import { count, dollars, price } from './words';

/** What is left, as a figure and a meter, and what the last call cost. */
export function Purse(props: ISection & { usual: boolean; isBefore: boolean }): JSX.Element {
  const purse = props.known.purse.value;
  const isEmpty = purse !== null && purse.usd_left !== null && Number(purse.usd_left) <= 0;
  return (
    <Fold
      name="purse"
      title="Purse"
      sum={purse === null ? '' : sumOf(purse, props.isBefore)}
      usual={props.usual}
      actions={props.actions}
    >
      {purse === null ? <Missing problem={props.known.purse.problem} /> : <Left purse={purse} hasTools={props.exercise.has_part_two} />}
      {isEmpty && (
        <p>
          Model calls are closed for this exercise. Everything else still works: cells, questions,
          check and submit.
        </p>
      )}
      {!isEmpty && <p className="jp-mod-quiet">How much of it you spend is not scored.</p>}
    </Fold>
  );
}

function sumOf(purse: IPurse, isBefore: boolean): string {
  if (purse.usd_left === null) {
    return purse.calls_left === null ? 'no limit' : `${count(purse.calls_left, 'call')} left`;
  }
  return isBefore ? dollars(purse.usd_left) : `${dollars(purse.usd_left)} left`;
}

/** Simulated minutes are told of once there is something to spend them on, which part two brings. */
function Left(props: { purse: IPurse; hasTools: boolean }): JSX.Element {
  const { usd_left, usd_purse, calls_left, calls_limit, last_call, minutes_left, minutes_limit } = props.purse;
  return (
    <>
      {usd_left !== null && usd_purse !== null && (
        <p>
          <span className="jp-Audition-big">{dollars(usd_left)}</span> left of {dollars(usd_purse)}
        </p>
      )}
      {usd_left !== null && usd_purse !== null && <Meter left={usd_left} whole={usd_purse} />}
      <p className="jp-mod-quiet">
        {calls_left !== null && (
          <>
            {calls_left.toLocaleString('en')}
            {calls_limit !== null && ` of ${count(calls_limit, 'call')}`} left
            <br />
          </>
        )}
        {minutes_limit && minutes_left && (props.hasTools || minutes_left !== minutes_limit) && (
          <>
            For tools: {minutes_left} of {minutes_limit} simulated minutes left
            <br />
          </>
        )}
        {last_call === null ? (
          'No call yet.'
        ) : (
          <>
            Last call: <b>{price(last_call.usd)}</b>, <code>{last_call.model}</code>
          </>
        )}
      </p>
    </>
  );
}

function Meter(props: { left: string; whole: string }): JSX.Element {
  const left = Math.max(0, Number(props.left));
  const whole = Number(props.whole) || 1;
  const words = left > 0 ? `${dollars(props.left)} left of ${dollars(props.whole)}` : 'empty';
  return (
    <div
      className="jp-Audition-meter"
      role="meter"
      aria-label="Purse"
      aria-valuemin={0}
      aria-valuemax={whole}
      aria-valuenow={Math.min(left, whole)}
      aria-valuetext={words}
    >
      <i style={{ width: `${Math.min(100, (left / whole) * 100)}%` }} />
    </div>
  );
}

/** The models that may be called, and their prices. */
export function Models(props: ISection): JSX.Element {
  const { known, actions } = props;
  const models = known.models.value;
  const digits = digitsOf((models ?? []).flatMap(one => [one.usd_in_per_million, one.usd_out_per_million]));
  return (
    <Fold
      name="models"
      title="Models and prices"
      sum={models === null ? '' : count(models.length, 'model')}
      actions={actions}
    >
      {models === null ? (
        <Missing problem={known.models.problem} />
      ) : (
        <table>
          <caption>US dollars for a million tokens</caption>
          <thead>
            <tr>
              <th scope="col">Model</th>
              <th scope="col">In</th>
              <th scope="col">Out</th>
              <th scope="col">Reads</th>
            </tr>
          </thead>
          <tbody>
            {models.map(model => (
              <tr key={model.name}>
                <th scope="row">
                  <code>{model.name}</code>
                  {model.kind === 'embeddings' && (
                    <span className="jp-mod-quiet">turns text into numbers</span>
                  )}
                </th>
                <td>{Number(model.usd_in_per_million).toFixed(digits)}</td>
                <td>{model.kind === 'embeddings' ? '–' : Number(model.usd_out_per_million).toFixed(digits)}</td>
                <td>{model.window === null ? '–' : model.window.toLocaleString('en')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p className="jp-mod-quiet">
        <code>OpenAI()</code> works as it is. No key is needed. “Reads” is how many tokens fit into
        one call.
      </p>
    </Fold>
  );
}

/** How many digits stand behind the point of all of them: two, or as many as the finest price has. */
function digitsOf(prices: readonly string[]): number {
  const behind = prices.map(one => (/\.(\d*?)0*$/.exec(one)?.[1] ?? '').length);
  return Math.max(2, ...behind);
}
