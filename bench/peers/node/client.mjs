// Node's undici as a client: one Pool that keeps a connection for each login, and `request`, which its authors call the
// fastest of its calls.
//   node client.mjs --port N --ca FILE --connections N --logins N --warm-up N
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Pool } from 'undici';

const names = ['port', 'ca', 'connections', 'logins', 'warm-up'];
const { values } = parseArgs({ options: Object.fromEntries(names.map((name) => [name, { type: 'string' }])) });
const connections = Number(values.connections ?? 64);
const warmUp = Number(values['warm-up'] ?? 0);
const logins = Number(values.logins ?? 1);
const pool = new Pool(`https://127.0.0.1:${values.port}`, {
  connections,
  pipelining: 1,
  connect: { ca: readFileSync(values.ca), minVersion: 'TLSv1.3' },
});
const deviceInfo =
  'Mozilla/5.0 (X11; Linux x86_64) bench/1.0; device 6f9619ff-8b86-d011-b42d-00cf4fc964ff; 1920x1080; Europe/Berlin';
const headers = {
  'User-Agent': 'bench',
  Accept: 'application/json',
  'Content-Type': 'application/json',
  'X-Client-Id': 'bench',
  'X-Client-Secret': '0123456789abcdef0123456789abcdef',
};

async function post(path, body, want) {
  const reply = await pool.request({ method: 'POST', path, headers, body: JSON.stringify(body) });
  const said = await reply.body.json();
  if (reply.statusCode !== 200 || said.content.status !== want) throw new Error(JSON.stringify(said));
  return said.content.challengeId;
}

const type = 'robinhood';
const authFlowStep = 'mfaFlow';
let done = 0;
let before;
let since;

async function run(number) {
  const user = `user-${number}`;
  const path = `/api/v1/authenticate?userId=${user}`;
  for (;;) {
    const first = { type, username: user, password: 'correct horse battery staple', deviceInfo, authFlowStep: 'loginPassword' };
    let challengeId = await post(path, first, 'challengeIssued');
    const second = { type, challengeId, challengeCode: '123456', mfaType: 'phone', deviceInfo, authFlowStep };
    challengeId = await post(path, second, 'mfaRequired');
    await post(path, { type, challengeId, mfaCode: '654321', mfaType: 'totp', deviceInfo, authFlowStep }, 'succeeded');
    done += 1;
    if (done === warmUp + 1) {
      before = process.cpuUsage();
      since = performance.now();
    } else if (done === warmUp + logins + 1) {
      const used = process.cpuUsage(before);
      const wall = (performance.now() - since) * 1000;
      console.log(JSON.stringify({ units: logins * 3, cpu_us: used.user + used.system, wall_us: Math.round(wall) }));
      process.exit(0);
    }
  }
}

for (let number = 0; number < connections; number += 1) run(number);
