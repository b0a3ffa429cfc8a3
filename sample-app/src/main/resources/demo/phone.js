// A phone's screen.

import { attempt } from './api.js';
import { clock, clone, count, element, setText } from './dom.js';
import { NoteList } from './notes.js';

const FIELDS = { title: 'Title', body: 'Text', done: 'Done' };

export class PhoneScreen {
  constructor(place, root, wire) {
    this.place = place;
    this.root = root;
    this.wire = wire;
    this.view = null;
    this.noticed = 0;
    root.append(clone('phone-template'));
    const heading = root.querySelector('h2');
    heading.id = `name-${place}`;
    heading.textContent = `Phone ${place.toUpperCase()}`;
    this.find('.new input').id = `new-${place}`;
    this.find('.new label').htmlFor = `new-${place}`;
    this.notes = new NoteList(place, this.find('.notes'), 'note-template', this.find('.empty'), this.find('.new'));
    this.online = this.find('.online');
    this.online.addEventListener('change', () => this.set('online', { online: this.online.checked }));
    this.resolver = this.find('select');
    this.resolver.addEventListener('change', () => this.set('resolver', { resolver: this.resolver.value }));
    this.find('.broken button').addEventListener('click', async () => {
      if (await attempt('POST', `${place}/reinstall`)) {
        this.find('.new input').focus();
      }
    });
    for (const command of ['copy', 'put-back', 'reinstall']) {
      this.find(`.${command}`).addEventListener('click', () => attempt('POST', `${place}/${command}`));
    }
  }

  find(selector) {
    return this.root.querySelector(selector);
  }

  /** A refused setting goes back to what it was. */
  async set(setting, value) {
    if (!await attempt('PUT', `${this.place}/${setting}`, value) && this.view) {
      this.update(this.view);
    }
  }

  update(view) {
    this.view = view;
    this.notes.update(view.notes);
    this.showBroken(view);
    this.online.checked = view.online;
    this.resolver.value = view.resolver;
    this.root.classList.toggle('offline', !view.online);
    this.wire.classList.toggle('cut', !view.online);
    this.root.setAttribute('aria-busy', String(view.busy !== null));
    setText(this.find('.state'), this.state(view));
    this.root.classList.toggle('waiting', view.pending > 0);
    for (const button of this.root.querySelectorAll('.tools button')) {
      button.disabled = view.busy !== null;
    }
    this.find('.copy').disabled ||= view.broken;
    const putBack = this.find('.put-back');
    putBack.disabled = view.busy !== null || view.copied === null;
    setText(putBack, view.copied === null ? 'Put the copy back' : `Put the copy of ${clock(view.copied)} back`);
    this.showNotices(view.notices);
  }

  showBroken(view) {
    this.root.classList.toggle('unusable', view.broken);
    this.find('.broken').hidden = !view.broken;
    this.find('.broken button').disabled = view.busy !== null;
    this.find('.empty').hidden = view.broken || view.notes.length > 0;
    this.online.disabled = view.broken;
    for (const control of this.find('.new').elements) {
      control.disabled = view.broken;
    }
  }

  state(view) {
    if (view.busy) {
      return `${view.busy}…`;
    }
    if (view.broken) {
      return 'Broken';
    }
    const deletes = view.deleted > 0 ? `, ${count(view.deleted, 'delete')} among them` : '';
    const queued = view.pending > 0 ? `${count(view.pending, 'change')} queued${deletes}` : '';
    if (!view.online) {
      return queued ? `Offline · ${queued}` : 'Offline · nothing queued';
    }
    return queued || `In sync · position ${view.position}`;
  }

  showNotices(notices) {
    const newest = notices.length > 0 ? notices[0].number : 0;
    if (newest === this.noticed) {
      return;
    }
    this.noticed = newest;
    const [latest] = notices;
    this.find('.notices').replaceChildren(...(latest ? [this.notice(latest)] : []));
  }

  notice(notice) {
    const box = element('div', `notice ${notice.kind}`);
    box.append(element('p', '', notice.text));
    const close = element('button', 'dismiss', '×');
    close.type = 'button';
    close.setAttribute('aria-label', 'Dismiss');
    close.addEventListener('click', () => {
      box.remove();
      this.find('.new input').focus();
    });
    box.append(close);
    if (notice.fields.length > 0) {
      box.append(this.comparison(notice.fields));
    }
    return box;
  }

  /** Both values of each field, with a tick at the one that was taken. */
  comparison(fields) {
    const table = element('table', 'comparison');
    const rows = table.createTBody();
    for (const field of fields) {
      const name = element('th', '', FIELDS[field.name] ?? field.name);
      name.scope = 'rowgroup';
      name.rowSpan = 2;
      for (const side of ['phone', 'server']) {
        const row = rows.insertRow();
        const value = field[side];
        const taken = value === field.result;
        row.append(...(side === 'phone' ? [name] : []), element('td', '', side),
          element('td', taken ? 'taken' : '', value === null ? 'deleted' : value || '(empty)'),
          element('td', '', taken ? '✓' : ''));
      }
    }
    return table;
  }
}
