// The API behind a stock Node https server, as small as it can be: what scripted_asgi.py says, with Node's own
// keep-alive.
//
// node scripted_api.mjs PORT CERTIFICATE KEY

import { readFileSync } from 'node:fs';
import https from 'node:https';

const [port, cert, key] = process.argv.slice(2);
const polls_left = new Map();
const succeeded = { status: 'succeeded', accountTokens: [{ accessToken: 'a' }] };

function answer(user, request) {
  const challenge = { challengeId: `challenge-of-${user}`, challengeExpiresInSeconds: 300 };
  if (request.username) polls_left.set(user, Number(/\+push\(polls=(\d+)\)/.exec(request.username)?.[1] ?? NaN));
  else if (request.challengeCode === '123456') return succeeded;
  else polls_left.set(user, polls_left.get(user) - 1);
  if (polls_left.get(user) === 0) return succeeded;
  if (polls_left.get(user) > 0) return { status: 'deviceConfirmationRequired', mfaType: 'mobile', ...challenge };
  return { status: 'challengeIssued', mfaType: 'phone', ...challenge };
}

const files = { cert: readFileSync(cert), key: readFileSync(key) };
https.createServer(files, async (request, reply) => {
  let text = '';
  for await (const part of request) text += part;
  const user = new URL(request.url, 'https://localhost').searchParams.get('userId');
  const content = request.method === 'POST' ? answer(user, JSON.parse(text)) : [];
  const body = JSON.stringify({ status: 'ok', message: '', errorType: '', content });
  reply.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }).end(body);
}).listen(Number(port), '127.0.0.1');
