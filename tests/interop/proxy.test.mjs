// Sallyport's server under the eyes of Prism, which marks each reply that breaks the description.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { client_headers, https_call, violations_of } from './calls.mjs';
import { make_cert, temporary_folder } from './make_cert.mjs';
import { required, run, start, stop, wait_for } from './processes.mjs';
import { start_proxy } from './run_prism.mjs';
import { start_terminator } from './tls_terminator.mjs';

const scenarios_limit = 600000;
const limit = { timeout: scenarios_limit + 60000 };
const shown_max = 20;
const access_token = 'sandbox-access-robinhood-0-0';
const refresh_token = 'sandbox-refresh-robinhood-0-0';
const folder = temporary_folder();
const violations = path.join(folder, 'violations');
const ends = [];
let cert, front;

before(async () => {
  for (const name of ['SALLYPORT_CLIENT_ID', 'SALLYPORT_CLIENT_SECRET']) required(name);
  const [ca, port] = ['server-ca.pem', 'port'].map((name) => path.join(folder, name));
  const server = start(required('SALLYPORT_BIN'),
    ['serve', '--listen', '127.0.0.1:0', '--self-signed', '--write-ca', ca, '--port-file', port]);
  ends.push(() => stop(server));
  const ready = () => existsSync(ca) && existsSync(port) && Number(readFileSync(port, 'utf8'));
  const chosen = await wait_for(server, 'The server', ready);
  const prism = await start_proxy(`https://127.0.0.1:${chosen}`, ca);
  ends.push(prism.stop);
  cert = make_cert(folder);
  front = await start_terminator({ cert: cert.cert, key: cert.key, upstream: prism.url, violations });
  ends.push(front.stop);
}, limit);
after(async () => { for (const end of ends.reverse()) await end(); }, limit);

const shown = (marks) => [...new Set(marks.map((mark) => JSON.stringify(mark)))].slice(0, shown_max).join('\n');

test('all scenarios together break the description nowhere, neither by a request nor by a reply', limit, async () => {
  const { code, signal, stdout, stderr } = await run(required('SALLYPORT_E2E'), ['--url', front.url, '--ca', cert.ca],
    { limit: scenarios_limit });
  const marks = violations_of(violations);
  assert.equal(marks.length, 0, `${marks.length} violations, the first different ones are\n${shown(marks)}`);
  assert.deepEqual({ code, signal }, { code: 0, signal: null }, (stdout + stderr).slice(-4000));
  assert.notEqual(front.requests, 0, 'The scenarios have sent no request through the front.');
});

// The requests are wrong on purpose, so that only the replies count here.
test('the reply to a wrong request keeps to the description', limit, async () => {
  const call = https_call(cert.ca);
  ends.push(call.close);
  const step = { method: 'POST', target: '/api/v1/authenticate?userId=interop' };
  const cases = [
    [401, { ...step, body: { type: 'robinhood' }, headers: {} }],
    [401, { ...step, body: { type: 'robinhood' }, headers: { ...client_headers, 'X-Client-Secret': 'wrong' } }],
    [401, { target: '/api/v1/authenticationSchemes', headers: {} }],
    [401, { target: '/api/v1/status', headers: {} }],
    [200, { target: '/api/v1/status' }],
    [200, { target: '/api/v1/authenticate/binanceOAuth?userId=interop' }],
    [200, { target: '/api/v1/authenticate/kraken?userId=interop' }],
    [400, { ...step, body: { username: 'Mesh' } }],
    [400, { ...step, body: { type: 'robinhood', mfaCode: 123456 } }],
    [400, { ...step, target: '/api/v1/authenticate', body: { type: 'robinhood' } }],
    [400, { ...step, target: `/api/v1/authenticate?userId=${'u'.repeat(51)}`, body: { type: 'robinhood' } }],
    [400, { method: 'POST', target: '/api/v1/token/refresh', body: { type: 'kraken' } }],
    [400, { method: 'POST', target: '/api/v1/token/refresh', body: { type: 'kraken', refreshToken: 'strange' } }],
    [400, { method: 'POST', target: '/api/v1/token/refresh', body: { type: 'weBull', refreshToken: refresh_token } }],
    [200, { method: 'POST', target: '/api/v1/token/refresh',
      body: { type: 'robinhood', refreshToken: refresh_token, accessToken: access_token } }],
    [400, { method: 'DELETE', target: '/api/v1/account', body: { type: 'kraken' } }],
    [400, { method: 'DELETE', target: '/api/v1/account', body: { type: 'kraken', authToken: access_token } }],
    [200, { method: 'DELETE', target: '/api/v1/account', body: { type: 'robinhood', authToken: access_token } }],
  ];
  for (const [status, request] of cases) {
    const earlier = violations_of(violations).length;
    const reply = await call(front.url, request);
    const marks = violations_of(violations).slice(earlier).filter(({ side }) => side !== 'request');
    assert.equal(reply.status, status, `${JSON.stringify(request)}\n${reply.text}`);
    assert.deepEqual(marks, [], `${JSON.stringify(request)}\n${reply.text}\n${shown(marks)}`);
  }
});
