import { get, post } from './api.js';
import { ago, announce, badge, button, code, confirmed, facts, field, given, h, key, link, number, panel, plural, table } from './dom.js';

const EVERY = 500;

// So often in a row a job may be missing: another node answers, or the node was started again.
const MOST_MISSES = 20;

// The server estimates larger numbers of users.
const MOST_COUNTED = 100000;

const NAMES = { check: 'Verify', rematerialize: 'Retry all', preview: 'Find garbage', compact: 'Compact' };

const STATES = { RUNNING: ['running', 'warn'], DONE: ['done', 'good'], FAILED: ['failed', 'bad'],
  CANCELLED: ['cancelled', 'warn'], OUT_OF_TIME: ['out of time', 'warn'] };

const OUTCOMES = {
  COMPLETE: 'all garbage was removed',
  LEFT: 'there was none to remove',
  BUSY: 'the stream is being compacted by another thread or node',
  INTERRUPTED: 'the rest is left to the next compaction',
};

const DIFFERENCES = {
  MISSING_IN_TABLE: ['not in the table', 'bad'],
  MISSING_IN_STREAM: ['not in the stream', 'bad'],
  OTHER_VALUES: ['other values', 'warn'],
};

// Starts a job and shows how it stands until it has ended, as long as its page is shown.
export async function start(context, task, show) {
  try {
    const job = await post('job', task);
    announce(NAMES[task.kind] + ' is running.');
    await follow(context, job, show);
  } catch (error) {
    announce(error.message, 'bad');
  }
}

async function follow(context, started, show) {
  let job = started;
  let misses = 0;
  while (job.state === 'RUNNING' && context.isShown()) {
    show(job);
    await new Promise((resolve) => setTimeout(resolve, EVERY));
    const found = (await get('jobs')).find((each) => each.number === job.number);
    misses = found ? 0 : misses + 1;
    if (misses > MOST_MISSES) {
      throw new Error('The server does not know the job any more: it was started again, or another node answers.');
    }
    job = found ?? job;
  }
  if (context.isShown()) {
    show(job);
    announce(NAMES[job.task.kind] + ': ' + summary(job), isGood(job) ? 'good' : 'bad');
  }
}

function isGood(job) {
  return ['DONE', 'CANCELLED'].includes(job.state) && !job.result.differing
    && !(job.task.kind === 'rematerialize' && job.result.failed);
}

function summary(job) {
  const result = job.result;
  if (job.state === 'FAILED') {
    return 'failed: ' + (job.error ?? 'see the log');
  }
  if (!result) {
    return 'running';
  }
  switch (job.task.kind) {
    case 'check':
      return ended(job) + (result.differing ? plural(result.differing, 'row') + ' differ' + (result.differing === 1 ? 's' : '')
        : 'no row differs among ' + number(result.rows));
    case 'rematerialize':
      return number(result.written) + ' written, ' + number(result.failed) + ' refused again';
    case 'preview':
      return found(result);
    default:
      return found(result) + '; ' + number(result.removed) + ' removed (' + OUTCOMES[result.outcome] + ')';
  }
}

// What a check that did not go on to the end has done until then.
function ended(job) {
  if (job.state === 'DONE') {
    return '';
  }
  const how = job.state === 'OUT_OF_TIME' ? 'ended by the console’s limit of two hours' : 'cancelled';
  return how + ' after ' + (job.task.user ? plural(job.result.rows, 'row') : users(job) + ' users') + ', ';
}

function users(job) {
  const done = job.result?.users ?? job.progress.users;
  const all = Math.max(done, job.progress?.allUsers ?? 0);
  return number(done) + ' of ' + (all >= MOST_COUNTED ? 'about ' : '') + number(all);
}

function found(result) {
  return number(result.garbage) + ' of ' + plural(result.entries, 'entry', 'entries') + ' up to position ' + number(result.horizon)
    + (result.garbage === 1 ? ' is garbage' : ' are garbage');
}

function head(job) {
  const [state, kind] = STATES[job.state];
  return [
    h('h3', {}, NAMES[job.task.kind] + ' ', badge(state, kind)),
    h('p', { class: 'quiet' }, [
      job.task.table && code(job.task.table), ' ',
      job.task.user ? ['user ', given(job.task.user)] : job.task.table && 'all users',
      job.task.kind === 'check' && job.task.percent < 100 && ', about ' + job.task.percent + ' % of the rows',
      ' · started ', ago(job.startedAt), ' by ', given(job.operator),
      job.state === 'CANCELLED' && job.cancelledBy && [' · cancelled by ', given(job.cancelledBy)]]),
  ];
}

export function jobView(job) {
  return h('article', { class: 'job' },
    head(job),
    job.state === 'FAILED' && h('p', { class: 'notice bad' }, job.error ?? 'See the log.'),
    job.result && h('p', {}, summary(job)),
    job.result && job.task.kind === 'check' && differences(job),
    job.result && ['preview', 'compact'].includes(job.task.kind) && removals(job));
}

// A check that is running. It is updated in place: its button keeps the focus.
function runningCheck(first) {
  const bar = h('progress', { 'aria-label': 'Progress of the check' });
  const text = h('p', { class: 'quiet' });
  const cancel = button('Cancel', async () => {
    if (cancel.getAttribute('aria-disabled') === 'true') {
      return;
    }
    cancelling();
    try {
      await post('cancel', { job: first.number });
    } catch (error) {
      cancel.removeAttribute('aria-disabled');
      cancel.textContent = 'Cancel';
      announce(error.message, 'bad');
    }
  });
  const cancelling = () => {
    cancel.setAttribute('aria-disabled', 'true');
    cancel.textContent = 'Cancelling…';
  };
  const update = (job) => {
    if (job.progress && !job.task.user) {
      bar.max = Math.max(1, job.progress.users, job.progress.allUsers);
      bar.value = job.progress.users;
    }
    text.textContent = !job.progress ? 'Starting…' : [!job.task.user && users(job) + ' users', plural(job.progress.rows, 'row') + ' compared',
      number(job.progress.differing) + (job.progress.differing === 1 ? ' differs' : ' differ')].filter(Boolean).join(' · ');
    if (job.cancelledBy) {
      cancelling();
    }
  };
  update(first);
  return { number: first.number, update, element: h('article', { class: 'job' }, head(first), bar, text, h('p', { class: 'actions' }, cancel)) };
}

function removals(job) {
  const { result } = job;
  return facts(job.task.kind === 'preview'
    ? [['Entries', number(result.entries)], ['Garbage', number(result.garbage)],
      ['Deleted rows that would expire', number(result.expirable)]]
    : [['Entries', number(result.entries)], ['Garbage', number(result.garbage)], ['Removed', number(result.removed)],
      ['Deleted rows that expired', number(result.expired)]]);
}

function differences(job) {
  return [
    facts([['Users', job.state === 'DONE' ? number(job.result.users) : users(job)], ['Rows compared', number(job.result.rows)], ['Differ', number(job.result.differing)],
      ['Left out, failure is recorded', number(job.result.failed)]]),
    job.rows.length > 0 && table('Rows that differ', [
      { label: 'User', cell: (row) => h('a', { href: link('user', { user: row.userId }) }, given(row.userId)) },
      { label: 'Row', cell: (row) => h('a', { href: link('row', { user: row.userId, table: job.task.table, pk: row.pk }) }, key(row.pk)) },
      { label: 'Difference', cell: (row) => badge(...DIFFERENCES[row.difference]) },
      { label: 'Columns', cell: (row) => row.columns.map((column, i) => [i > 0 && ', ', code(column)]) },
    ], job.rows, ''),
    job.result.differing > job.rows.length && h('p', { class: 'quiet' }, 'The first ' + number(job.rows.length) + ' are shown.'),
    job.result.differing > 0 && h('p', {}, 'Where the stream is right, write the rows again (Rematerialization). '
      + 'Where a captured table is right, raise its capture generation.'),
  ].filter(Boolean);
}

async function jobs(context, kinds, title, lead, form) {
  const list = h('div', { class: 'stack' });
  const known = (await get('jobs')).filter((job) => kinds.includes(job.task.kind));
  let check;
  const view = (job) => {
    if (job.state !== 'RUNNING' || job.task.kind !== 'check') {
      return jobView(job);
    }
    check = runningCheck(job);
    return check.element;
  };
  list.replaceChildren(...known.map(view));
  const show = (job) => {
    const others = known.filter((each) => each.number !== job.number);
    known.splice(0, known.length, job, ...others);
    if (job.state === 'RUNNING' && check?.number === job.number) {
      check.update(job);
      return;
    }
    if (list.contains(document.activeElement)) {
      document.querySelector('h1')?.focus();
    }
    list.replaceChildren(...known.map(view));
  };
  const [last] = known;
  if (last?.state === 'RUNNING') {
    // of an operator who opened the page again, or of another one
    follow(context, last, show).catch((error) => announce(error.message, 'bad'));
  }
  return [h('h1', { tabindex: -1 }, title), h('p', { class: 'lead' }, lead), await form((task) => start(context, task, show)),
    panel('On this node', h('p', { class: 'quiet' }, 'One job runs at a time; what came of the last ones is kept in memory.'), list)];
}

function userField(context) {
  const input = h('input', { type: 'text', name: 'user', autocomplete: 'off', spellcheck: 'false', maxlength: 512 });
  input.value = context.parameters.get('user') ?? '';
  return input;
}

export function verify(context) {
  return jobs(context, ['check'], 'Verify',
    'Compares a table with the streams: what devices are told with what the application sees. It changes no row; '
    + 'writes of the application that still wait are brought into the streams first.',
    async (run) => {
      const { tables } = await get('overview');
      const select = h('select', { name: 'table' }, tables.map((each) => h('option', { value: each.name }, each.name)));
      const user = userField(context);
      const percent = h('input', { type: 'number', name: 'percent', min: 1, max: 100, value: 100 });
      return h('form', { class: 'bar', onsubmit: (event) => {
        event.preventDefault();
        run({ kind: 'check', table: select.value, user: user.value, percent: Number(percent.value) });
      } }, field('Table', select), field('User', user, 'empty for all'), field('Percent of the rows', percent, 'others with each run'),
      h('button', { class: 'primary' }, 'Verify'));
    });
}

export function compaction(context) {
  return jobs(context, ['preview', 'compact'], 'Compaction',
    'Removes entries of a stream that later ones repeat, and deleted rows that have expired. Finding the garbage removes nothing.',
    async (run) => {
      const user = userField(context);
      user.required = true;
      const compact = h('button', { type: 'button', class: 'danger', onclick: async () => {
        if (form.reportValidity() && await confirmed('Compact the stream?', ['User: ' + user.value,
          'Entries older than oversync.retention.changes that every device has, or that belong to devices that were away for too long, '
          + 'are removed for good where later entries say the same. Deleted rows whose tombstones have expired '
          + '(oversync.retention.tombstones) go altogether.'], 'Compact')) {
          run({ kind: 'compact', user: user.value });
        }
      } }, 'Compact');
      const form = h('form', { class: 'bar', onsubmit: (event) => {
        event.preventDefault();
        run({ kind: 'preview', user: user.value });
      } }, field('User', user), h('button', { class: 'primary' }, 'Find garbage'), compact);
      return form;
    });
}
