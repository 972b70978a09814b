// Sallyport's client against Prism's mock of the server: replies that nobody at this project has written.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { make_cert, temporary_folder } from './make_cert.mjs';
import { required, run } from './processes.mjs';
import { start_mock } from './run_prism.mjs';
import { start_terminator } from './tls_terminator.mjs';

const logins_max = 1000;
const probe_limit = 600000;
const limit = { timeout: probe_limit + 30000 };
const ends = [];
let probe, cert, mock, names;

before(async () => {
  probe = required('SALLYPORT_PROBE');
  cert = make_cert(temporary_folder());
  mock = await start_mock();
  ends.push(mock.stop);
  const list = await run(probe, ['--list-outcomes'], { limit: 10000 });
  assert.equal(list.code, 0, list.stderr);
  names = new Set(list.stdout.split('\n').map((line) => line.trim()).filter(Boolean));
  assert.notEqual(names.size, 0);
}, limit);
after(async () => { for (const end of ends.reverse()) await end(); }, limit);

// Logs in `count` times at a mock that is told its preference, and returns the lines that the probe has printed.
async function log_in(count, ...headers) {
  const front = await start_terminator({ cert: cert.cert, key: cert.key, upstream: mock.url, headers });
  ends.push(front.stop);
  const args = ['--url', front.url, '--ca', cert.ca, '--count', String(count)];
  const { code, signal, stdout, stderr } = await run(probe, args, { limit: probe_limit });
  assert.deepEqual({ code, signal }, { code: 0, signal: null }, stderr);
  assert.ok(front.requests >= count, `${front.requests} requests for ${count} logins`);
  return stdout.split('\n').filter(Boolean).map((line) => {
    const { outcome, error } = JSON.parse(line);
    return { outcome, error };
  });
}

test('the example of the description is a login that succeeds', limit, async () => {
  assert.deepEqual(await log_in(1), [{ outcome: 'succeeded', error: null }]);
});

test('each of 1,000 made-up replies ends in exactly one outcome or error that has a name', limit, async (t) => {
  const lines = await log_in(logins_max, 'Prefer: dynamic=true');
  assert.equal(lines.length, logins_max);
  const histogram = {};
  for (const line of lines) {
    const given = [line.outcome, line.error].filter(Boolean);
    assert.equal(given.length, 1, JSON.stringify(line));
    assert.ok(names.has(given[0]), `${given[0]} is not in the list of the probe`);
    histogram[given[0]] = (histogram[given[0]] ?? 0) + 1;
  }
  for (const [name, count] of Object.entries(histogram).sort(([, a], [, b]) => b - a)) t.diagnostic(`${count} ${name}`);
});

test('a server that takes no requests is unavailable', limit, async () => {
  assert.deepEqual(await log_in(1, 'Prefer: code=503'), [{ outcome: 'unavailable', error: null }]);
});
