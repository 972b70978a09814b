// The harness against servers that are known to be right or wrong: what it cannot catch here, it would not catch there.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import https from 'node:https';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { client_headers, https_call, messages_of, violations_of } from './calls.mjs';
import { make_cert, temporary_folder } from './make_cert.mjs';
import { description, start_mock, start_proxy } from './run_prism.mjs';
import { start_terminator } from './tls_terminator.mjs';

const limit = { timeout: 240000 };
const api = JSON.parse(readFileSync(description));
const folder = temporary_folder();
const violations = path.join(folder, 'violations');
const ends = [];
let cert, server, front, call;

// A server that replies whatever the test wants, and keeps the request that it saw last.
async function start_fake() {
  const fake = { connections: 0 };
  const files = { cert: readFileSync(cert.cert), key: readFileSync(cert.key) };
  const listener = https.createServer(files, async (request, reply) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    fake.seen = { method: request.method, url: request.url, headers: request.headers, body };
    reply.writeHead(fake.status, fake.type ? { 'Content-Type': fake.type } : {}).end(fake.body);
  });
  listener.on('secureConnection', () => ++fake.connections);
  await new Promise((resolve) => listener.listen(0, '127.0.0.1', resolve));
  fake.url = `https://127.0.0.1:${listener.address().port}`;
  fake.stop = () => { listener.closeAllConnections(); listener.close(); };
  ends.push(fake.stop);
  return fake;
}

async function start_front(options) {
  const started = await start_terminator({ cert: cert.cert, key: cert.key, ...options });
  ends.push(started.stop);
  return started;
}

before(async () => {
  cert = make_cert(folder);
  call = https_call(cert.ca);
  server = await start_fake();
  const prism = await start_proxy(server.url, cert.ca);
  ends.push(prism.stop);
  front = await start_front({ upstream: prism.url, violations });
}, limit);
after(async () => { for (const end of ends.reverse()) await end(); call?.close(); }, limit);

const resolve = (node) => (node.$ref ? node.$ref.split('/').slice(1).reduce((at, key) => at[key], api) : node);
const authenticate = { method: 'POST', target: '/api/v1/authenticate?userId=u', body: { type: 'robinhood' } };

// A right request for each operation, and each reply that is documented for it.
const bodies_of = ({ example, examples }) => (examples ? Object.values(examples).map(({ value }) => value) : [example]);
const replies_of = (status, response) => Object.entries(resolve(response).content).flatMap(([type, content]) =>
  bodies_of(content).map((body) => ({ status: Number(status), type, body })));
const read = (route, method, operation) => ({
  name: operation.operationId,
  request: {
    method: method.toUpperCase(),
    target: route.replace('{brokerType}', 'robinhood') + (operation.parameters ? '?userId=u' : ''),
    body: operation.requestBody?.content['application/json'].example,
  },
  replies: Object.entries(operation.responses).flatMap(([status, response]) => replies_of(status, response)),
});
const operations = Object.entries(api.paths).flatMap(([route, methods]) =>
  Object.entries(methods).map(([method, operation]) => read(route, method, operation)));

// What the harness writes down when the server gives this reply to this request.
async function judge(request, reply) {
  Object.assign(server, reply, { body: typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body) });
  const earlier = violations_of(violations).length;
  const answer = await call(front.url, request);
  return { answer, marks: violations_of(violations).slice(earlier) };
}
const okay = (body) => ({ status: 200, type: 'application/json', body });

for (const { name, request, replies } of operations) {
  test(`${name}: each documented reply passes, and none passes when it is bent`, limit, async () => {
    assert.equal(new Set(replies.map(({ status }) => status)).size, 10);
    for (const reply of replies) {
      const { marks, answer } = await judge(request, reply);
      assert.deepEqual(marks, [], `${reply.status} ${reply.type}`);
      assert.equal(answer.status, reply.status);
      assert.deepEqual(answer.json, reply.body);
      // Problems may have members of their own, so that another fault is needed there.
      const bent = 'title' in reply.body ? { ...reply.body, status: 'four hundred' } : { ...reply.body, surplus: 1 };
      const found = (await judge(request, { ...reply, body: bent })).marks;
      assert.notDeepEqual(found, [], `bent ${reply.status} ${reply.type}`);
    }
  });
}

test('null is right wherever the description says so', limit, async () => {
  const { properties } = api.components.schemas.AuthResponse;
  const names = Object.keys(properties).filter((name) => name !== 'status');
  const content = { status: 'failed', ...Object.fromEntries(names.map((name) => [name, null])) };
  const nothing = { message: null, displayMessage: null, errorHash: null, errorType: null, errorData: null };
  const empty = { status: 'ok', ...nothing };
  assert.deepEqual((await judge(authenticate, okay({ ...empty, content }))).marks, []);
  assert.deepEqual((await judge(authenticate, okay({ ...empty, content: null }))).marks, []);
  assert.notDeepEqual((await judge(authenticate, okay({ ...empty, content: { status: null } }))).marks, []);
});

test('a fault deep inside a reply is marked with its place', limit, async () => {
  const account = (value) => ({ accountTokens: [{ account: value }] });
  const cases = [
    [{ status: 'brandNew' }, 'status'],
    [{ mfaType: 'brandNew' }, 'mfaType'],
    [{ authFlowStep: 'mfaflow' }, 'authFlowStep'],
    [{ challengeExpiresInSeconds: 2 ** 31 }, 'challengeExpiresInSeconds'],
    [{ challengeExpiresInSeconds: '120' }, 'challengeExpiresInSeconds'],
    [account({ meshAccountId: 'not a uuid' }), 'accountTokens.0.account.meshAccountId'],
    [account({ balances: [{ surplus: 1 }] }), 'accountTokens.0.account.balances.0'],
  ];
  for (const [content, where] of cases) {
    const { marks } = await judge(authenticate, okay({ content, status: 'ok' }));
    assert.notDeepEqual(marks, [], JSON.stringify(content));
    for (const mark of marks) assert.deepEqual([mark.side, mark.where.join('.')], ['response', `body.content.${where}`]);
  }
});

test('a status, a content type or a body that is not documented is marked', limit, async () => {
  const right = { content: { status: 'failed' }, status: 'ok' };
  for (const status of [201, 302, 403, 418, 502]) {
    assert.match(messages_of(await judge(authenticate, { ...okay(right), status })), /status code/, `${status}`);
  }
  for (const type of ['text/plain', 'text/html', undefined]) {
    assert.match(messages_of(await judge(authenticate, { ...okay(right), type })), /media type/, `${type}`);
  }
  assert.match(messages_of(await judge(authenticate, okay('{"content":'))), /^prism: .*invalid json/);
  assert.match(messages_of(await judge({ ...authenticate, text: '{"type":' }, okay(right))), /^prism: invalid_json/);
  assert.deepEqual((await judge(authenticate, { ...okay(right), type: 'application/json; charset=utf-8' })).marks, []);
});

test('a wrong request is marked as the fault of the client', limit, async () => {
  const reply = okay({ content: { status: 'failed' }, status: 'ok' });
  const cases = [
    { ...authenticate, headers: {} },
    { ...authenticate, body: { username: 'Mesh' } },
    { ...authenticate, body: { type: 'robinhood', Username: 'Mesh' } },
    { ...authenticate, body: { type: 'brandNew' } },
    { ...authenticate, target: `/api/v1/authenticate?userId=${'u'.repeat(51)}` },
    { ...authenticate, target: '/api/v1/authenticate' },
    { ...authenticate, target: '/api/v1/nothing' },
    { ...authenticate, method: 'PUT' },
  ];
  for (const request of cases) {
    assert.match(messages_of(await judge(request, reply)), /^request: /, JSON.stringify(request));
  }
});

test('the front changes nothing but what it is told to', limit, async () => {
  const plain = await start_front({ upstream: server.url, upstream_ca: cert.ca, headers: ['Prefer: dynamic=true'] });
  Object.assign(server, { status: 429, type: 'application/json', body: '{ "status" : "tooManyRequest" }' });
  const before = server.connections;
  const [method, target, text] = ['DELETE', '/a%20b?c=%2F&c=2', '{ "é": 1 }'];
  for (const chunked of [false, true]) {
    const headers = { ...client_headers, 'X-Own': 'a, b', ...(chunked && { 'Transfer-Encoding': 'chunked' }) };
    const answer = await call(plain.url, { method, target, text, headers });
    const { 'x-own': own, prefer } = server.seen.headers;
    assert.deepEqual([server.seen.method, server.seen.url, server.seen.body], [method, target, text]);
    assert.deepEqual([own, prefer], ['a, b', 'dynamic=true']);
    assert.deepEqual([answer.status, answer.text], [429, '{ "status" : "tooManyRequest" }']);
  }
  assert.equal(server.connections - before, 1);
  assert.equal(plain.requests, 2);
});

test('the mock gives the example, a made-up reply, or the status that is preferred', limit, async () => {
  const mock = await start_mock();
  ends.push(mock.stop);
  const ask = async (...headers) => call((await start_front({ upstream: mock.url, headers })).url, authenticate);
  assert.equal((await ask()).json.content.status, 'succeeded');
  const made_up = await ask('Prefer: dynamic=true');
  assert.deepEqual([made_up.status, 'errorData' in made_up.json], [200, true]);
  const refused = await ask('Prefer: code=503');
  assert.deepEqual([refused.status, refused.json.status], [503, 'serverFailure']);
});
