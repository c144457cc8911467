/**
 * The notebook's own kernel, over Jupyter's websocket, as the notebook itself speaks to it: each
 * request carries its cell's id, so that the record knows whose it was.
 */
import { ask, socketAddress } from './wire.js';
import { keep, recall, uuid } from './make.js';

const V1 = 'v1.kernel.websocket.jupyter.org';
const AGAIN_MS = [500, 1000, 2000, 4000, 8000];
const KEEP_OUTPUT_CHARS = 1_000_000;

/** Return one message as the binary protocol wants it. */
export function pack(channel, message) {
  const encoder = new TextEncoder();
  const parts = [message.header, message.parent_header, message.metadata, message.content].map(
    part => encoder.encode(JSON.stringify(part))
  );
  const pieces = [encoder.encode(channel), ...parts];
  const offsets = [8 * (pieces.length + 2)];
  for (const piece of pieces) {
    offsets.push(offsets[offsets.length - 1] + piece.length);
  }
  const data = new Uint8Array(offsets[offsets.length - 1]);
  const view = new DataView(data.buffer);
  view.setBigUint64(0, BigInt(offsets.length), true);
  offsets.forEach((offset, at) => view.setBigUint64(8 * (at + 1), BigInt(offset), true));
  pieces.forEach((piece, at) => data.set(piece, offsets[at]));
  return data;
}

/** Return channel and message of what came; parts beyond the content are buffers and left out. */
export function unpack(buffer) {
  const view = new DataView(buffer);
  const number = Number(view.getBigUint64(0, true));
  const offsets = Array.from({ length: number }, (_, at) => Number(view.getBigUint64(8 * (at + 1), true)));
  const decoder = new TextDecoder();
  const piece = at => decoder.decode(new Uint8Array(buffer, offsets[at], offsets[at + 1] - offsets[at]));
  const [header, parent_header, metadata, content] = [1, 2, 3, 4].map(at => JSON.parse(piece(at)));
  return { channel: piece(0), header, parent_header, metadata, content };
}

/**
 * One notebook's kernel.
 *
 * Events: `state` (detail: starting, idle, busy, away), `message` (detail: {cellId, message}),
 * `ended` (detail: {cellId, reply, wasSeen}), `input` (detail: {cellId, prompt, password, parent}).
 */
export class Kernel extends EventTarget {
  state = 'starting';
  #path;
  #id = '';
  #client;
  #socket = null;
  #misses = 0;
  #running = new Map();
  #held = new Map();
  #lost = false;

  /** @param isAlone whether no other window speaks under the name this tab has had so far. */
  constructor(path, isAlone) {
    super();
    this.#path = path;
    const kept = recall(this.#clientKey, sessionStorage);
    this.#client = (isAlone && kept) || uuid();
    keep(this.#clientKey, this.#client, sessionStorage);
    if (isAlone && kept) {
      this.#recallRunning();
    } else {
      keep(this.#runningKey, null, sessionStorage);
    }
    window.addEventListener('pagehide', () => this.#keepRunning());
    // What comes while a page is being left would be lost with it: the server keeps it once the
    // line is closed, and a page that stays after all connects again.
    window.addEventListener('beforeunload', () => this.#socket?.close());
  }

  get #clientKey() {
    return `audition:client:${this.#path}`;
  }

  get #runningKey() {
    return `audition:running:${this.#path}`;
  }

  /** Cells that run or wait, oldest first, with the outputs they had when the page was left. */
  get running() {
    return [...this.#running.values()].filter(one => one.cellId !== null);
  }

  /** Open the notebook's session, and with it its kernel, or join the one that is open. */
  async open() {
    const name = this.#path.split('/').pop();
    const body = { path: this.#path, name, type: 'notebook', kernel: { name: 'python3' } };
    const session = await ask('POST', 'api/sessions', body);
    if (this.#id && this.#id !== session.kernel.id) {
      this.#endAll();
    }
    this.#id = session.kernel.id;
    this.#connect();
  }

  /** Run code for a cell, as soon as the kernel can be reached; the answer comes as events. What
   * the cell says of itself goes along, as JupyterLab sends it: the record tells no page from the other. */
  execute(cellId, code, own = {}) {
    const content = {
      code, silent: false, store_history: true, user_expressions: {}, allow_stdin: true, stop_on_error: true
    };
    const metadata = { ...own, deletedCells: [], recordTiming: true, cellId };
    const message = this.#message('execute_request', content, metadata);
    const { msg_id: id } = message.header;
    this.#running.set(id, { cellId, outputs: [] });
    if (this.#isOpen) {
      this.#socket.send(pack('shell', message));
    } else {
      this.#held.set(id, message);
    }
    this.#keepRunning();
  }

  /** Answer a question of input(). */
  answer(value, parent) {
    if (this.#isOpen) {
      this.#socket.send(pack('stdin', this.#message('input_reply', { status: 'ok', value }, {}, parent)));
    }
  }

  /** Stop what runs; variables are kept. */
  async interrupt() {
    await ask('POST', `api/kernels/${this.#id}/interrupt`);
  }

  /** Begin anew: all variables are forgotten. */
  async restart() {
    this.#say('starting');
    await ask('POST', `api/kernels/${this.#id}/restart`);
    this.#endAll();
    this.#connect();
  }

  #connect() {
    this.#socket?.removeEventListener('close', this.#closed);
    this.#socket?.close();
    const address = socketAddress(`api/kernels/${this.#id}/channels`);
    const socket = new WebSocket(`${address}?session_id=${this.#client}`, [V1]);
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('open', () => {
      this.#misses = 0;
      this.#begin();
    });
    socket.addEventListener('message', event => this.#take(event.data));
    socket.addEventListener('close', this.#closed);
    this.#socket = socket;
  }

  #closed = () => {
    this.#say('away');
    const wait = AGAIN_MS[Math.min(this.#misses, AGAIN_MS.length - 1)];
    this.#misses += 1;
    setTimeout(() => this.open().catch(() => this.#closed()), wait);
  };

  get #isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** Ask who is there, then send what waited for the line. */
  #begin() {
    const asks = this.#message('kernel_info_request', {}, {});
    // What ran before is done, seen or not, once the kernel answers this.
    const before = [...this.#running.keys()].filter(id => !this.#held.has(id));
    this.#running.set(asks.header.msg_id, { cellId: null, before });
    this.#socket.send(pack('shell', asks));
    this.#held.forEach(message => this.#socket.send(pack('shell', message)));
    this.#held.clear();
  }

  #message(type, content, metadata, parent = {}) {
    const header = {
      msg_id: uuid(), msg_type: type, username: '', session: this.#client,
      date: new Date().toISOString(), version: '5.3'
    };
    return { header, parent_header: parent, metadata, content };
  }

  #take(data) {
    let message;
    try {
      message = unpack(data);
    } catch {
      return; // not a message of the protocol
    }
    const type = message.header.msg_type;
    const parent = message.parent_header?.msg_id;
    if (type === 'status') {
      this.#status(message.content.execution_state);
    }
    const one = this.#running.get(parent);
    if (one === undefined) {
      return;
    }
    if (one.cellId === null) {
      type === 'kernel_info_reply' && this.#answers(parent, one, message.content);
      return;
    }
    const { cellId } = one;
    if (type === 'input_request') {
      const { prompt, password } = message.content;
      this.#tell('input', { cellId, prompt, password, parent: message.header });
    } else if (type === 'execute_reply') {
      one.reply = message.content;
      one.replied = message.header.date;
    }
    this.#tell('message', { cellId, message });
    if (type === 'status' && message.content.execution_state === 'idle') {
      one.isIdle = true;
    }
    if (one.isIdle && one.reply) {
      this.#end(parent, true);
    }
  }

  #answers(id, one, info) {
    this.#running.delete(id);
    this.#say('idle');
    this.#tell('info', info);
    // A moment for what is still on its way on the other channel.
    setTimeout(() => one.before.forEach(earlier => this.#end(earlier, false)), 1000);
  }

  #end(id, wasSeen) {
    const one = this.#running.get(id);
    this.#running.delete(id);
    if (one && one.cellId !== null) {
      this.#keepRunning();
      this.#tell('ended', { cellId: one.cellId, reply: one.reply ?? null, replied: one.replied, wasSeen });
    }
  }

  #endAll() {
    this.#held.clear();
    [...this.#running.keys()].forEach(id => this.#end(id, false));
  }

  #status(state) {
    if (state === 'restarting' || state === 'autorestarting' || state === 'dead') {
      this.#lost = true;
      this.#say('starting');
      this.#tell('lost', {});
    } else if (state === 'idle' || state === 'busy') {
      this.#say(state);
      if (this.#lost && state === 'idle') {
        this.#lost = false;
      }
    }
  }

  #say(state) {
    if (state !== this.state) {
      this.state = state;
      this.#tell('state', state);
    }
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  /** What a cell has put out so far; kept over a reload. */
  noteOutputs(cellId, outputs) {
    for (const one of this.#running.values()) {
      if (one.cellId === cellId) {
        one.outputs = outputs;
      }
    }
  }

  #keepRunning() {
    const kept = [...this.#running].filter(([id, one]) => one.cellId !== null && !this.#held.has(id));
    const text = JSON.stringify(kept);
    const light = text.length <= KEEP_OUTPUT_CHARS ? text : JSON.stringify(kept.map(([id, one]) => [id, { ...one, outputs: [] }]));
    keep(this.#runningKey, kept.length ? light : null, sessionStorage);
  }

  #recallRunning() {
    try {
      this.#running = new Map(JSON.parse(recall(this.#runningKey, sessionStorage) ?? '[]'));
    } catch {
      this.#running = new Map();
    }
  }
}
