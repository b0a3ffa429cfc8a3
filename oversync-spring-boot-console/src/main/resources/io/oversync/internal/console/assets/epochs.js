import { get } from './api.js';
import { badge, code, given, h, moment, number, table } from './dom.js';

export default async function epochs() {
  const list = await get('epochs');
  return [
    h('h1', { tabindex: -1 }, 'Epochs'),
    h('p', { class: 'lead' }, 'Names of this database’s history. A new one begins when oversync.restored-at declares a restore: '
      + 'clients that see another name compare all that they have.'),
    table('Epochs', [
      { label: 'No.', class: 'number', cell: (epoch) => number(epoch.number) },
      { label: 'Name', cell: (epoch) => [code(epoch.name), epoch === list[0] && [' ', badge('current', 'good')]] },
      { label: 'Restored at', cell: (epoch) => epoch.restoredAt ? given(epoch.restoredAt) : h('span', { class: 'quiet' }, 'the first epoch') },
      { label: 'Since (UTC)', cell: (epoch) => moment(epoch.since) },
    ], list, 'There is no epoch.'),
  ];
}
