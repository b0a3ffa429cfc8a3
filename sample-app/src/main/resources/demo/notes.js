// A list of notes, on a phone or in the server's table.

import { attempt } from './api.js';
import { clone, setText } from './dom.js';

export class NoteList {
  /**
   * @param {string} place a, b or server
   * @param {HTMLElement} container holds the notes
   * @param {string} template id of the template of a note
   * @param {HTMLElement} empty shown without notes
   * @param {HTMLFormElement} form adds one
   */
  constructor(place, container, template, empty, form) {
    this.place = place;
    this.container = container;
    this.template = template;
    this.empty = empty;
    this.form = form;
    this.items = new Map();
    this.limits = { longestTitle: 80, longestBody: 400 };
    this.filled = false;
    form.addEventListener('submit', (event) => this.add(event));
  }

  async add(event) {
    event.preventDefault();
    const input = this.form.elements.title;
    const title = input.value.trim();
    if (title && await attempt('POST', `${this.place}/notes`, { title })) {
      input.value = '';
    }
    input.focus();
  }

  setLimits(limits) {
    this.limits = limits;
    this.form.elements.title.maxLength = limits.longestTitle;
  }

  update(notes) {
    const ids = new Set(notes.map((note) => note.id));
    for (const [id, item] of this.items) {
      if (!ids.has(id)) {
        item.remove();
        this.items.delete(id);
      }
    }
    let previous = this.container.tagName === 'TABLE' ? this.container.tHead : null;
    for (const note of notes) {
      let item = this.items.get(note.id);
      if (!item) {
        item = new NoteItem(this, note.id);
        this.items.set(note.id, item);
      }
      item.update(note, this.filled);
      const expected = previous ? previous.nextElementSibling : this.container.firstElementChild;
      if (item.root !== expected) {
        this.container.insertBefore(item.root, expected);
      }
      previous = item.root;
    }
    this.empty.hidden = notes.length > 0;
    this.filled = true;
  }
}

class NoteItem {
  constructor(list, id) {
    this.list = list;
    this.path = `${list.place}/notes/${id}`;
    this.root = clone(list.template).querySelector('.note');
    this.form = this.root.querySelector('form.edit');
    // in a table a form cannot be hidden without its row
    this.editor = this.root.querySelector('.edit-row') ?? this.form;
    this.opener = this.root.querySelector('.open');
    this.done = this.root.querySelector('.done');
    this.opener.addEventListener('click', () => (this.editor.hidden ? this.edit() : this.close()));
    this.done.addEventListener('change', () => attempt('PATCH', this.path, { done: this.done.checked }));
    this.form.addEventListener('submit', (event) => this.save(event));
    this.form.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') {
        this.close();
      }
    });
    this.root.querySelector('.cancel').addEventListener('click', () => this.close());
    this.root.querySelector('.delete').addEventListener('click', () => this.delete());
  }

  update(note, flash) {
    const before = this.note;
    this.note = note;
    setText(this.root.querySelector('.title'), note.title);
    setText(this.root.querySelector('.body'), note.body);
    const version = this.root.querySelector('.version');
    setText(version, note.version ? `v${note.version}` : '');
    version.title = note.version ? `Version ${note.version} of the row` : '';
    const queued = this.root.querySelector('.queued');
    if (queued) {
      setText(queued, note.queued ?? '');
      queued.title = note.queued ? 'Not confirmed by the server yet' : '';
    }
    this.done.checked = note.done;
    this.done.setAttribute('aria-label', `Done: ${note.title}`);
    this.opener.setAttribute('aria-label', `Edit ${note.title}`);
    this.root.classList.toggle('is-done', note.done);
    if (flash && (!before || before.title !== note.title || before.body !== note.body || before.done !== note.done)) {
      this.root.classList.remove('flash');
      this.root.getBoundingClientRect(); // restarts the animation
      this.root.classList.add('flash');
    }
  }

  edit() {
    const { title, body } = this.form.elements;
    title.maxLength = this.list.limits.longestTitle;
    body.maxLength = this.list.limits.longestBody;
    title.value = this.note.title;
    body.value = this.note.body;
    this.opened = { title: title.value, body: body.value };
    this.editor.hidden = false;
    title.focus();
    title.select();
  }

  close() {
    this.editor.hidden = true;
    this.opener.focus();
  }

  /** Only what was edited is written: the rest may have changed meanwhile. */
  async save(event) {
    event.preventDefault();
    const changes = {};
    for (const field of ['title', 'body']) {
      const value = field === 'title' ? this.form.elements.title.value.trim() : this.form.elements.body.value;
      if (value !== this.opened[field]) {
        changes[field] = value;
      }
    }
    if (Object.keys(changes).length === 0 || await attempt('PATCH', this.path, changes)) {
      this.close();
    }
  }

  async delete() {
    if (await attempt('DELETE', this.path)) {
      this.list.form.elements.title.focus();
    }
  }

  remove() {
    if (this.root.contains(document.activeElement)) {
      this.list.form.elements.title.focus();
    }
    this.root.remove();
  }
}
