"""A server of the API that says what a test wants: HTTPS on loop-back, with a throwaway certificate."""

import http.server
import json
import os
import ssl
import subprocess
import threading


class Refusal:
    """A reply with another HTTP status than 200, and headers of its own; it has no envelope."""

    def __init__(self, status, **headers):
        self.status = status
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


class ScriptedApi:
    """Answers each POST and DELETE by `answer(body)`, which gives the content of the reply, a `Refusal`, or a text: the status of
    an envelope without content, or "lost", after which no reply comes. Keeps the bodies in `asked`."""

    def __init__(self, case, answer):
        self.asked = []
        self.answer = answer
        self.ca, key = (os.path.join(case.directory, name) for name in ("scripted.pem", "scripted.key"))
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-keyout", key, "-out", self.ca, "-days", "2", "-subj", "/CN=localhost",
                        "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True)
        api = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                api.asked.append(body)
                answer = api.answer(body)
                if answer == "lost":
                    self.close_connection = True
                    return
                envelope = {"status": "ok", "message": "", "errorType": ""}
                is_refusal = isinstance(answer, Refusal)
                if not is_refusal:
                    envelope.update({"status": answer} if isinstance(answer, str) else {"content": answer})
                text = b"" if is_refusal else json.dumps(envelope).encode()
                self.send_response(answer.status if is_refusal else 200)
                self.send_header("Content-Type", "application/json")
                for header in answer.headers.items() if is_refusal else ():
                    self.send_header(*header)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            do_DELETE = do_POST

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.ca, key)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        case.addCleanup(self.server.server_close)
        case.addCleanup(self.server.shutdown)

    def options(self):
        return "--url", f"https://localhost:{self.server.server_address[1]}", "--ca", self.ca
