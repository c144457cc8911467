/** Elements, made without any markup of strangers'. */

/** Return an element with attributes, properties and children; strings become text. */
export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) {
      node.addEventListener(name.slice(2), value);
    } else if (typeof value === 'boolean') {
      node.toggleAttribute(name, value);
    } else if (value !== null && value !== undefined) {
      node.setAttribute(name, value);
    }
  }
  node.append(...children.filter(child => child !== null));
  return node;
}

/** Return a button. */
export function button(words, onclick, kind = 'btn') {
  return make('button', { type: 'button', class: kind, onclick }, words);
}

/** Return a number with its noun. */
export function count(number, one, many = `${one}s`) {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
}

/**
 * Return a text in which `this` is code. An example breaks between its parts alone, never within a
 * string; it is read whole.
 */
export function coded(text) {
  return text.split(/`([^`]+)`/).map((part, at) => (at % 2 ? make('code', {}, ...example(part)) : part));
}

function example(code) {
  const parts = code.split(/(?<=[(,]\s?)(?=[^\s)])/);
  return parts.flatMap(part => [make('span', { class: 'part' }, part), make('wbr')]).slice(0, -1);
}

/** Let the person keep a thing as a JSON file. */
export function download(name, value) {
  const url = URL.createObjectURL(new Blob([JSON.stringify(value, null, 1)], { type: 'application/json' }));
  const link = make('a', { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Return the zone that times are shown in, as this browser has it: "GMT+1", "UTC". */
export function zone(at = new Date()) {
  const parts = new Intl.DateTimeFormat('en', { timeZoneName: 'short' }).formatToParts(at);
  return parts.find(part => part.type === 'timeZoneName')?.value ?? '';
}

/**
 * Return "Your words in cells 12 and 15 are still as given.", and of marked cells "Marked cell still as
 * given: decision."; empty if there are neither (panel/words.ts says the same).
 *
 * @param untouched {texts, marked}: the numbers of texts to write, and the names of marked cells.
 */
export function stillAsGiven({ texts, marked }) {
  const last = texts[texts.length - 1];
  const named = texts.length > 1 ? `cells ${texts.slice(0, -1).join(', ')} and ${last}` : `cell ${last}`;
  const words = texts.length ? `Your words in ${named} are still as given.` : '';
  const cells = marked.length ? `Marked cell${marked.length > 1 ? 's' : ''} still as given: ${marked.join(', ')}.` : '';
  return [words, cells].filter(Boolean).join(' ');
}

/** Return how long ago a time is, in words. */
export function ago(time) {
  const seconds = Math.max(0, Math.floor((Date.now() - new Date(time).getTime()) / 1000));
  if (seconds < 60) {
    return seconds < 10 ? 'just now' : `${Math.floor(seconds / 10) * 10} seconds ago`;
  }
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${count(minutes, 'minute')} ago` : `${count(Math.floor(minutes / 60), 'hour')} ago`;
}

/** Return a saved thing of this browser's, or null; storage may be closed to us. */
export function recall(key, storage = localStorage) {
  try {
    return storage.getItem(key);
  } catch {
    return null;
  }
}

/** Keep a thing in this browser, or take it away with null. */
export function keep(key, value, storage = localStorage) {
  try {
    value === null ? storage.removeItem(key) : storage.setItem(key, value);
  } catch {
    // a full or closed storage keeps nothing; saves to the server go on
  }
}

/** Return an id nobody else has; crypto.randomUUID is there over https alone. */
export function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map(byte => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
