// Node's fetch, and its node:https where a request waits to be told to go on; clients.py says what it is told and answers.
// NODE_EXTRA_CA_CERTS=CA node client.mjs URL

import https from 'node:https';
import { createInterface } from 'node:readline';

const url = process.argv[2];
const decoded = (text) => (text === '-' ? Buffer.alloc(0) : Buffer.from(text, 'base64'));
const encoded = (text) => Buffer.from(text).toString('base64') || '-';
const lines_of = (headers) => headers.map(([name, value]) => `${name}: ${value}\n`).join('');

async function fetched(method, target, chunked, headers, body) {
  const sent = chunked ? new Blob([body]).stream() : body.length > 0 ? body : undefined;
  const reply = await fetch(url + target, { method, headers, body: sent, duplex: 'half', signal: AbortSignal.timeout(20000) });
  return [reply.status, lines_of([...reply.headers]), Buffer.from(await reply.arrayBuffer())];
}

const told_to_go_on = (method, target, headers, body) => new Promise((resolve, reject) => {
  const options = { method, headers: { ...headers, 'Content-Length': body.length, Expect: '100-continue' }, timeout: 20000 };
  const request = https.request(url + target, options, async (reply) => {
    const parts = [];
    for await (const part of reply) parts.push(part);
    resolve([reply.statusCode, lines_of(Object.entries(reply.headers)), Buffer.concat(parts)]);
  });
  request.on('continue', () => request.end(body)).on('timeout', () => request.destroy(new Error('timed out')));
  request.on('error', reject).flushHeaders();
});

for await (const line of createInterface({ input: process.stdin })) {
  const [method, target, way, header_lines, text] = line.split(' ');
  const body = decoded(text);
  const headers = Object.fromEntries(decoded(header_lines).toString().split('\n').filter(Boolean).map((header) => header.split(': ')));
  try {
    const said = way === 'expect' ? told_to_go_on(method, target, headers, body)
      : fetched(method, target, way === 'chunked', headers, body);
    const [status, reply_headers, reply] = await said;
    console.log(`${status} ${encoded(reply_headers)} ${encoded(reply)}`);
  } catch (error) {
    console.log(`failed ${encoded(String(error.cause ?? error))}`);
  }
}
