/** All that the panel knows, and which exercise it is about. */
import { ISignal, Signal } from '@lumino/signaling';

import {
  Api, IClock, IGivenCell, IHypothesis, IModel, IPackage, IPurse, IQuestion, IReceipt, ISitting,
  IExercise, IStep, IVersion
} from './api';
import { ITime, timeOf } from './clock';
import { Stage } from '../status';
import { Resource } from './resource';

/** What is known of one exercise. */
export interface IKnown {
  readonly purse: Resource<IPurse>;
  readonly models: Resource<readonly IModel[]>;
  readonly questions: Resource<readonly IQuestion[]>;
  readonly hypotheses: Resource<readonly IHypothesis[]>;
  readonly versions: Resource<readonly IVersion[]>;
  readonly receipts: Resource<readonly IReceipt[]>;
  readonly given: Resource<readonly IGivenCell[]>;
}

/** The panel's knowledge; says when any of it has changed. */
export class Store {
  readonly sitting: Resource<ISitting>;
  readonly clock: Resource<IClock>;
  readonly packages: Resource<readonly IPackage[]>;
  readonly systemCheck: Resource<readonly IStep[]>;
  private readonly _changed = new Signal<this, void>(this);
  private readonly _known = new Map<string, IKnown>();
  private _slug: string | null = null;
  private _isAway = false;
  /** Tells whether an exercise is worked in elsewhere, so that its text here is old. */
  isElsewhere: (slug: string) => boolean = () => false;

  constructor(readonly api: Api) {
    this.sitting = this._keep(() => api.sitting());
    this.clock = this._keep(() => api.clock());
    this.packages = this._keep(() => api.packages());
    this.systemCheck = this._keep(() => api.systemCheck());
  }

  /** Emitted when anything the panel shows may have changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Have the panel drawn anew. */
  touch(): void {
    this._changed.emit();
  }

  /** Whether the line to the server or the proctor is down. */
  get isAway(): boolean {
    return this._isAway;
  }
  set isAway(away: boolean) {
    if (away !== this._isAway) {
      this._isAway = away;
      this.touch();
    }
  }

  /** The exercise the panel is about; null before the sitting is known. */
  get exercise(): IExercise | null {
    const all = this.sitting.value?.exercises ?? [];
    return all.find(one => one.slug === this._slug) ?? all[0] ?? null;
  }

  /** Whether somebody or something has turned to an exercise yet. */
  get hasChosen(): boolean {
    return this._slug !== null;
  }

  /** Turn to another exercise. */
  choose(slug: string): void {
    if (slug !== this._slug) {
      this._slug = slug;
      this.touch();
    }
  }

  /** What is known of an exercise. */
  of(slug: string): IKnown {
    let known = this._known.get(slug);
    if (known === undefined) {
      const api = this.api;
      known = {
        purse: this._keep(() => api.purse(slug)),
        models: this._keep(() => api.models(slug)),
        questions: this._keep(() => api.questions(slug)),
        hypotheses: this._keep(() => api.hypotheses(slug)),
        versions: this._keep(() => api.versions(slug)),
        receipts: this._keep(() => api.receipts(slug)),
        given: this._keep(() => api.given(slug))
      };
      this._known.set(slug, known);
    }
    return known;
  }

  /** How an exercise's time stands now. */
  time(slug: string): ITime {
    const since = performance.now() - this.clock.heardAt;
    return timeOf(this.clock.value, slug, since);
  }

  /** How far the exercise in front is. */
  get stage(): Stage {
    const time = this.exercise === null ? null : this.time(this.exercise.slug);
    if (time?.isOver) {
      return 'over';
    }
    return time?.isPaused && time.isStarted ? 'paused' : 'working';
  }

  /** The text of a cell as it was given; null for one's own, and where that is not known. */
  givenSource(id: string): string | null {
    for (const known of this._known.values()) {
      const found = known.given.value?.find(cell => cell.id === id);
      if (found !== undefined) {
        return found.source;
      }
    }
    return null;
  }

  /** Ask again for all that the line kept from us. */
  askAgain(): void {
    const all = [this.sitting, this.clock, this.packages, this.systemCheck];
    for (const known of this._known.values()) {
      all.push(...(Object.values(known) as typeof all));
    }
    for (const one of all) {
      if (one.problem?.isAway) {
        void one.ask();
      }
    }
  }

  private _keep<T>(fetch: () => Promise<T>): Resource<T> {
    const kept = new Resource(fetch);
    kept.changed.connect(() => this.touch());
    return kept;
  }
}
