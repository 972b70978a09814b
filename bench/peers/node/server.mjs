// Node's https as a server: reads the JSON, keeps a session for each user, checks the codes, draws a challenge id,
// writes the JSON.
//   node server.mjs --port N --certificate FILE --key FILE
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { parseArgs } from 'node:util';

const names = ['port', 'certificate', 'key'];
const { values } = parseArgs({ options: Object.fromEntries(names.map((name) => [name, { type: 'string' }])) });
const sessions = new Map();

function same(left, right) {
  if (typeof left !== 'string' || left.length !== right.length) return false;
  return timingSafeEqual(Buffer.from(left), Buffer.from(right));
}

function judge(user, asked) {
  const now = Date.now();
  const at = sessions.get(user);
  const inside = at && asked.challengeId === at.challengeId && now < at.until;
  const challengeId = randomBytes(16).toString('hex');
  if (same(asked.password, 'correct horse battery staple')) {
    sessions.set(user, { challengeId, door: 1, until: now + 120e3 });
    return {
      status: 'challengeIssued', mfaType: 'phone', authFlowStep: 'mfaFlow', challengeId,
      challengeText: 'We sent a code of six digits to the phone number that ends in 42. Enter it here, or ask for another way to confirm that it is you.',
      challengeExpiresInSeconds: 120,
    };
  }
  if (inside && at.door === 1 && same(asked.challengeCode, '123456')) {
    sessions.set(user, { challengeId, door: 2, until: now + 600e3 });
    return {
      status: 'mfaRequired', mfaType: 'totp', authFlowStep: 'mfaFlow', challengeId,
      challengeText: 'Open your authenticator and enter the six digits that it shows for this account. They change every thirty seconds.',
      challengeExpiresInSeconds: 600,
    };
  }
  if (inside && at.door === 2 && same(asked.mfaCode, '654321')) {
    sessions.delete(user);
    const account = { accountId: '8031-4477', accountName: 'Main' };
    const given = { account, accessToken: 'mfT2wVbYq8hLr0sXkPzD5uNcJ7eGaHi1', refreshToken: 'Zr9KpL3xWc6VbN8mQs2DfGhJ5tYu1oEa' };
    return { status: 'succeeded', expiresInSeconds: 7200, accountTokens: [given] };
  }
  return { status: 'failed' };
}

function answer(request, reply, body) {
  const { headers } = request;
  const query = request.url.indexOf('?userId=');
  if (!same(headers['x-client-id'], 'bench') || !same(headers['x-client-secret'], '0123456789abcdef0123456789abcdef') || query < 0) {
    reply.writeHead(401).end();
    return;
  }
  const content = judge(decodeURIComponent(request.url.slice(query + 8)), JSON.parse(body));
  const text = JSON.stringify({ content, status: 'ok', message: '', errorType: '' });
  reply.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', 'Content-Length': Buffer.byteLength(text) });
  reply.end(text);
}

const options = { cert: readFileSync(values.certificate), key: readFileSync(values.key), minVersion: 'TLSv1.3', keepAliveTimeout: 75e3 };
createServer(options, (request, reply) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => answer(request, reply, chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)));
}).listen(Number(values.port), '127.0.0.1');
