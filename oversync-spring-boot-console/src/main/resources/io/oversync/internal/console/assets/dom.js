// Builds elements. Texts become text nodes, never markup; links lead to pages of the console only.

export function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) {
      continue;
    }
    if (name.startsWith('on')) {
      element.addEventListener(name.substring(2), value);
    } else if (name === 'href' && !String(value).startsWith('#')) {
      throw new Error('Not a page of the console');
    } else {
      element.setAttribute(name, value === true ? '' : String(value));
    }
  }
  append(element, children);
  return element;
}

function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child !== undefined && child !== null && child !== false) {
      element.append(child instanceof Node ? child : document.createTextNode(String(child)));
    }
  }
}

const SVG = 'http://www.w3.org/2000/svg';

export function svg(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    element.setAttribute(name, String(value));
  }
  append(element, children);
  return element;
}

export function link(page, parameters = {}) {
  const query = new URLSearchParams(Object.entries(parameters).filter(([, value]) => value !== undefined));
  const text = query.toString();
  return '#/' + page + (text ? '?' + text : '');
}

// What users and devices chose: kept apart from its surroundings, whatever its writing direction.
export function given(text) {
  return h('bdi', { class: 'given' }, text);
}

export function code(text) {
  return h('bdi', { class: String(text).length <= 24 ? 'code short' : 'code' }, text);
}

export function key(text) {
  return h('bdi', { class: 'code key' }, text);
}

// The server lists and counts no more than this.
export const MOST_DEVICES = 1000;

export function devices(count) {
  return number(count) + (count >= MOST_DEVICES ? ' or more' : '');
}

export function number(value) {
  return Number(value).toLocaleString('en');
}

export function plural(count, one, many = one + 's') {
  return number(count) + ' ' + (Number(count) === 1 ? one : many);
}

const UNITS = [['day', 86400], ['hour', 3600], ['minute', 60], ['second', 1]];
const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'always', style: 'short' });

export function ago(instant) {
  if (!instant) {
    return h('span', { class: 'quiet' }, 'never');
  }
  const seconds = Math.round((Date.parse(instant) - Date.now()) / 1000);
  const [unit, length] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? UNITS[3];
  const text = Math.abs(seconds) < 1 ? 'now' : RELATIVE.format(Math.trunc(seconds / length), unit);
  return h('time', { datetime: instant, title: new Date(instant).toISOString() }, text);
}

export function moment(instant) {
  const text = new Date(instant).toISOString().replace('T', ' ').substring(0, 19);
  return h('time', { datetime: instant, title: instant }, text);
}

export function badge(text, kind = 'plain') {
  return h('span', { class: 'badge ' + kind }, text);
}

export function button(text, action, kind = '') {
  return h('button', { type: 'button', class: kind, onclick: action }, text);
}

// A table that becomes a list of cards on a phone. Columns have a label, a function of the row, and maybe a class.
export function table(caption, columns, rows, empty, kind = '') {
  if (rows.length === 0) {
    return h('p', { class: 'empty' }, empty);
  }
  return h('div', { class: 'scroll' },
    h('table', { class: 'cards ' + kind },
      h('caption', { class: 'hidden' }, caption),
      h('thead', {}, h('tr', {}, columns.map((column) =>
        h('th', { scope: 'col', class: column.class }, column.hidden ? h('span', { class: 'hidden' }, column.label) : column.label)))),
      h('tbody', {}, rows.map((row) => tableRow(columns, row)))));
}

export function tableRow(columns, row) {
  return h('tr', {}, columns.map((column) =>
    h('td', { 'data-label': column.hidden ? null : column.label, class: column.class }, h('div', {}, column.cell(row)))));
}

export function panel(title, ...children) {
  return h('section', { class: 'panel' }, h('h2', {}, title), children);
}

export function field(label, input, hint) {
  const id = 'field-' + input.name;
  input.id = id;
  if (hint) {
    input.setAttribute('aria-describedby', id + '-hint');
  }
  return h('div', { class: 'field' }, h('label', { for: id }, label), input,
    hint && h('p', { class: 'hint', id: id + '-hint' }, hint));
}

export function crumbs(...steps) {
  return h('nav', { class: 'crumbs', 'aria-label': 'Where you are' },
    h('ol', {}, steps.map(([text, href]) => h('li', {}, h('a', { href }, text)))));
}

export function facts(pairs) {
  return h('dl', { class: 'facts' }, pairs.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))));
}

let announcements = 0;

// Says to all, also to screen readers, what came of an action.
export function announce(text, kind = 'good') {
  const status = document.getElementById('status');
  const current = ++announcements;
  status.className = 'status shown ' + kind;
  status.textContent = text;
  if (kind === 'good') {
    setTimeout(() => {
      if (announcements === current) {
        quiet();
      }
    }, 12000);
  }
}

export function quiet() {
  const status = document.getElementById('status');
  status.className = 'status';
  status.textContent = '';
}

// Asks before something is done, and says what happens. Cancel has the focus: Enter alone changes nothing.
export function confirmed(title, text, action, kind = 'danger') {
  const dialog = document.getElementById('confirm');
  return new Promise((resolve) => {
    const close = (answer) => {
      dialog.onclose = null;
      dialog.close();
      resolve(answer);
    };
    const cancel = button('Cancel', () => close(false));
    dialog.replaceChildren(
      h('h2', { id: 'confirm-title' }, title),
      h('div', { id: 'confirm-text' }, [text].flat().map((paragraph) => h('p', {}, paragraph))),
      h('div', { class: 'actions' }, cancel, button(action, () => close(true), kind)));
    dialog.onclose = () => resolve(false);
    dialog.showModal();
    cancel.focus();
  });
}

// Asks for a text; null if it was cancelled.
export function asked(title, label, value, action) {
  const dialog = document.getElementById('confirm');
  return new Promise((resolve) => {
    const input = h('input', { name: 'answer', type: 'text', maxlength: 256, autocomplete: 'off' });
    input.value = value ?? '';
    const close = (answer) => {
      dialog.onclose = null;
      dialog.close();
      resolve(answer);
    };
    input.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') {
        event.preventDefault();
        close(input.value);
      }
    });
    dialog.replaceChildren(
      h('h2', { id: 'confirm-title' }, title),
      h('div', { id: 'confirm-text' }, field(label, input)),
      h('div', { class: 'actions' }, button('Cancel', () => close(null)), button(action, () => close(input.value), 'primary')));
    dialog.onclose = () => resolve(null);
    dialog.showModal();
    input.select();
  });
}
