// A small HTTPS server before Prism, which speaks no TLS itself. It changes nothing that a client or a server can see,
// but it takes Prism's marks off the replies and writes them down: a client must read what the server said, no more.
//
// node tls_terminator.mjs --cert FILE --key FILE --upstream URL [--upstream-ca FILE] [--violations FILE]
//                         [--header 'Name: value']...
// prints the port that it listens at and runs until it is ended.

import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const mark = 'sl-violations';
const hop_by_hop = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'upgrade']);
const loopback = new Set(['127.0.0.1', 'localhost']);
const record_max = 64 * 1024;

/// Listens at a free port of 127.0.0.1. `requests` counts what was forwarded; `headers` are added to each request.
export async function start_terminator({ cert, key, upstream, upstream_ca, violations, headers = [] }) {
  const target = new URL(upstream);
  if (!loopback.has(target.hostname)) throw new Error(`${upstream} is not on this machine.`);
  const client = target.protocol === 'https:' ? https : http;
  // An idle connection is given up before the server would close it, so that no request meets a closing one.
  const agent = new client.Agent({ keepAlive: true, timeout: 2000, ca: upstream_ca && readFileSync(upstream_ca) });
  const front = { requests: 0 };
  if (violations) writeFileSync(violations, '');
  const record = (request, status, entry) => {
    if (!violations) return;
    const line = { method: request.method, path: request.url.split('?')[0], status, ...entry };
    appendFileSync(violations, JSON.stringify(line).slice(0, record_max) + '\n');
  };

  const server = https.createServer({ cert: readFileSync(cert), key: readFileSync(key) }, (request, reply) => {
    ++front.requests;
    const forward = client.request({
      agent, host: target.hostname, port: target.port, method: request.method, path: request.url,
      headers: [...end_to_end(request.rawHeaders), ...headers.flatMap(split_header)],
    });
    const fail = (error) => {
      record(request, 502, { side: 'harness', message: error.message });
      if (reply.headersSent) reply.destroy();
      else reply.writeHead(502).end();
    };
    forward.on('error', fail);
    forward.on('response', (answer) => {
      for (const entry of marks_of(answer)) record(request, answer.statusCode, entry);
      watch_for_problem(answer, (entry) => record(request, answer.statusCode, entry));
      const kept = end_to_end(answer.rawHeaders, mark, 'transfer-encoding');
      reply.writeHead(answer.statusCode, answer.statusMessage, kept);
      answer.on('error', fail);
      answer.pipe(reply);
    });
    request.pipe(forward);
  });
  server.keepAliveTimeout = 60000;
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));

  front.port = server.address().port;
  front.url = `https://127.0.0.1:${front.port}`;
  front.stop = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    agent.destroy();
    await closed;
  };
  return front;
}

function end_to_end(raw_headers, ...without) {
  const kept = [];
  for (let i = 0; i < raw_headers.length; i += 2) {
    const name = raw_headers[i].toLowerCase();
    if (!hop_by_hop.has(name) && !without.includes(name)) kept.push(raw_headers[i], raw_headers[i + 1]);
  }
  return kept;
}

function split_header(line) {
  const colon = line.indexOf(':');
  if (colon < 1) throw new Error(`"${line}" is not a header.`);
  return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
}

// The header is a JSON array, or a cut one if there are too many for a header.
function marks_of(answer) {
  const value = answer.headers[mark];
  if (value === undefined) return [];
  try {
    return JSON.parse(value).map(({ location: [side, ...where], code, message }) => ({ side, where, code, message }));
  } catch {
    return [{ side: 'response', message: value }];
  }
}

// Prism replies by itself where it cannot forward. The type of such a problem is an address of Prism or the name of an
// exception; a body that Prism cannot read gets another form still.
const type_of_prism = /^https:\/\/stoplight\.io\/prism\/errors#|^\w*Error$/;
function watch_for_problem(answer, found) {
  if (answer.statusCode < 400) return;
  let text = '';
  answer.on('data', (chunk) => { if (text.length < record_max) text += chunk; });
  answer.on('end', () => {
    let reply;
    try { reply = JSON.parse(text); } catch { return; }
    const { type, title, detail, error } = reply ?? {};
    if (type_of_prism.test(type)) found({ side: 'prism', message: `${title} ${detail}` });
    if (error?.code) found({ side: 'prism', message: `${error.code} ${error.message}` });
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = { type: 'string' };
  const { values } = parseArgs({ options: {
    cert: text, key: text, upstream: text, 'upstream-ca': text, violations: text,
    header: { type: 'string', multiple: true },
  } });
  const { 'upstream-ca': upstream_ca, header: headers, ...rest } = values;
  console.log((await start_terminator({ ...rest, upstream_ca, headers })).port);
}
