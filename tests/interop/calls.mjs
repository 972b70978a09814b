// Calls of the API from the harness itself, and what the front has written down about them.

import { readFileSync } from 'node:fs';
import https from 'node:https';

/// The headers of a client that the server knows.
export const client_headers = {
  'X-Client-Id': process.env.SALLYPORT_CLIENT_ID ?? '',
  'X-Client-Secret': process.env.SALLYPORT_CLIENT_SECRET ?? '',
};

/// Makes a function that sends one request on kept connections and returns {status, headers, text, json}.
export function https_call(ca) {
  const agent = new https.Agent({ keepAlive: true, timeout: 2000, ca: readFileSync(ca) });
  const call = (url, { method = 'GET', target, body, text = body && JSON.stringify(body), headers = client_headers }) =>
    new Promise((resolve, reject) => {
      const of_body = {};
      if (text !== undefined) of_body['Content-Type'] = 'application/json';
      if (text !== undefined && !headers['Transfer-Encoding']) of_body['Content-Length'] = Buffer.byteLength(text);
      const request = https.request(url + target, { method, agent, headers: { ...of_body, ...headers } }, (answer) => {
        let received = '';
        answer.setEncoding('utf8').on('data', (chunk) => (received += chunk)).on('error', reject).on('end', () => {
          const reply = { status: answer.statusCode, headers: answer.headers, text: received };
          try { reply.json = JSON.parse(received); } catch { reply.json = undefined; }
          resolve(reply);
        });
      });
      request.on('error', reject).end(text);
    });
  call.close = () => agent.destroy();
  return call;
}

/// The lines of a violations file.
export const violations_of = (file) =>
  readFileSync(file, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));

/// The marks of one reply, as one text.
export const messages_of = ({ marks }) => marks.map(({ side, message }) => `${side}: ${message}`).join('\n');
