// Starts Prism, an independent implementation that reads the API description: as a mock of the server, or as a proxy
// that judges what a server replies. Releases after the pinned one want Node 24.
//
// What Prism cannot see: it takes application/problem+json and application/json for the same type, it replaces a reply
// of status 501 by one of its own, and it judges nothing by a schema that it cannot compile, such as one that is
// nullable and has no type. The harness's own test watches for the last.

import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { free_port, listens, required, start, stop, wait_for } from './processes.mjs';

/// The description that both sides are held to.
export const description = fileURLToPath(new URL('../../docs/openapi/sallyport.json', import.meta.url));

/// Prism answers by itself, from the description alone.
export const start_mock = () => start_prism(['mock', description]);

/// Prism forwards to a server of this machine and marks what breaks the description; `ca` is a file.
export function start_proxy(upstream, ca) {
  if (new URL(upstream).hostname !== '127.0.0.1') throw new Error(`${upstream} is not on this machine.`);
  return start_prism(['proxy', description, upstream, '--validate-request=true'], { NODE_EXTRA_CA_CERTS: ca });
}

async function start_prism([command, ...args], env = {}) {
  const script = path.join(required('INTEROP_CACHE'), 'node_modules/@stoplight/prism-cli/dist/index.js');
  // Another program may take the port between its choice and its use.
  for (let attempts_left = 3; ; --attempts_left) {
    const port = await free_port();
    // Prism's own log is slow and would show the requests, so that only errors are printed.
    const options = ['--port', port, '--host', '127.0.0.1', '--multiprocess=false', '--cors=false', '--errors=false',
      '--verboseLevel', 'error'];
    const child = start(process.execPath, [script, command, ...args, ...options], env);
    try {
      await wait_for(child, 'Prism', () => listens(port));
      return { port, url: `http://127.0.0.1:${port}`, output: child.output, stop: () => stop(child) };
    } catch (error) {
      await stop(child);
      if (attempts_left <= 1 || !child.output().includes('EADDRINUSE')) throw error;
    }
  }
}
