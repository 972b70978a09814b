// Child processes that never outlive the test: whatever is started here is ended here, also when the test breaks off.

import { spawn } from 'node:child_process';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const output_max = 64 * 1024;
const children = new Set();

process.on('exit', () => children.forEach((child) => signal_group(child, 'SIGKILL')));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1));

// Each child leads a group of its own, so that what it starts itself is ended with it.
function signal_group(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/// Starts a program. `output()` is the end of what it has printed, for the message of a failing test.
export function start(program, args, env = {}) {
  const child = spawn(program, args,
    { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let printed = '';
  const keep = (chunk) => (printed = (printed + chunk).slice(-output_max));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  child.output = () => printed;
  child.ended = new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: null, signal: null, error }));
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  if (child.pid) children.add(child);
  child.ended.then(() => children.delete(child));
  return child;
}

/// Ends a program, at first gently. Ending one that has ended already is fine.
export async function stop(child, patience = 2000) {
  if (!child || !children.has(child)) return;
  signal_group(child, 'SIGTERM');
  const timer = setTimeout(() => signal_group(child, 'SIGKILL'), patience);
  await child.ended;
  clearTimeout(timer);
}

/// Runs a program to its end and returns {code, signal, stdout, stderr}. After `limit` milliseconds it is killed.
export async function run(program, args, { env = {}, limit }) {
  const child = start(program, args, env);
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) child[name].setEncoding('utf8').on('data', (chunk) => (text[name] += chunk));
  const timer = setTimeout(() => signal_group(child, 'SIGKILL'), limit);
  const end = await child.ended;
  clearTimeout(timer);
  if (end.error) throw end.error;
  return { ...end, ...text };
}

/// Waits until `ready()` gives something, which it returns. Fails if the child ends before, or the time is up.
export async function wait_for(child, what, ready, limit = 120000) {
  const deadline = Date.now() + limit;
  while (children.has(child)) {
    const found = await ready();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`${what} is not ready after ${limit} ms:\n${child.output()}`);
    await sleep(50);
  }
  throw new Error(`${what} has ended early:\n${child.output()}`);
}

/// A port of 127.0.0.1 that was free a moment ago.
export function free_port() {
  return new Promise((resolve, reject) => {
    const server = net.createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/// Whether something listens at a port of 127.0.0.1.
export function listens(port) {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('connect', () => { socket.destroy(); resolve(true); });
    socket.once('error', () => resolve(false));
  });
}

/// The value of an environment variable that the test cannot do without.
export function required(name) {
  const value = process.env[name];
  if (!value) throw new Error(`The environment variable ${name} is not set.`);
  return value;
}
