/** The page before the workspace: times, the system check, and the way in. */
import { api, BASE, inAddress, socketAddress } from './wire.js';
import { count, make } from './make.js';
import { called, counted, isPractice } from './naming.js';
import { themeButton } from './theme.js';

const SOCKET_WITHIN_MS = 8000;
const SLOW_MS = 600;
const NAMES = { browser: 'Browser', line: 'Live connection', server: 'Server', proctor: 'Record', kernel: 'Python kernel', model: 'Model' };
const RESULTS = { good: '✓ Works', slow: '△ Works, slow', fail: '✕ Does not work', asking: 'Being checked…' };
const BLOCKED = 'Something between us blocks WebSockets, often a company VPN or proxy. Switch it off or try another network, then check again.';
const element = id => document.getElementById(id);
const { lab, slug, led, read, wanted } = document.body.dataset;
const TICK = 'Tick the box above to go on.';
const NOT_NOTED = 'That could not be noted, since the line is down. Try again in a moment.';
const found = new Map();
/** Where the two buttons lead; until the exercises are known, where the server sends everybody. */
const ways = { notebook: lab, plain: `${BASE}plain/${slug}` };

async function begin() {
  // The login token in the address is used up: the cookie stands for it from now on.
  history.replaceState(null, '', location.pathname);
  themeButton(element('theme'));
  element('led').hidden = !led;
  element('agree').checked = Boolean(read); // who ticked it once is not asked again
  element('agree').addEventListener('change', mayGo);
  for (const id of ['practice-notebook', 'practice-plain']) {
    element(id).addEventListener('click', event => {
      event.preventDefault();
      void go(element(id).href);
    });
  }
  element('go').addEventListener('click', () => void go(ways.notebook));
  element('go-plain').addEventListener('click', () => void go(ways.plain));
  element('again').addEventListener('click', () => void check());
  mayGo();
  await Promise.all([learn(), check()]);
}

/** Fill in the exercises with their times, the pauses and practice. */
async function learn() {
  const [sitting, clock] = await Promise.all([api('GET', 'sitting'), api('GET', 'clock')].map(one => one.catch(() => null)));
  if (sitting === null) {
    element('work').textContent = 'shown when the line is back';
    element('pauses').textContent = 'shown when the line is back';
    return;
  }
  const timed = sitting.exercises.filter(one => one.is_timed);
  const minutes = timed.reduce((sum, one) => sum + (one.minutes ?? 0), 0);
  const asked = counted(sitting.exercises);
  const practice = sitting.exercises.find(isPractice);
  lead(sitting.exercises);
  const words = asked.length ? count(asked.length, 'exercise') : 'practice only';
  const time = timed.length ? count(Math.round(minutes), 'minute') + (timed.length > 1 ? ' in all' : '') : 'untimed';
  const also = practice && asked.length ? (practice.is_timed ? ', and a practice' : ', and an untimed practice') : '';
  element('work').textContent = `${words}, ${time}${also}`;
  const pause = Math.round((clock?.pause_allowance_s ?? 0) / 60);
  element('pauses').textContent = !timed.length ? 'no clock runs' : pause ? `up to ${count(pause, 'minute')} in all; then the clock goes on by itself` : 'none inside an exercise';
  tellClock(sitting.exercises, clock);
  element('help-policy').textContent = sitting.help_policy;
  const rows = sitting.exercises.map(one => make('tr', {}, make('th', { scope: 'row' }, isPractice(one) ? one.title : `${called(one, sitting.exercises).split(' ')[1]}. ${one.title}`),
    make('td', {}, one.is_timed && one.minutes ? count(Math.round(one.minutes), 'minute') : 'untimed')));
  element('times').querySelector('tbody').replaceChildren(...rows);
  element('times').hidden = false;
  if (practice && !isPractice(opened(sitting.exercises))) {
    placePractice(practice.submitted !== null);
    element('practice-notebook').href = `${BASE}lab/tree/${inAddress(practice.path)}`;
    element('practice-plain').href = `${BASE}plain/${practice.slug}`;
  }
}

/** Return what the two buttons open: what somebody wanted who was led here, else the first exercise that is not submitted. */
function opened(exercises) {
  const asked = counted(exercises);
  return exercises.find(one => one.slug === wanted) ?? asked.find(one => one.submitted === null) ?? asked[0] ?? exercises[0];
}

/** Let the two buttons say what they open. */
function lead(exercises) {
  const one = opened(exercises);
  const name = called(one, exercises);
  if (!wanted) {
    [ways.notebook, ways.plain] = [`${BASE}lab/tree/${inAddress(one.path)}`, `${BASE}plain/${one.slug}`];
  }
  element('go').textContent = `Open ${name}`;
  element('go-plain').textContent = isPractice(one) ? 'Practise on the plain page' : `Open ${name} on the plain page`;
}

/** Who comes back to this page while an exercise's clock runs is told so. */
function tellClock(exercises, clock) {
  const begun = (clock?.exercises ?? []).filter(one => one.is_timed && one.opened_at !== null && !one.is_over);
  const names = exercises.filter(one => begun.some(({ exercise }) => exercise === one.slug)).map(one => called(one, exercises));
  if (!names.length) {
    return;
  }
  const name = names.join(' and ');
  const isIn = exercises.every(one => one.submitted !== null || !begun.some(({ exercise }) => exercise === one.slug));
  element('clock-now').textContent = clock.paused_at ? `You have paused ${name}.`
    : isIn ? `You have submitted ${name}; time runs on, should you want to change something.` : `The clock of ${name} is running.`;
  element('time-rules').firstElementChild.textContent = (clock.paused_at ? `The clock of ${name} stands still until your pause ends.`
    : `The clock of ${name} goes on while you read this: you have started it.`) + " Another's starts when you press its Start, or first run a cell of it.";
}

/** Who has not practised yet meets the practice first; it stays a thing that one may skip. */
function placePractice(isDone) {
  const part = element('practice-part');
  if (isDone) {
    element('practice').textContent = 'Practise again, if you like';
  } else {
    element('ways-in').before(part);
    element('practice-notebook').classList.add('pri');
    element('go').classList.remove('pri');
  }
  part.hidden = false;
}

/** Check browser and line from here, the rest by the server's own word. */
async function check() {
  if (element('again').getAttribute('aria-disabled') === 'true') {
    return;
  }
  element('again').setAttribute('aria-disabled', 'true');
  element('sys-line').textContent = 'Being checked…';
  for (const name of Object.keys(NAMES)) {
    found.set(name, { state: 'asking', words: '' });
  }
  found.set('browser', browser());
  show();
  await Promise.all([
    line().then(result => found.set('line', result)).then(show),
    rest().then(show)
  ]);
  const open = [...found].filter(([, one]) => one.state === 'fail').map(([name]) => NAMES[name].toLowerCase());
  element('sys-line').textContent = open.length ? `Checked just now. This needs a look: ${open.join(', ')}.` : 'Checked just now. All you need works.';
  element('again').setAttribute('aria-disabled', 'false');
}

function browser() {
  const isFit = typeof BroadcastChannel === 'function' && typeof structuredClone === 'function' && 'HTMLDialogElement' in window;
  return isFit ? { state: 'good', words: 'Nothing to do.' }
    : { state: 'fail', words: 'This browser is too old for the workspace. Take a current Firefox, Chrome, Edge or Safari.' };
}

/** Open a websocket to the server, as a notebook does. */
function line() {
  const began = performance.now();
  return new Promise(resolve => {
    const socket = new WebSocket(socketAddress('api/events/subscribe'));
    const end = result => {
      clearTimeout(timer);
      resolve(result);
      socket.close();
    };
    const timer = setTimeout(() => end({ state: 'fail', words: BLOCKED }), SOCKET_WITHIN_MS);
    socket.addEventListener('open', () => {
      const ms = performance.now() - began;
      const words = ms > SLOW_MS ? `Answers take ${(ms / 1000).toFixed(1)} s. If the line drops, your work is kept.` : 'Nothing to do.';
      end({ state: ms > SLOW_MS ? 'slow' : 'good', words });
    });
    socket.addEventListener('error', () => end({ state: 'fail', words: BLOCKED }));
  });
}

async function rest() {
  const names = ['server', 'proctor', 'kernel', 'model'];
  try {
    const { steps } = await api('GET', 'system-check', undefined, 90_000);
    steps.filter(one => names.includes(one.name)).forEach(one => found.set(one.name, one));
  } catch {
    found.set('server', { state: 'fail', words: 'The server does not answer. Look at your network, then check again.' });
  }
  for (const name of names) {
    if (found.get(name).state === 'asking') {
      found.set(name, { state: 'fail', words: 'Could not be checked. Check again in a moment.' });
    }
  }
}

function show() {
  element('steps').replaceChildren(...[...found].map(([name, one]) => make('tr', {},
    make('th', { scope: 'row' }, NAMES[name]),
    make('td', { class: `state ${one.state}` }, RESULTS[one.state]),
    make('td', {}, one.words))));
  mayGo();
}

/** Return why one cannot go on yet; empty if one can. */
function reason() {
  if (found.get('line')?.state === 'fail') {
    return 'The live connection is blocked. See the system check above.';
  }
  return element('agree').checked ? '' : TICK;
}

function mayGo() {
  const why = reason();
  for (const id of ['go', 'go-plain', 'practice-notebook', 'practice-plain']) {
    element(id).setAttribute('aria-disabled', String(why !== ''));
  }
  if (element('why').textContent !== why) {
    element('why').textContent = why;
  }
}

/** Go on to a page of an exercise: the one place that asks is the box. */
async function go(address) {
  const why = reason();
  if (why) {
    (why === TICK ? element('agree') : element('again')).focus();
    return;
  }
  try {
    await api('POST', 'prebrief/read');
  } catch {
    element('why').textContent = NOT_NOTED;
    return;
  }
  location.href = address;
}

void begin();
