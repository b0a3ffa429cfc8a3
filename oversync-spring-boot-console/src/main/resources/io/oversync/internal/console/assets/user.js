import { get, post } from './api.js';
import { ago, announce, asked, badge, button, code, confirmed, crumbs, devices, facts, given, h, link, MOST_DEVICES, number, panel, plural, table } from './dom.js';
import { failureTable } from './failures.js';

export default async function user(context) {
  const id = context.parameters.get('user') ?? '';
  const body = h('div', { class: 'stack' });
  const refresh = async () => body.replaceChildren(...content(id, await get('user', { user: id }), refresh));
  await refresh();
  return [crumbs(['Users', link('users')]), h('h1', { tabindex: -1 }, given(id)), body];
}

function content(id, user, refresh) {
  return [
    facts([
      ['Stream ends at', number(user.head)],
      ['Devices', devices(user.devices.length)],
      ['Open failures', number(user.failures.length) + (user.failures.length === 50 ? ' or more' : '')],
      ['Compacted', user.compacted ? [ago(user.compacted.startedAt), ', up to ' + number(user.compacted.horizon)] : 'never'],
    ]),
    h('p', { class: 'actions' },
      h('a', { class: 'button', href: link('stream', { user: id }) }, 'Open the stream'),
      h('a', { class: 'button', href: link('verify', { user: id }) }, 'Verify'),
      h('a', { class: 'button', href: link('compaction', { user: id }) }, 'Compact')),
    panel('Devices', table('Devices of this user', deviceColumns(refresh), user.devices.map((device) => ({ ...device, user: id })),
      'No device of this user was seen.'),
    user.devices.length >= MOST_DEVICES && h('p', {}, 'The last seen ' + number(MOST_DEVICES) + ' are shown. ',
      h('a', { href: link('devices', { of: id }) }, 'Search all devices of this user'))),
    panel('Open failures', failureTable(user.failures, refresh, false)),
  ];
}

// Of devices that say whose they are.
export function deviceColumns(refresh, withUser = false) {
  return [
    { label: 'Device', cell: (device) => [device.name && h('div', { class: 'strong' }, given(device.name)), code(device.id)] },
    withUser && { label: 'User', cell: (device) => h('a', { href: link('user', { user: device.user }) }, given(device.user)) },
    { label: 'State', cell: (device) => device.revoked ? [badge('revoked', 'bad'), ' ', ago(device.revoked)] : badge('let in', 'good') },
    { label: 'Last seen', cell: (device) => ago(device.lastSeen) },
    !withUser && { label: 'First seen', cell: (device) => ago(device.firstSeen) },
    !withUser && { label: 'Has the stream to', class: 'number', cell: (device) => number(device.acknowledged) },
    { label: 'Lag', class: 'number', cell: (device) => device.lag ? badge(plural(device.lag, 'entry', 'entries'), 'warn') : 'none' },
    { label: 'Actions', hidden: true, class: 'buttons', cell: (device) => actions(device, refresh) },
  ].filter(Boolean);
}

function actions(device, refresh) {
  const { user } = device;
  const name = device.name ? device.name + ' (' + device.id + ')' : device.id;
  const change = async (action, done, more = {}) => {
    try {
      const { changed } = await post('device', { user, device: device.id, action, ...more });
      await refresh();
      announce(changed ? done : 'There was nothing to change: it has happened already.');
    } catch (error) {
      announce(error.message, 'bad');
    }
    document.querySelector('h1')?.focus();
  };
  return h('div', { class: 'actions' },
    button('Rename', async () => {
      const text = await asked('Rename the device', 'Name, empty for none', device.name, 'Rename');
      if (text !== null) {
        await change('rename', 'The device has a new name.', { name: text.trim() });
      }
    }),
    device.revoked
      ? button('Let in again', async () => {
        if (await confirmed('Let the device in again?', ['Device: ' + name,
          'It may upload and download again from its next request on, on every node.'], 'Let in', 'primary')) {
          await change('restore', 'The device is let in again.');
        }
      })
      : button('Revoke', async () => {
        if (await confirmed('Revoke the device?', ['Device: ' + name,
          'It is refused from its next request on, on every node, and its open connections end. '
          + 'What it has stored stays on it, and what it has not uploaded yet stays there, too. '
          + 'Where a header names the device, revoke the user’s token as well.'], 'Revoke')) {
          await change('revoke', 'The device is revoked.');
        }
      }, 'danger'),
    button('Forget', async () => {
      if (await confirmed('Forget the device?', ['Device: ' + name,
        'Its name, its times and its position are removed, and so is its revocation: '
        + (device.revoked ? 'it is let in again. ' : '')
        + 'A device that comes back is listed again. Compaction no longer waits for it. Its changes stay in the stream.'], 'Forget')) {
        await change('forget', 'The device is forgotten.');
      }
    }, 'danger'));
}
