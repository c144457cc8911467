/** What a kernel puts out: gathered as the notebook format keeps it, and shown as text and pictures. */
import { button, count, make } from './make.js';

const SHOWN_CHARS = 12_000;
const PICTURES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/svg+xml'];
// Colours, cursor moves and titles of terminals, with what is left of broken ones.
const ANSI = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;

/** Return text without terminal codes; a line that was written over shows what it became. */
export function plain(text) {
  const joined = Array.isArray(text) ? text.join('') : String(text ?? '');
  return joined
    .replace(ANSI, '')
    .replace(/\r+\n/g, '\n')
    .split('\n')
    .map(line => line.split('\r').reduce((was, now) => now + was.slice(now.length), ''))
    .join('\n')
    .replace(CONTROL, '');
}

/** Gathers the messages of one run into outputs. */
export class Gathering {
  outputs;
  executionCount = null;
  #clears = false;

  constructor(outputs = []) {
    this.outputs = outputs;
  }

  /** Take a message; returns whether the outputs changed. */
  take(type, content) {
    switch (type) {
      case 'execute_input':
        this.executionCount = content.execution_count;
        return false;
      case 'clear_output':
        this.#clears = content.wait === true;
        if (!content.wait) {
          this.outputs.length = 0;
        }
        return true;
      case 'stream':
        this.#room();
        return this.#stream(content);
      case 'display_data':
      case 'execute_result':
        this.#room();
        this.outputs.push(bundle(type, content));
        return true;
      case 'update_display_data':
        return this.#update(content);
      case 'error':
        this.#room();
        this.outputs.push({
          output_type: 'error', ename: content.ename, evalue: content.evalue, traceback: content.traceback ?? []
        });
        return true;
      default:
        return false;
    }
  }

  #room() {
    if (this.#clears) {
      this.outputs.length = 0;
      this.#clears = false;
    }
  }

  #stream({ name, text }) {
    const last = this.outputs[this.outputs.length - 1];
    if (last?.output_type === 'stream' && last.name === name) {
      last.text = (Array.isArray(last.text) ? last.text.join('') : last.text) + text;
    } else {
      this.outputs.push({ output_type: 'stream', name, text });
    }
    return true;
  }

  #update(content) {
    const id = content.transient?.display_id;
    const same = this.outputs.filter(one => one.transient === id && id !== undefined);
    same.forEach(one => Object.assign(one, { data: content.data, metadata: content.metadata }));
    return same.length > 0;
  }
}

function bundle(type, content) {
  const output = { output_type: type, data: content.data ?? {}, metadata: content.metadata ?? {} };
  if (type === 'execute_result') {
    output.execution_count = content.execution_count;
  }
  if (content.transient?.display_id !== undefined) {
    // Not of the format: found again by it, never saved.
    Object.defineProperty(output, 'transient', { value: content.transient.display_id, enumerable: false });
  }
  return output;
}

/** Return {kind, line} of the error among outputs, or null. The line is the cell's own, or null. */
export function errorIn(outputs, executionCount) {
  const error = [...outputs].reverse().find(one => one?.output_type === 'error');
  if (error === undefined) {
    return null;
  }
  const trace = plain((error.traceback ?? []).join('\n'));
  const cells = [...trace.matchAll(/(?:Cell )?In\s?\[(\d+)\],? line (\d+)/g)];
  const own = cells.filter(found => Number(found[1]) === executionCount).pop();
  return {
    kind: plain(error.ename || 'Error').slice(0, 80),
    words: plain(error.evalue),
    line: own ? Number(own[2]) : null,
    trace
  };
}

/** Return one sentence on outputs: what the heading of a cell's output says. */
export function summary(outputs, executionCount) {
  const error = errorIn(outputs, executionCount);
  if (error !== null) {
    return error.line === null ? error.kind : `error on line ${error.line}`;
  }
  const lines = outputs.reduce((sum, output) => sum + plain(textOf(output)).trimEnd().split('\n').length, 0);
  const pictures = outputs.filter(output => pictureOf(output) !== null).length;
  const words = [count(lines, 'line')];
  if (pictures > 0) {
    words.push(count(pictures, 'picture'));
  }
  return words.join(', ');
}

/** Return the text of outputs' first line, for a note that is spoken. */
export function firstLine(outputs) {
  const text = outputs.map(output => plain(textOf(output))).join('\n').trim();
  return text.split('\n')[0].slice(0, 200);
}

function textOf(output) {
  if (output?.output_type === 'stream') {
    return output.text;
  }
  const data = output?.data ?? {};
  const told = data['text/markdown'] ?? data['text/plain'];
  if (told !== undefined) {
    return told;
  }
  const kinds = Object.keys(data).filter(kind => !PICTURES.includes(kind));
  return kinds.length ? `(An output of the kind ${kinds[0]}, which has no text form.)` : '';
}

function pictureOf(output) {
  const data = output?.data ?? {};
  const kind = PICTURES.find(one => data[one] !== undefined);
  if (kind === undefined) {
    return null;
  }
  const body = Array.isArray(data[kind]) ? data[kind].join('') : String(data[kind]);
  // As an image: what a drawing in SVG holds of scripts does not run there.
  const src = kind === 'image/svg+xml' ? `data:${kind},${encodeURIComponent(body)}` : `data:${kind};base64,${body.replace(/\s/g, '')}`;
  return { src, words: plain(data['text/plain'] ?? '') || 'A picture without a description' };
}

/**
 * Show outputs in an element, as text and pictures.
 *
 * @param goToLine called with the line of an error when its link is pressed.
 */
export function show(host, outputs, executionCount, goToLine) {
  host.replaceChildren();
  for (const output of outputs) {
    if (output?.output_type === 'error') {
      host.append(...errorNodes(output, executionCount, goToLine));
      continue;
    }
    const picture = pictureOf(output);
    if (picture !== null) {
      host.append(make('img', { src: picture.src, alt: picture.words }));
      continue;
    }
    const text = plain(textOf(output)).trimEnd();
    if (text) {
      host.append(longText(text));
    }
  }
}

function longText(text) {
  const node = make('pre', {}, text.slice(0, SHOWN_CHARS));
  if (text.length <= SHOWN_CHARS) {
    return node;
  }
  const rest = text.length - SHOWN_CHARS;
  const more = button(`Show ${rest.toLocaleString('en')} characters more`, () => {
    node.textContent = text;
    more.remove();
    node.tabIndex = -1;
    node.focus();
  }, 'btn small');
  return make('div', {}, node, more);
}

function errorNodes(output, executionCount, goToLine) {
  const error = errorIn([output], executionCount);
  const nodes = [make('pre', {}, error.words ? `${error.kind}: ${error.words}` : error.kind)];
  const row = make('p', { class: 'row' });
  if (error.line !== null) {
    const link = make('a', { href: '#', onclick: event => {
      event.preventDefault();
      goToLine(error.line);
    } }, `Go to line ${error.line}`);
    row.append(link);
  }
  const lines = error.trace.trimEnd().split('\n');
  if (error.trace.trim()) {
    const trace = make('pre', { hidden: true }, error.trace.trimEnd());
    const words = `Full traceback, ${count(lines.length, 'line')}`;
    const toggle = button(words, () => {
      trace.hidden = !trace.hidden;
      toggle.setAttribute('aria-expanded', String(!trace.hidden));
    }, 'btn small');
    toggle.setAttribute('aria-expanded', 'false');
    row.append(toggle);
    nodes.push(row, trace);
  } else if (row.childNodes.length) {
    nodes.push(row);
  }
  return nodes;
}
