// The log of requests, and the pulses on the wires.

import { byId, clock, element } from './dom.js';

const PHONES = { a: 'A', b: 'B' };

export class Traffic {
  constructor(body) {
    this.body = body;
    this.last = 0;
    this.filled = false;
  }

  /** A page that connects gets what is kept, then what is new. */
  restart() {
    this.body.replaceChildren();
    this.last = 0;
    this.filled = false;
  }

  update(exchanges) {
    for (const exchange of exchanges) {
      if (exchange.number > this.last) {
        this.last = exchange.number;
        this.body.prepend(this.row(exchange));
        if (this.filled) {
          this.pulse(exchange);
        }
      }
    }
    this.filled = true;
    while (this.body.rows.length > 50) {
      this.body.lastElementChild.remove();
    }
  }

  row(exchange) {
    const row = element('tr', exchange.problem ? 'failed' : '');
    const request = exchange.method === 'EVENT' ? `⇠ ${exchange.path}` : `${exchange.method} ${exchange.path}`;
    const status = exchange.problem ?? (exchange.status ? String(exchange.status) : 'news');
    const texts = [clock(exchange.at), PHONES[exchange.phone], request, exchange.sent, exchange.received, status,
      exchange.method === 'EVENT' ? '' : String(exchange.millis)];
    const classes = ['time', `on-${exchange.phone}`, 'request', 'sent', 'received', 'status', 'millis'];
    texts.forEach((text, i) => row.append(element('td', classes[i], text)));
    row.cells[2].title = request;
    row.cells[2].textContent = request.replace(/&(limit|schema)=\w+/gu, '');
    return row;
  }

  pulse(exchange) {
    const wire = byId(`wire-${exchange.phone}`);
    if (exchange.problem) {
      return;
    }
    wire.classList.remove('to-server', 'to-phone');
    wire.getBoundingClientRect(); // restarts the animation
    wire.classList.add(exchange.method === 'POST' ? 'to-server' : 'to-phone');
    wire.addEventListener('animationend', () => wire.classList.remove('to-server', 'to-phone'), { once: true });
  }
}
