/**
 * What the panel asks of the server, and what comes back. Money is text in US dollars, times are
 * ISO 8601, sizes bytes.
 */
import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

import { ask } from '../wire';

/** How long a submission may take: what happened before goes out first. */
const SUBMIT_MS = 220_000;

/** One exercise of the sitting. */
export interface IExercise {
  readonly slug: string;
  readonly title: string;
  readonly number: number;
  /** Path of its notebook. */
  readonly path: string;
  /** Its box; null if no clock runs. */
  readonly minutes: number | null;
  readonly is_timed: boolean;
  readonly has_part_two: boolean;
  readonly submitted: ISubmitted | null;
  /** Who answers questions; null if no one does. */
  readonly stakeholder: string | null;
}

/** The newest submission of an exercise. */
export interface ISubmitted {
  readonly number: number;
  readonly at: string;
  readonly submission: string;
  readonly manifest_sha256: string;
}

/** The sitting as a whole. */
export interface ISitting {
  readonly session: string;
  readonly exercises: readonly IExercise[];
  readonly recorded: readonly string[];
  readonly seen_by_reviewers: readonly string[];
  readonly never_seen: readonly string[];
  readonly help_policy: string;
  /** Whether a person answers questions. */
  readonly live: boolean;
}

/** The clock of one exercise. */
export interface IExerciseClock {
  readonly exercise: string;
  readonly is_timed: boolean;
  readonly opened_at: string | null;
  readonly ends_at: string | null;
  readonly hard_end_at: string | null;
  /** Seconds to the soft end, at the time of the answer. */
  readonly left_s: number | null;
  readonly is_over: boolean;
  /** Seconds given back for outages. */
  readonly given_back_s?: number;
  readonly given_back_why?: string | null;
}

/** How the session's clock stands. */
export interface IClock {
  readonly at: string;
  readonly exercises: readonly IExerciseClock[];
  readonly paused_at: string | null;
  readonly pause_left_s: number;
  readonly pause_allowance_s: number;
}

/** The purse of one exercise. */
export interface IPurse {
  readonly usd_purse: string | null;
  readonly usd_spent: string;
  readonly usd_left: string | null;
  readonly calls_limit: number | null;
  readonly calls_left: number | null;
  readonly tokens_limit: number | null;
  readonly tokens_left: number | null;
  readonly calls_per_minute: number | null;
  /** Simulated minutes, where tools of the exercise take any. */
  readonly minutes_limit?: string | null;
  readonly minutes_left?: string | null;
  readonly last_call: { readonly model: string; readonly usd: string; readonly at: string } | null;
}

/** A model that may be called. */
export interface IModel {
  readonly name: string;
  /** How many tokens it reads. */
  readonly window: number | null;
  readonly usd_in_per_million: string;
  readonly usd_out_per_million: string;
  readonly kind: 'chat' | 'embeddings';
}

/** A question and what came back; answer null while a person answers. */
export interface IQuestion {
  readonly id: string;
  readonly at: string;
  readonly question: string;
  readonly answer: string | null;
  readonly nearest: readonly string[];
  readonly waiting?: string;
}

/** What a hypothesis can be. */
export type Standing = 'open' | 'supported' | 'refuted';

/** An idea on record. */
export interface IHypothesis {
  readonly id: string;
  readonly at: string;
  readonly text: string;
  readonly status: Standing;
}

/** A saved version of the notebook. */
export interface IVersion {
  readonly sha256: string;
  /** When it was saved last. */
  readonly at: string;
  /** When it was saved first, of the saves in a row that hold these bytes. */
  readonly since: string;
  readonly bytes: number;
  readonly label: string | null;
  /** What tells it from the one before it: "2 cells changed, 1 run"; null where that is not known. */
  readonly differs: string | null;
  /** Equal for versions with the same texts and code; null where that is not known. */
  readonly texts: string | null;
}

/** One line of a cell that differs: now, in the version, in both, or lines that are left out. */
export interface ILine {
  readonly sign: '-' | '+' | ' ' | '…';
  readonly text: string;
}

/** A cell that differs between the notebook now and a version. */
export interface ICellDifference {
  readonly state: 'changed' | 'added' | 'removed';
  /** Counted from the top; in the version if it was added, in the notebook now if not. */
  readonly number: number;
  readonly cell_type: string;
  readonly lines: readonly ILine[];
  readonly left_out: number;
}

/** What restoring a version would change. */
export interface IDifferences {
  readonly cells: readonly ICellDifference[];
  readonly left_out: number;
  readonly same: number;
  readonly is_reordered: boolean;
}

/** A cell as it was given. */
export interface IGivenCell {
  readonly id: string;
  readonly cell_type: string;
  readonly source: string;
}

/** The proctor's signed word; more fields than these are in what is downloaded. */
export interface IReceipt {
  readonly submission: string;
  readonly number: number;
  readonly at: string;
  readonly saved_at: string;
  readonly manifest_sha256: string;
  readonly head_seq: number;
  readonly key_id: string;
}

/** One step of the system check. */
export interface IStep {
  readonly name: string;
  readonly state: 'good' | 'slow' | 'fail';
  readonly ms: number | null;
  readonly words: string;
}

/** A package of the candidate's environment. */
export interface IPackage {
  readonly name: string;
  readonly version: string;
  readonly what: string;
}

/** The server, as the panel speaks to it. */
export class Api {
  constructor(readonly settings: ServerConnection.ISettings) {}

  sitting(): Promise<ISitting> {
    return this._get('sitting');
  }
  clock(): Promise<IClock> {
    return this._get('clock');
  }
  startClock(exercise: string): Promise<IClock> {
    return this._post('clock/start', { exercise });
  }
  pause(): Promise<IClock> {
    return this._post('clock/pause', {});
  }
  resume(): Promise<IClock> {
    return this._post('clock/resume', {});
  }
  purse(slug: string): Promise<IPurse> {
    return this._get(`purse/${slug}`);
  }
  models(slug: string): Promise<readonly IModel[]> {
    return this._list(`models/${slug}`, 'models');
  }
  questions(slug: string): Promise<readonly IQuestion[]> {
    return this._list(`questions/${slug}`, 'questions');
  }
  ask(exercise: string, question: string): Promise<IQuestion> {
    return this._post('ask', { exercise, question });
  }
  /** Wait for a person's answer, as long as the server holds the line; it may still be missing. */
  answer(id: string): Promise<IQuestion> {
    return this._get(`ask/${encodeURIComponent(id)}`);
  }
  hypotheses(slug: string): Promise<readonly IHypothesis[]> {
    return this._list(`hypotheses/${slug}`, 'hypotheses');
  }
  suppose(exercise: string, text: string): Promise<IHypothesis> {
    return this._post('hypotheses', { exercise, text });
  }
  settle(exercise: string, id: string, status: Standing): Promise<IHypothesis> {
    return this._post('hypotheses', { exercise, id, status });
  }
  versions(slug: string): Promise<readonly IVersion[]> {
    return this._list(`versions/${slug}`, 'versions');
  }
  look(slug: string, sha256: string): Promise<IDifferences> {
    return this._get(`versions/${slug}/${sha256}`);
  }
  restore(slug: string, sha256: string): Promise<{ readonly path: string; readonly kept_sha256: string | null }> {
    return this._post(`versions/${slug}/restore`, { sha256 });
  }
  given(slug: string): Promise<readonly IGivenCell[]> {
    return this._list(`given/${slug}`, 'cells');
  }
  submit(exercise: string): Promise<IReceipt> {
    return this._post('submit', { exercise }, SUBMIT_MS);
  }
  receipts(slug: string): Promise<readonly IReceipt[]> {
    return this._list(`receipts/${slug}`, 'receipts');
  }
  systemCheck(): Promise<readonly IStep[]> {
    return this._list('system-check', 'steps');
  }
  packages(): Promise<readonly IPackage[]> {
    return this._list('packages', 'packages');
  }

  /** Return the address of a page or file of ours. */
  address(...parts: string[]): string {
    return URLExt.join(this.settings.baseUrl, ...parts);
  }

  private async _get<T>(name: string): Promise<T> {
    return (await ask(this.settings, name, { method: 'GET', cache: 'no-store' })) as T;
  }

  private async _post<T>(name: string, body: unknown, longestMs?: number): Promise<T> {
    const init = { method: 'POST', body: JSON.stringify(body) };
    return (await ask(this.settings, name, init, longestMs)) as T;
  }

  private async _list<T>(name: string, key: string): Promise<readonly T[]> {
    const found = (await this._get<Record<string, unknown>>(name))[key];
    return Array.isArray(found) ? (found as T[]) : [];
  }
}
