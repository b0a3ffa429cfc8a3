import { get } from './api.js';
import { ago, announce, badge, button, code, crumbs, given, h, key, link, moment, number, plural, tableRow } from './dom.js';

const KINDS = { INSERT: 'good', UPDATE: 'plain', DELETE: 'bad' };

export async function stream(context) {
  const user = context.parameters.get('user') ?? '';
  const before = context.parameters.get('before');
  const page = await get('entries', { user, before });
  return [
    crumbs(['Users', link('users')], [given(user), link('user', { user })]),
    h('h1', { tabindex: -1 }, 'Stream of ', given(user)),
    h('p', { class: 'lead' }, 'What devices receive, the latest entry first. The server’s own changes have the device ', code('server'), '.'),
    page.entries.length ? entryTable(user, page.entries) : h('p', { class: 'empty' }, 'There are no entries here.'),
    h('p', { class: 'actions' },
      before && h('a', { class: 'button', href: link('stream', { user }) }, 'Latest entries'),
      page.next && h('a', { class: 'button', href: link('stream', { user, before: page.next }) }, 'Earlier entries')),
  ];
}

function entryTable(user, entries) {
  const columns = [
    { label: 'Position', class: 'number', cell: (entry) => number(entry.id) },
    { label: 'Operation', cell: (entry) => badge(entry.op.toLowerCase(), KINDS[entry.op]) },
    { label: 'Row', cell: (entry) => [h('div', {}, code(entry.table)),
      h('a', { href: link('row', { user, table: entry.table, pk: entry.pk }), title: 'All versions of this row' }, key(entry.pk))] },
    { label: 'Version', class: 'number', cell: (entry) => number(entry.version) },
    { label: 'Device', cell: (entry) => entry.source ? code(entry.source) : '' },
    { label: 'Time', cell: (entry) => ago(entry.time) },
    { label: 'Change', hidden: true, class: 'buttons', cell: (entry) => entry.toggle },
  ];
  const rows = entries.map((entry) => {
    const detail = h('tr', { class: 'detail', hidden: true, id: 'change-' + entry.id });
    entry.toggle = h('button', { type: 'button', 'aria-expanded': 'false', 'aria-controls': detail.id,
      'aria-label': 'Show the change at position ' + entry.id,
      onclick: (event) => toggle(event.currentTarget, detail, user, entry, columns.length) }, 'Show change');
    return [tableRow(columns, entry), detail];
  });
  return h('div', { class: 'scroll' }, h('table', { class: 'cards keys' },
    h('caption', { class: 'hidden' }, 'Entries of the stream'),
    h('thead', {}, h('tr', {}, columns.map((column) => h('th', { scope: 'col', class: column.class },
      column.hidden ? h('span', { class: 'hidden' }, column.label) : column.label)))),
    h('tbody', {}, rows)));
}

async function toggle(control, detail, user, entry, width) {
  const open = control.getAttribute('aria-expanded') !== 'true';
  try {
    if (open && !detail.firstChild) {
      const change = await get('entry', { user, id: entry.id });
      detail.replaceChildren(h('td', { colspan: width }, h('div', { class: 'inset' }, changeView(entry, change))));
    }
    control.setAttribute('aria-expanded', String(open));
    control.textContent = open ? 'Hide change' : 'Show change';
    detail.hidden = !open;
  } catch (error) {
    announce(error.message, 'bad');
  }
}

export async function row(context) {
  const [user, table, pk] = ['user', 'table', 'pk'].map((name) => context.parameters.get(name) ?? '');
  const found = await get('row', { user, table, pk });
  return [
    crumbs(['Users', link('users')], [given(user), link('user', { user })], ['Stream', link('stream', { user })]),
    h('h1', { tabindex: -1 }, 'Versions of a row'),
    h('p', { class: 'lead' }, code(found.table), ' ', key(found.pk)),
    found.versions.length === 0 && h('p', { class: 'empty' }, 'The stream has no entry of this row.'),
    found.versions.map(({ entry, change }) => h('section', { class: 'panel version' },
      h('h2', {}, 'Version ' + number(entry.version) + ' ', badge(entry.op.toLowerCase(), KINDS[entry.op])),
      h('p', { class: 'quiet' }, moment(entry.time), ' UTC · position ' + number(entry.id) + ' · ', entry.source && code(entry.source)),
      changeView(entry, change))),
    found.more && h('p', { class: 'quiet' }, 'Earlier versions are not shown.'),
  ].flat().filter(Boolean);
}

const BASES = {
  FIRST: () => 'The first version of the row.',
  VERSION: (change) => 'Compared with version ' + number(change.before) + '.',
  UNKNOWN: () => 'The version before it was removed by compaction, or lies too far back: contents without a comparison.',
  TOO_LARGE: (change) => change.fields.length ? 'The version before it is too large to be shown: contents without a comparison.'
    : 'This version is too large to be shown.',
};

const MARKS = { ADDED: '+', REMOVED: '−', CHANGED: '±', SAME: '' };
const WORDS = { ADDED: 'added', REMOVED: 'removed', CHANGED: 'changed', SAME: 'the same' };

export function changeView(entry, change) {
  const compared = change.basis === 'VERSION' || change.basis === 'FIRST';
  const changed = compared ? change.fields.filter((field) => field.kind !== 'SAME') : change.fields;
  const same = compared ? change.fields.filter((field) => field.kind === 'SAME') : [];
  return [
    h('p', { class: 'basis' }, BASES[change.basis](change),
      entry.op === 'DELETE' && ' The row is deleted.',
      compared && changed.length === 0 && entry.op !== 'DELETE' && ' No member differs.'),
    changed.length > 0 && diffTable(changed, compared),
    same.length > 0 && h('details', { class: 'same' }, h('summary', {}, plural(same.length, 'unchanged member')), diffTable(same, false)),
  ].filter(Boolean);
}

function diffTable(fields, compared) {
  return h('table', { class: 'diff' },
    h('caption', { class: 'hidden' }, compared ? 'What changed' : 'Contents'),
    h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'Member'),
      compared ? [h('th', { scope: 'col' }, 'Before'), h('th', { scope: 'col' }, 'After')] : h('th', { scope: 'col' }, 'Value'))),
    h('tbody', {}, fields.map((field) => h('tr', { class: compared ? field.kind.toLowerCase() : 'same' },
      h('th', { scope: 'row' }, compared && [h('span', { class: 'mark', 'aria-hidden': 'true' }, MARKS[field.kind]),
        h('span', { class: 'hidden' }, WORDS[field.kind] + ': ')], code(field.name)),
      compared ? [value(field.before, 'before'), value(field.after, 'after')] : value(field.after, 'only')))));
}

function value(shown, side) {
  const label = { before: 'Before', after: 'After', only: 'Value' }[side];
  if (!shown) {
    return h('td', { class: side, 'data-label': label }, h('span', { class: 'quiet' }, '—'));
  }
  if (shown.type === 'STRING') {
    return h('td', { class: side, 'data-label': label }, shown.text === '' ? h('span', { class: 'quiet' }, 'empty text')
      : h('bdi', { class: 'value' }, shown.text));
  }
  return h('td', { class: side, 'data-label': label }, h('bdi', { class: 'value literal' }, shown.text));
}
