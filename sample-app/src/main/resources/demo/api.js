// What the page asks the server for.

import { toast } from './dom.js';

export class Refused extends Error {
  constructor(status, error, message) {
    super(message);
    this.status = status;
    this.error = error;
  }
}

/** Sends a request; a refusal is a Refused, and a server that is away a TypeError. */
export async function send(method, path, body) {
  const headers = { 'X-Oversync-Demo': 'page' };
  if (body !== undefined) {
    headers['Content-Type'] = 'application/json';
  }
  const answer = await fetch(`demo/${path}`, {
    method, headers, body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  if (answer.ok) {
    return text ? JSON.parse(text) : null;
  }
  let problem = {};
  try {
    problem = JSON.parse(text);
  } catch {
    // an answer of something in between
  }
  throw new Refused(answer.status, problem.error, problem.message ?? `The server answered ${answer.status}.`);
}

/** As send, but shows what went wrong. Returns whether it went well. */
export async function attempt(method, path, body) {
  try {
    await send(method, path, body);
    return true;
  } catch (problem) {
    toast(problem instanceof Refused ? problem.message : 'The server does not answer.');
    return false;
  }
}
