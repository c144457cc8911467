/** HTTP to the candidate's server: the only module that fetches. */

const LONGEST_WAIT_MS = 40_000;
export const BASE = document.body.dataset.base;
/** What is said where something was asked for in vain. */
export const DOWN = 'The line is down, so this cannot be shown at the moment.';

/** The server answered, and said no. */
export class Refused extends Error {
  constructor(message, status, code) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** The server cannot be reached, or what answered is not the server. */
export class Unreachable extends Error {}

/** Return the JSON answer to a request; `path` is below the server's own address. */
export async function ask(method, path, body, waitMs = LONGEST_WAIT_MS) {
  const headers = { 'X-XSRFToken': document.body.dataset.xsrf };
  if (body !== undefined) {
    headers['Content-Type'] = 'application/json';
  }
  let response;
  let value = null;
  try {
    response = await fetch(BASE + path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: 'no-store',
      credentials: 'same-origin',
      signal: AbortSignal.timeout(waitMs)
    });
    const text = await response.text();
    value = text ? JSON.parse(text) : null;
  } catch {
    if (response === undefined || response.ok) {
      throw new Unreachable('The line is down.');
    }
  }
  if (!response.ok) {
    const said = value?.error?.message ?? value?.message;
    const words = typeof said === 'string' && said ? said : `The server answered ${response.status}.`;
    throw new Refused(words, response.status, String(value?.error?.code ?? ''));
  }
  return value;
}

/** Return the answer of one of our own routes. */
export function api(method, path, body, waitMs) {
  return ask(method, `audition/api/${path}`, body, waitMs);
}

/** Return a path as it stands in an address. */
export function inAddress(path) {
  return path.split('/').map(encodeURIComponent).join('/');
}

/** Return a websocket's address. */
export function socketAddress(path) {
  const url = new URL(BASE + path, location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}
