/** Questions to the stakeholder, and what came back. */
import * as React from 'react';

import { IQuestion } from './api';
import { isResting, isUnstarted } from './clock';
import { Button, Fold, ISection, Missing } from './pieces';
import { ASK_EARLY, ASK_PAUSED, times } from './words';

const HOW = 'Free. One thing at a time: of several, some may stay unanswered. Ctrl Enter asks, too.';

/** The list of questions, and the box for the next. */
export function Ask(props: ISection & { usual: boolean; isOver: boolean }): JSX.Element | null {
  const { actions, store, exercise, known } = props;
  const [draft, setDraft] = React.useState('');
  const [problem, setProblem] = React.useState('');
  const [isAsking, setAsking] = React.useState(false);
  const box = React.useRef<HTMLTextAreaElement>(null);
  const row = React.useRef<HTMLDivElement>(null);
  const answers = React.useRef<HTMLDListElement>(null);
  // The answer, the box and its button: the foot covers none of them.
  const show = (): void => {
    window.requestAnimationFrame(() => row.current?.scrollIntoView({ block: 'nearest' }));
  };
  // What came last from its question on: whoever reads begins there, and the box comes with a key.
  const showAnswer = (): void => {
    window.setTimeout(() => {
      const asked = answers.current?.querySelectorAll('dt') ?? [];
      toTop(asked[asked.length - 1]);
    }, 100);
  };
  // Opened anew, it shows where the talk stands: its end, and the box for what comes next.
  const showEnd = (): void => {
    const asked = answers.current?.querySelectorAll('dt') ?? [];
    asked[asked.length - 1]?.scrollIntoView({ block: 'nearest' });
    row.current?.scrollIntoView({ block: 'nearest' });
  };
  const questions = known.questions.value;
  const time = store.time(exercise.slug);
  const isEarly = isUnstarted(time);
  const rests = isEarly || isResting(time);
  React.useEffect(() => {
    rests || setProblem(''); // what was said of a pause, or of the start, is over with it
  }, [rests]);
  if (exercise.stakeholder === null) {
    return null;
  }
  const ask = async (): Promise<void> => {
    const question = draft.trim();
    if (!question || isAsking || rests) {
      box.current?.focus(); // why it rests stands beside the box
      return;
    }
    setAsking(true);
    const why = await actions.ask(exercise.slug, question);
    setAsking(false);
    setProblem(why ?? '');
    if (why === null) {
      // Only what was asked is taken out: more may have been typed meanwhile.
      setDraft(now => (now.trim() === question ? '' : now));
    }
    box.current?.focus({ preventScroll: true });
    why === null ? showAnswer() : show();
  };
  const fill = (topic: string): void => {
    setDraft(`Can you tell me about this: ${topic}?`);
    box.current?.focus();
  };
  const asked = questions?.length ?? 0;
  return (
    <Fold
      name="ask"
      title={`Ask ${exercise.stakeholder}`}
      sum={asked > 0 ? `${asked} asked` : 'none asked'}
      usual={props.usual}
      actions={actions}
      onShow={asked > 0 ? showEnd : undefined}
    >
      {questions === null && <Missing problem={known.questions.problem} />}
      {asked > 0 && (
        <dl className="jp-Audition-answers" ref={answers}>
          {asRead(questions ?? []).map(({ one, often }) => (
            <Answered key={one.id} one={one} often={often} onTopic={fill} />
          ))}
        </dl>
      )}
      {!props.isOver && (
        <div>
          <label htmlFor="jp-Audition-question">Your question</label>
          <textarea
            id="jp-Audition-question"
            ref={box}
            rows={2}
            maxLength={2000}
            value={draft}
            aria-describedby="jp-Audition-question-problem jp-Audition-question-how"
            onFocus={show}
            onChange={event => setDraft(event.target.value)}
            onKeyDown={event => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
                void ask();
              }
            }}
          />
          <p id="jp-Audition-question-problem" className="jp-Audition-problem" hidden={!problem}>
            {problem}
          </p>
          <div className="jp-Audition-row" ref={row}>
            <Button waits={isAsking || rests} describedBy="jp-Audition-question-how" onClick={() => void ask()}>
              {isAsking ? 'Asking…' : 'Ask'}
            </Button>
            <span className="jp-mod-quiet" id="jp-Audition-question-how">
              {isEarly ? ASK_EARLY : rests ? ASK_PAUSED : `${store.sitting.value?.live ? 'A person answers. ' : ''}${HOW}`}
            </span>
          </div>
        </div>
      )}
    </Fold>
  );
}

/** So much stays free above what was scrolled to the top (px). */
const ABOVE = 8;

/** Scroll what is read next to the top of the sections. */
function toTop(node: Element | undefined): void {
  const middle = node?.closest('.jp-Audition-middle');
  if (node && middle) {
    node.scrollIntoView({ block: 'nearest' }); // where the panel scrolls as one, it is in sight at least
    const below = node.getBoundingClientRect().top - middle.getBoundingClientRect().top;
    middle.scrollBy({ top: below - ABOVE });
  }
}

/** The answer without the sentence that names topics, which stand below it as buttons. */
function withoutTopics(answer: string | null, topics: readonly string[]): string | null {
  const end = ` Nearest topics I can speak to: ${topics.join(' · ')}.`;
  return topics.length > 0 && answer?.endsWith(end) ? answer.slice(0, -end.length) : answer;
}

/** The same question with the same answer stands once, where it was asked last, with how often. */
function asRead(questions: readonly IQuestion[]): { one: IQuestion; often: number }[] {
  const key = (one: IQuestion): string => JSON.stringify([one.question, one.answer ?? one.id]);
  const often = new Map<string, { one: IQuestion; often: number }>();
  for (const one of questions) {
    const before = often.get(key(one))?.often ?? 0;
    often.delete(key(one)); // so that it comes last
    often.set(key(one), { one, often: before + 1 });
  }
  return [...often.values()];
}

function Answered(props: { one: IQuestion; often: number; onTopic: (topic: string) => void }): JSX.Element {
  const { one, often, onTopic } = props;
  const topics = (one.nearest ?? []).slice(0, 2);
  return (
    <>
      <dt>
        {one.question}
        {often > 1 && <span className="jp-mod-quiet"> · asked {times(often)}</span>}
      </dt>
      <dd>
        {withoutTopics(one.answer, topics) ?? (
          <span className="jp-mod-quiet">Your question is with a person; the answer comes here.</span>
        )}
        {topics.length > 0 && (
          <>
            <p className="jp-mod-quiet">Nearest topics I can speak to:</p>
            <div className="jp-Audition-row">
              {topics.map(topic => (
                <Button key={topic} kind="chip" onClick={() => onTopic(topic)}>
                  {topic}
                </Button>
              ))}
            </div>
          </>
        )}
      </dd>
    </>
  );
}
