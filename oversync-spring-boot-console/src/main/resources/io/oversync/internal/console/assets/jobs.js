import { get, post } from './api.js';
import { ago, announce, badge, code, confirmed, facts, field, given, h, key, link, number, panel, plural, table } from './dom.js';

const EVERY = 500;

const NAMES = { check: 'Verify', rematerialize: 'Retry all', preview: 'Find garbage', compact: 'Compact' };

const STATES = { RUNNING: ['running', 'warn'], DONE: ['done', 'good'], FAILED: ['failed', 'bad'] };

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
    let job = await post('job', task);
    announce(NAMES[task.kind] + ' is running.');
    while (job.state === 'RUNNING' && context.isShown()) {
      show(job);
      await new Promise((resolve) => setTimeout(resolve, EVERY));
      job = (await get('jobs')).find((each) => each.number === job.number) ?? job;
    }
    if (context.isShown()) {
      show(job);
      announce(NAMES[task.kind] + ': ' + summary(job), isGood(job) ? 'good' : 'bad');
    }
  } catch (error) {
    announce(error.message, 'bad');
  }
}

function isGood(job) {
  return job.state === 'DONE' && !job.result.differing && !(job.task.kind === 'rematerialize' && job.result.failed);
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
      return result.differing ? plural(result.differing, 'row') + ' differ' + (result.differing === 1 ? 's' : '')
        : 'no row differs among ' + number(result.rows);
    case 'rematerialize':
      return number(result.written) + ' written, ' + number(result.failed) + ' refused again';
    case 'preview':
      return found(result);
    default:
      return found(result) + '; ' + number(result.removed) + ' removed (' + OUTCOMES[result.outcome] + ')';
  }
}

function found(result) {
  return number(result.garbage) + ' of ' + plural(result.entries, 'entry', 'entries') + ' up to position ' + number(result.horizon)
    + (result.garbage === 1 ? ' is garbage' : ' are garbage');
}

export function jobView(job) {
  const [state, kind] = STATES[job.state];
  return h('article', { class: 'job' },
    h('h3', {}, NAMES[job.task.kind] + ' ', badge(state, kind)),
    h('p', { class: 'quiet' }, [
      job.task.table && code(job.task.table), ' ',
      job.task.user ? ['user ', given(job.task.user)] : job.task.table && 'all users',
      job.task.kind === 'check' && job.task.percent < 100 && ', about ' + job.task.percent + ' % of the rows',
      ' · started ', ago(job.startedAt), ' by ', given(job.operator)]),
    job.state === 'FAILED' && h('p', { class: 'notice bad' }, job.error ?? 'See the log.'),
    job.result && h('p', {}, summary(job)),
    job.result && job.task.kind === 'check' && differences(job));
}

function differences(job) {
  return [
    facts([['Users', number(job.result.users)], ['Rows compared', number(job.result.rows)], ['Differ', number(job.result.differing)],
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
  list.replaceChildren(...known.map(jobView));
  const show = (job) => {
    const others = known.filter((each) => each.number !== job.number);
    known.splice(0, known.length, job, ...others);
    list.replaceChildren(...known.map(jobView));
  };
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
    'Removes entries of a stream that later ones repeat. Devices do not notice. Finding the garbage removes nothing.',
    async (run) => {
      const user = userField(context);
      user.required = true;
      const compact = h('button', { type: 'button', class: 'danger', onclick: async () => {
        if (form.reportValidity() && await confirmed('Compact the stream?', ['User: ' + user.value,
          'Entries older than oversync.retention.changes that every device has, or that belong to devices that were away for too long, '
          + 'are removed for good where later entries say the same.'], 'Compact')) {
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
