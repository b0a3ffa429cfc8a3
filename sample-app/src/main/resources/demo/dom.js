// Small helpers. Text from notes only ever becomes text.

export const byId = (id) => document.getElementById(id);

export function clone(template) {
  return byId(template).content.cloneNode(true);
}

/** Creates an element with text. */
export function element(name, className, text = '') {
  const created = document.createElement(name);
  created.className = className;
  created.textContent = text;
  return created;
}

export function setText(node, text) {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}

export function count(number, one, many = `${one}s`) {
  return `${number} ${number === 1 ? one : many}`;
}

export function clock(millis) {
  return new Date(millis).toLocaleTimeString([], { hour12: false });
}

let timer;

/** Shows a message for some seconds. */
export function toast(text) {
  const box = byId('toast');
  box.textContent = text;
  box.hidden = false;
  clearTimeout(timer);
  timer = setTimeout(() => { box.hidden = true; }, 6000);
}
