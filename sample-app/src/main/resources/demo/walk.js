// What the two buttons do: what a person would, a little faster.

import { send } from './api.js';

const PATIENCE = 15000;

export class Walk {
  constructor(phones) {
    this.phones = phones;
    this.waiting = new Set();
  }

  /** Called with each news of a phone. */
  moved() {
    for (const check of this.waiting) {
      check();
    }
  }

  until(condition) {
    return new Promise((resolve, reject) => {
      const check = () => {
        if (condition()) {
          clearTimeout(timer);
          this.waiting.delete(check);
          resolve();
        }
      };
      const timer = setTimeout(() => {
        this.waiting.delete(check);
        reject(new Error('This takes longer than expected. Look at the phones.'));
      }, PATIENCE);
      this.waiting.add(check);
      check();
    });
  }

  async write() {
    const texts = ['Buy oat milk', 'Call the plumber', 'Water the plants', 'Book the train', 'Return the library books'];
    const { a } = this.phones;
    const title = texts[a.view.notes.length % texts.length];
    await send('POST', 'a/notes', { title, body: 'Written on phone A.' });
  }

  /** The note that both phones have, not being edited anywhere. */
  shared() {
    const { a, b } = this.phones;
    return a.view.notes.find((note) => !note.queued
      && b.view.notes.some((other) => other.id === note.id && !other.queued));
  }

  async conflict() {
    const { a, b } = this.phones;
    await Promise.all(['a', 'b'].map((phone) => send('PUT', `${phone}/online`, { online: true })));
    await this.until(() => a.view.online && b.view.online && a.view.pending === 0 && b.view.pending === 0);
    if (!this.shared()) {
      await this.write();
      await this.until(() => this.shared());
    }
    const { id, title } = this.shared();
    const base = title.replace(/ \((phone [AB]|both)\)$/u, '').slice(0, 60);
    await Promise.all(['a', 'b'].map((phone) => send('PUT', `${phone}/online`, { online: false })));
    await send('PATCH', `a/notes/${id}`, { title: `${base} (phone A)` });
    await send('PATCH', `b/notes/${id}`, { title: `${base} (phone B)`, body: 'Phone B wrote this text offline.' });
    await this.until(() => a.view.pending > 0 && b.view.pending > 0);
    await send('PUT', 'a/online', { online: true });
    await this.until(() => a.view.pending === 0);
    await send('PUT', 'b/online', { online: true });
    await this.until(() => b.view.pending === 0);
  }
}
