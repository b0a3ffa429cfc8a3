import { get } from './api.js';
import { ago, code, given, h, key, link, moment, number, plural, table } from './dom.js';

export default async function conflicts() {
  const log = await get('conflicts');
  return [
    h('h1', { tabindex: -1 }, 'Conflicts'),
    h('p', { class: 'lead' }, 'Changes of devices that met another version of the row than they expected (the numbers are versions), in the last 24 hours. '
      + 'A conflict changes nothing on the server: the device decides it, and sends the change again or drops it.'),
    h('p', { class: 'notice' }, 'Only what this node answered since ', moment(log.since), ' UTC, in memory: the last '
      + number(log.capacity) + ' conflicts with keys and versions, without contents. There were ' + plural(log.total, 'conflict') + ' since then.'),
    table('Conflicts', [
      { label: 'Time', cell: (note) => ago(note.time) },
      { label: 'User', cell: (note) => h('a', { href: link('user', { user: note.user }) }, given(note.user)) },
      { label: 'Device', cell: (note) => code(note.device) },
      { label: 'Row', cell: (note) => [h('div', {}, code(note.table)),
        h('a', { href: link('row', { user: note.user, table: note.table, pk: note.pk }) }, key(note.pk))] },
      { label: 'Wanted', cell: (note) => note.op.toLowerCase() },
      { label: 'Expected', class: 'number', cell: (note) => number(note.expected) },
      { label: 'Found', class: 'number', cell: (note) => number(note.actual) + (note.deleted ? ', deleted' : '') },
    ], log.conflicts, 'No conflict is noted.'),
  ];
}
