// A throw-away authority and a certificate of it for this machine, both good for one day.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/// Writes the files into a folder and returns their names: {ca, cert, key}.
export function make_cert(folder) {
  const file = (name) => path.join(folder, name);
  const openssl = (...args) => execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  const new_key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  writeFileSync(file('leaf.ext'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=critical,CA:FALSE\n' +
    'keyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth\n');
  openssl('req', '-x509', ...new_key, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '1', '-subj', '/CN=interop ca',
    '-addext', 'keyUsage=critical,keyCertSign');
  openssl('req', ...new_key, '-keyout', 'leaf.key', '-out', 'leaf.csr', '-subj', '/CN=localhost');
  openssl('x509', '-req', '-in', 'leaf.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '1',
    '-extfile', 'leaf.ext', '-out', 'leaf.pem');
  return { ca: file('ca.pem'), cert: file('leaf.pem'), key: file('leaf.key') };
}

/// A folder for the files of one test, which is gone at the end.
export function temporary_folder() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'sallyport-interop-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(JSON.stringify(make_cert(path.resolve(process.argv[2] ?? '.'))));
}
