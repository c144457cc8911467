/** What is asked of the server, and what it answers: the only module that speaks HTTP. */
import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

/** How long an answer may take, in milliseconds: more than the server gives the proctor. */
const LONGEST_WAIT_MS = 40_000;

/** How the record stands. */
export interface IStatus {
  /** Whether nothing parts the kernel from the server. */
  readonly selfAttested: boolean;
  /** Whether the proctor is on the line. */
  readonly connected: boolean;
  /** How many events it does not have for good yet. */
  readonly unsent: number;
}

/** The server answered, and said no. */
export class Refused extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly code: string
  ) {
    super(message);
  }
}

/** The server cannot be reached, or what answered is not the server. */
export class Unreachable extends Error {}

/** Return how the record stands. */
export async function askStatus(
  settings: ServerConnection.ISettings
): Promise<IStatus> {
  const value = await ask(settings, 'status', { method: 'GET' });
  return {
    selfAttested: value.self_attested !== false,
    connected: value.connected === true,
    unsent: Number(value.unsent) || 0
  };
}

/** Have part two added to the saved notebook at a path. */
export async function askForParts(
  settings: ServerConnection.ISettings,
  path: string
): Promise<void> {
  const body = JSON.stringify({ path });
  await ask(settings, 'parts', { method: 'POST', body });
}

/**
 * Return what the server answers to one request; throws Refused or Unreachable.
 *
 * @param longestMs how long the answer may take, in milliseconds.
 */
export async function ask(
  settings: ServerConnection.ISettings,
  name: string,
  init: RequestInit,
  longestMs = LONGEST_WAIT_MS
): Promise<Record<string, unknown>> {
  const url = URLExt.join(settings.baseUrl, 'audition', 'api', name);
  let response: Response;
  let value: unknown;
  try {
    const signal = AbortSignal.timeout(longestMs);
    response = await ServerConnection.makeRequest(
      url,
      { ...init, signal },
      settings
    );
    value = await response.json();
  } catch {
    throw new Unreachable('The line is down.');
  }
  if (!response.ok) {
    throw refusal(response.status, value);
  }
  if (typeof value !== 'object' || value === null) {
    throw new Unreachable('The line is down.');
  }
  return value as Record<string, unknown>;
}

/** Read the server's own error, or Jupyter's. */
function refusal(status: number, value: unknown): Refused {
  const answer = value as {
    error?: { message?: unknown; code?: unknown };
    message?: unknown;
  } | null;
  const words = answer?.error?.message ?? answer?.message;
  return new Refused(
    typeof words === 'string' && words ? words : `The server answered ${status}.`,
    status,
    String(answer?.error?.code ?? '')
  );
}
