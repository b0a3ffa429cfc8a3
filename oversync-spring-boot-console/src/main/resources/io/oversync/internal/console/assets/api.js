// The console's API. Requests carry a header that pages of other origins cannot set.

const BASE = new URL('api/', import.meta.url);
const HEADERS = { 'Oversync-Console': '1', 'X-Requested-With': 'XMLHttpRequest', 'Accept': 'application/json' };

let session;

export class ApiError extends Error {}

export async function signedIn() {
  session = await get('session');
  return session;
}

export async function get(name, parameters = {}) {
  const url = new URL(name, BASE);
  for (const [key, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== null && value !== '') {
      url.searchParams.set(key, value);
    }
  }
  return answer(await send(url, { headers: HEADERS }));
}

export async function post(name, body) {
  const response = await change(name, body);
  if (response.status !== 403 && response.status !== 401) {
    return answer(response);
  }
  // the token may be that of an earlier session; where /error has another filter chain, 403 becomes 401
  await signedIn();
  return answer(await change(name, body));
}

function change(name, body) {
  const headers = { ...HEADERS, 'Content-Type': 'application/json' };
  if (session?.csrf) {
    headers[session.csrf.header] = session.csrf.token;
  }
  return send(new URL(name, BASE), { method: 'POST', headers, body: JSON.stringify(body) });
}

async function send(url, options) {
  try {
    return await fetch(url, { ...options, credentials: 'same-origin', cache: 'no-store', redirect: 'manual' });
  } catch {
    throw new ApiError('The server cannot be reached.');
  }
}

async function answer(response) {
  const json = response.headers.get('Content-Type')?.startsWith('application/json');
  const hasConsole = response.headers.get('Cross-Origin-Resource-Policy') === 'same-origin';
  if (response.ok && json) {
    return response.json();
  }
  if (response.type === 'opaqueredirect' || response.status === 401 || (response.status === 404 && !hasConsole)) {
    throw new ApiError('You are signed out, or no operator any more. Sign in and load this page again.');
  }
  const error = json ? (await response.json()).error : undefined;
  throw new ApiError(error ?? 'The server answered ' + response.status + '.');
}
