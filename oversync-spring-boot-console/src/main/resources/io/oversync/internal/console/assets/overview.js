import { get } from './api.js';
import { badge, code, h, link, number, panel, plural, svg, table } from './dom.js';

const MEASURES = [
  ['UPLOADS', 'Uploads'],
  ['APPLIED', 'Changes applied'],
  ['CONFLICTS', 'Changes in conflict'],
  ['INVALID', 'Changes refused'],
  ['DOWNLOADS', 'Downloads'],
  ['SENT', 'Changes sent'],
  ['REFUSED_ROWS', 'Rows refused by tables'],
  ['ABSORBED', 'Own writes absorbed'],
  ['REMOVED', 'Entries compacted'],
  ['ERRORS', 'Errors answered'],
];

const EVERY = 10000;

const sum = (numbers) => numbers.reduce((total, each) => total + each, 0);

export default async function overview(context) {
  const body = h('div', { class: 'stack' });
  const refresh = async () => body.replaceChildren(...content(await get('overview')));
  await refresh();
  const timer = setInterval(() => {
    // what has the focus is not replaced
    if (!document.hidden && !body.contains(document.activeElement)) {
      refresh().catch(() => {});
    }
  }, EVERY);
  context.onLeave(() => clearInterval(timer));
  return [h('h1', { tabindex: -1 }, 'Overview'), body];
}

function content(server) {
  return [
    h('ul', { class: 'tiles' },
      tile('Users', number(server.streams), 'with a stream', link('users')),
      tile('Open failures', number(server.failures), server.failures === 0 ? 'all rows are in their tables'
        : server.failures === 1 ? 'row is not in its table' : 'rows are not in their tables',
        link('failures'), server.failures ? 'bad' : 'good'),
      tile('Captured backlog', number(server.waitingRows), server.waitingRows
        ? 'rows wait, some for ' + plural(server.waitingSeconds, 'second') : 'no write of the application waits',
        null, server.waitingSeconds > 60 ? 'bad' : ''),
      tile('Conflicts', number(sum(server.activity.CONFLICTS)), 'in the last hour', link('conflicts')),
      tile('Watching devices', number(server.watchers), 'wait for news on this node'),
      tile('Errors', number(sum(server.activity.ERRORS)), 'requests in the last hour', null,
        sum(server.activity.ERRORS) ? 'warn' : '')),
    server.beyondHead > 0 && h('p', { class: 'notice bad' },
      plural(server.beyondHead, 'download') + ' began beyond the end of a stream since this node started. '
      + 'That is the sign of a database that was put back: set oversync.restored-at.'),
    panel('The last hour on this node', h('div', { class: 'split' }, chart(server.activity), totals(server.activity))),
    panel('Tables', table('Registered tables', [
      { label: 'Table', cell: (row) => code(row.name) },
      { label: 'Owner column', cell: (row) => row.ownerColumn ? code(row.ownerColumn) : h('span', { class: 'quiet' }, 'none') },
      { label: 'Rows', cell: (row) => row.problem ? badge('cannot be written', 'bad') : row.materialized ? 'written' : 'stream only' },
      { label: 'Application’s writes', cell: (row) => row.captured ? 'captured' : 'not captured' },
      { label: 'Open failures', class: 'number', cell: (row) => number(row.failures) },
    ], server.tables, 'No table is registered.'),
    server.tables.filter((each) => each.problem).map((each) =>
      h('p', { class: 'notice bad' }, code(each.name), ': ', each.problem))),
    panel('History', h('p', {}, 'Epoch ', code(server.epoch ?? 'none'), '. ',
      h('a', { href: link('epochs') }, 'All epochs')),
    h('p', {}, server.compacting ? 'Streams are compacted in the background.'
      : 'Streams are not compacted in the background (oversync.retention.enabled).')),
  ].filter(Boolean);
}

function tile(name, value, text, href, kind = '') {
  const inside = [h('span', { class: 'name' }, name), h('span', { class: 'value' }, value), h('span', { class: 'text' }, text)];
  return h('li', { class: 'tile ' + kind }, href ? h('a', { href }, inside) : h('div', {}, inside));
}

function chart(activity) {
  const applied = activity.APPLIED;
  const conflicts = activity.CONFLICTS;
  const highest = Math.max(1, ...applied.map((each, i) => each + conflicts[i]));
  const height = 120;
  const scale = (value) => value === 0 ? 0 : Math.max(2, Math.round(value / highest * height));
  const bars = applied.flatMap((each, i) => {
    const low = scale(each);
    const high = scale(conflicts[i]);
    return [
      low && svg('rect', { class: 'applied', x: i * 10 + 1, y: height - low, width: 8, height: low, rx: 1 }),
      high && svg('rect', { class: 'conflict', x: i * 10 + 1, y: Math.max(0, height - low - high), width: 8, height: high, rx: 1 }),
    ].filter(Boolean);
  });
  return h('figure', { class: 'chart' },
    h('figcaption', {}, h('span', {}, 'Changes a minute, at most ' + number(highest)),
      h('span', { class: 'key' }, h('span', { class: 'dot applied' }), 'applied'),
      h('span', { class: 'key' }, h('span', { class: 'dot conflict' }), 'in conflict')),
    svg('svg', { viewBox: '0 0 600 ' + (height + 2), preserveAspectRatio: 'none', role: 'img',
      'aria-label': number(sum(applied)) + ' changes applied and ' + number(sum(conflicts)) + ' in conflict in the last hour' },
    svg('line', { class: 'axis', x1: 0, x2: 600, y1: height + 1, y2: height + 1 }), bars),
    h('div', { class: 'scale', 'aria-hidden': 'true' }, h('span', {}, '60 minutes ago'), h('span', {}, 'now')));
}

function totals(activity) {
  return table('Counts of this node', [
    { label: 'Counted', cell: ([, name]) => name },
    { label: '5 minutes', class: 'number', cell: ([key]) => number(sum(activity[key].slice(-5))) },
    { label: '1 hour', class: 'number', cell: ([key]) => number(sum(activity[key])) },
  ], MEASURES, '', 'compact');
}
