import { get, post } from './api.js';
import { ago, announce, badge, button, code, confirmed, field, given, h, key, link, number, panel, plural, table } from './dom.js';
import { jobView, start } from './jobs.js';

export default async function failures(context) {
  const user = context.parameters.get('user') ?? '';
  const input = h('input', { type: 'search', name: 'user', autocomplete: 'off', spellcheck: 'false', maxlength: 512 });
  input.value = user;
  const form = h('form', { class: 'bar', role: 'search', onsubmit: (event) => {
    event.preventDefault();
    location.hash = link('failures', { user: input.value || undefined });
  } }, field('Only of the user', input), h('button', { class: 'primary' }, 'Show'));
  const results = h('div', { class: 'stack' });
  const load = async (place = {}) => {
    const page = await get('failures', { user, ...place });
    const refresh = () => load(place);
    results.replaceChildren(...[failureTable(page.failures, refresh, true),
      page.after && button('More failures', () => load({ stream: page.stream, after: page.after }).catch((error) =>
        announce(error.message, 'bad')))].filter(Boolean));
    return page.failures;
  };
  await load();
  return [
    h('h1', { tabindex: -1 }, 'Failures'),
    h('p', { class: 'lead' }, 'Rows that their tables refused. Their changes are applied and reach devices; only the application’s table '
      + 'does not have them. Fix the reason, then retry.'),
    form, results, await retryTable(context, load),
  ];
}

async function retryTable(context, load) {
  const { tables } = await get('overview');
  const failing = tables.filter((each) => each.failures > 0);
  if (failing.length === 0) {
    return [];
  }
  const select = h('select', { name: 'table' }, failing.map((each) => h('option', { value: each.name }, each.name + ' (' + number(each.failures) + ')')));
  const result = h('div', {});
  return [panel('Retry all of a table', h('form', { class: 'bar', onsubmit: async (event) => {
    event.preventDefault();
    const name = select.value;
    if (await confirmed('Retry all failures of ' + name + '?', 'All rows of this table that have an open failure are written again, '
      + 'for all users, in batches between which uploads get their turn.', 'Retry all', 'primary')) {
      await start(context, { kind: 'rematerialize', table: name }, (job) => result.replaceChildren(jobView(job)));
      await load().catch(() => {});
    }
  } }, field('Table', select), h('button', {}, 'Retry all')), result)];
}

export function failureTable(failures, refresh, withUser) {
  return table('Open failures', [
    withUser && { label: 'User', cell: (row) => h('a', { href: link('user', { user: row.user }) }, given(row.user)) },
    { label: 'Row', cell: (row) => [h('div', {}, code(row.table), ' ', badge(row.op.toLowerCase())),
      h('a', { href: link('row', { user: row.user, table: row.table, pk: row.pk }) }, key(row.pk))] },
    { label: 'Version', class: 'number', cell: (row) => number(row.version) },
    { label: 'Reason', class: 'reason', cell: (row) => given(row.error) },
    { label: 'Since', cell: (row) => [ago(row.firstSeen), h('div', { class: 'quiet' }, row.retries ? plural(row.retries, 'retry', 'retries') : 'not retried')] },
    { label: 'Actions', hidden: true, class: 'buttons', cell: (row) => button('Retry', () => retry(row, refresh)) },
  ].filter(Boolean), failures, 'There are no open failures.');
}

async function retry(row, refresh) {
  try {
    const result = await post('retry', { user: row.user, failure: row.id });
    await refresh();
    announce(result.applied ? 'The row is in its table now.' : 'The table refused the row again: ' + result.message,
      result.applied ? 'good' : 'bad');
  } catch (error) {
    announce(error.message, 'bad');
  }
  document.querySelector('h1')?.focus();
}
