import { signedIn } from './api.js';
import { announce, h, quiet } from './dom.js';
import overview from './overview.js';
import users from './users.js';
import user from './user.js';
import devices from './devices.js';
import { row, stream } from './stream.js';
import conflicts from './conflicts.js';
import failures from './failures.js';
import { compaction, verify } from './jobs.js';
import epochs from './epochs.js';

const PAGES = {
  '': { title: 'Overview', show: overview },
  users: { title: 'Users', show: users },
  devices: { title: 'Devices', show: devices },
  conflicts: { title: 'Conflicts', show: conflicts },
  failures: { title: 'Failures', show: failures },
  verify: { title: 'Verify', show: verify },
  compaction: { title: 'Compaction', show: compaction },
  epochs: { title: 'Epochs', show: epochs },
  user: { title: 'User', show: user, within: 'users' },
  stream: { title: 'Stream', show: stream, within: 'users' },
  row: { title: 'Row', show: row, within: 'users' },
};

const main = document.getElementById('main');
let shown = 0;
let stop = () => {};

function address() {
  const [path, query] = location.hash.replace(/^#\/?/, '').split('?', 2);
  return { name: Object.hasOwn(PAGES, path) ? path : '', parameters: new URLSearchParams(query ?? '') };
}

function menu(current) {
  document.getElementById('pages').replaceChildren(...Object.entries(PAGES)
    .filter(([, page]) => !page.within)
    .map(([name, page]) => h('li', {},
      h('a', { href: '#/' + name, 'aria-current': name === current ? 'page' : null }, page.title))));
}

async function show(first) {
  const turn = ++shown;
  stop();
  stop = () => {};
  const { name, parameters } = address();
  const page = PAGES[name];
  menu(page.within ?? name);
  quiet();
  document.title = page.title + ' · Oversync console';
  main.setAttribute('aria-busy', 'true');
  const context = {
    parameters,
    isShown: () => turn === shown,
    onLeave: (action) => {
      stop = action;
    },
  };
  try {
    const content = await page.show(context);
    if (turn === shown) {
      main.replaceChildren(...[content].flat(Infinity).filter(Boolean));
    }
  } catch (error) {
    if (turn === shown) {
      main.replaceChildren(h('h1', { tabindex: -1 }, page.title));
      announce(error.message, 'bad');
    }
  }
  if (turn === shown) {
    main.removeAttribute('aria-busy');
    if (!first) {
      main.querySelector('h1')?.focus();
      window.scrollTo(0, 0);
    }
  }
}

document.getElementById('skip').addEventListener('click', () => main.focus());
window.addEventListener('hashchange', () => show(false));

try {
  const session = await signedIn();
  document.getElementById('operator').replaceChildren(h('span', { class: 'hidden' }, 'Signed in as '),
    h('bdi', {}, session.operator));
  await show(true);
} catch (error) {
  menu('');
  announce(error.message, 'bad');
}
