// Connects the page with the server, and again whenever that is lost.

import { Refused, send } from './api.js';
import { byId, setText, toast } from './dom.js';
import { Walk } from './walk.js';
import { NoteList } from './notes.js';
import { PhoneScreen } from './phone.js';
import { Traffic } from './traffic.js';

const LONGEST_PAUSE = 4000;

const phones = {
  a: new PhoneScreen('a', byId('a'), byId('wire-a')),
  b: new PhoneScreen('b', byId('b'), byId('wire-b')),
};
const server = byId('server');
const table = new NoteList('server', server.querySelector('table'), 'row-template', server.querySelector('.empty'),
  server.querySelector('.new'));
const traffic = new Traffic(byId('traffic'));
const walk = new Walk(phones);

let pause = 500;

function connection(state, text) {
  document.body.dataset.connection = state;
  setText(byId('connection'), text);
}

/** Shows why there is no demo; the button tries again. */
function stop(title, text) {
  connection('stopped', title);
  const box = byId('stopped');
  box.querySelector('h2').textContent = title;
  box.querySelector('p').textContent = text;
  box.hidden = false;
}

function retry() {
  setTimeout(connect, pause);
  pause = Math.min(pause * 1.5, LONGEST_PAUSE);
}

async function connect() {
  byId('stopped').hidden = true;
  let session;
  try {
    session = await send('POST', 'session');
  } catch (problem) {
    if (problem instanceof Refused && problem.error === 'demo_full') {
      stop('The demo is full', problem.message);
    } else {
      connection('away', 'The server does not answer. Reconnecting…');
      retry();
    }
    return;
  }
  introduce(session);
  listen();
}

function introduce(session) {
  const before = byId('user').textContent;
  if (before && before !== session.user) {
    toast('The earlier session has ended. This is a new one.');
  }
  setText(byId('user'), session.user);
  setText(byId('psql'),
    `${session.psql} -c "update business.notes set title = 'From psql' where owner_id = '${session.user}'"`);
  byId('psql').title = byId('psql').textContent;
  for (const list of [phones.a.notes, phones.b.notes, table]) {
    list.setLimits(session);
  }
}

function listen() {
  const events = new EventSource('demo/events');
  const on = (name, show) => events.addEventListener(name, (event) => show(JSON.parse(event.data)));
  events.addEventListener('open', () => {
    pause = 500;
    traffic.restart();
    connection('live', 'Live');
  });
  on('a', (view) => { phones.a.update(view); walk.moved(); });
  on('b', (view) => { phones.b.update(view); walk.moved(); });
  on('server', (view) => {
    setText(server.querySelector('.problem'), view.problem ?? '');
    if (view.notes) {
      table.update(view.notes);
    }
  });
  on('traffic', (exchanges) => traffic.update(exchanges));
  events.addEventListener('elsewhere', () => {
    events.close();
    stop('The demo goes on in another tab', 'It is open in several tabs of this browser, and this one was the first.');
  });
  events.addEventListener('error', () => {
    events.close();
    connection('away', 'The server does not answer. Reconnecting…');
    retry();
  });
}

function button(id, action) {
  const pressed = byId(id);
  pressed.addEventListener('click', async () => {
    pressed.disabled = true;
    try {
      await action();
    } catch (problem) {
      toast(problem instanceof TypeError ? 'The server does not answer.' : problem.message);
    } finally {
      pressed.disabled = false;
    }
  });
}

button('write', () => walk.write());
button('conflict', () => walk.conflict());
button('copy-psql', async () => {
  if (!navigator.clipboard) {
    // there is one for https and localhost only
    toast('Select the command and copy it.');
    return;
  }
  await navigator.clipboard.writeText(byId('psql').textContent);
  toast('Copied. Paste it into a terminal.');
});
byId('stopped').querySelector('button').addEventListener('click', connect);

connect();
