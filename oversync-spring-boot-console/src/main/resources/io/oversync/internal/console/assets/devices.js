import { get } from './api.js';
import { announce, button, crumbs, field, h, link, table } from './dom.js';
import { deviceColumns } from './user.js';

// Finds devices of one user, or of all.
export default async function devices(context) {
  const search = Object.fromEntries(['of', 'user', 'find'].map((name) => [name, context.parameters.get(name) ?? '']));
  const input = (name) => {
    const element = h('input', { type: 'search', name, autocomplete: 'off', spellcheck: 'false', maxlength: 512 });
    element.value = search[name];
    return element;
  };
  const user = input('user');
  const find = input('find');
  const results = h('div', { class: 'stack' });
  const load = async (place = {}) => {
    const page = await get('devices', { ...search, ...place });
    const refresh = () => load(place);
    const empty = page.after ? 'None among the devices that were looked through so far.' : 'No device was found.';
    const more = page.after && button('More devices', async () => {
      try {
        await load({ stream: page.stream, after: page.after });
        announce('The next page is shown.');
      } catch (error) {
        announce(error.message, 'bad');
      }
    });
    results.replaceChildren(...[table('Devices', deviceColumns(refresh, !search.of), page.devices, empty), more].filter(Boolean));
  };
  const form = h('form', { class: 'bar', role: 'search', onsubmit: (event) => {
    event.preventDefault();
    const target = link('devices', { of: search.of || undefined, user: user.value || undefined, find: find.value || undefined });
    if (target === location.hash) {
      load().catch((error) => announce(error.message, 'bad'));
    }
    location.hash = target;
  } }, !search.of && field('User id begins with', user), field('Device id or name has', find, 'in upper or lower case'),
  h('button', { class: 'primary' }, 'Search'));
  await load();
  return [search.of && crumbs(['Users', link('users')], [search.of, link('user', { user: search.of })]),
    h('h1', { tabindex: -1 }, 'Devices'), form, results];
}
