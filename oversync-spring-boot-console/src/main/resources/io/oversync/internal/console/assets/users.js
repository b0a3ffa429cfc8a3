import { get } from './api.js';
import { ago, announce, badge, button, devices, field, given, h, link, number, table } from './dom.js';

const COLUMNS = [
  { label: 'User', cell: (user) => h('a', { href: link('user', { user: user.id }) }, given(user.id)) },
  { label: 'Devices', class: 'number', cell: (user) => devices(user.devices) },
  { label: 'Last seen', cell: (user) => ago(user.lastSeen) },
  { label: 'Stream ends at', class: 'number', cell: (user) => number(user.head) },
  { label: 'Open failures', class: 'number', cell: (user) => user.failures ? badge(number(user.failures), 'bad') : '0' },
];

export default async function users(context) {
  const prefix = context.parameters.get('prefix') ?? '';
  const input = h('input', { type: 'search', name: 'prefix', autocomplete: 'off', spellcheck: 'false', maxlength: 512 });
  input.value = prefix;
  const results = h('div', { class: 'stack' });
  const form = h('form', { class: 'bar', role: 'search', onsubmit: (event) => {
    event.preventDefault();
    const target = link('users', { prefix: input.value || undefined });
    if (target === location.hash) {
      load(results, prefix, null);
    }
    location.hash = target;
  } }, field('User id begins with', input), h('button', { class: 'primary' }, 'Search'));
  await load(results, prefix, null);
  return [h('h1', { tabindex: -1 }, 'Users'), form, results];
}

async function load(results, prefix, after) {
  const page = await get('users', { prefix, after });
  const empty = page.next ? 'None among the users that were looked through so far.' : 'No user was found.';
  const more = page.next && button('More users', async () => {
    try {
      await load(results, prefix, page.next);
      announce('The next page is shown.');
    } catch (error) {
      announce(error.message, 'bad');
    }
  });
  results.replaceChildren(...[table('Users', COLUMNS, page.users, empty), more].filter(Boolean));
}
