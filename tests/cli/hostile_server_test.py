"""A server that puts into every text what drives a terminal, and what of it comes out of the executable."""

import http.server
import json
import os
import pty
import re
import select
import ssl
import subprocess
import threading
import time
import unicodedata

import harness
from harness import IDENTITY, PROGRAM, Case, environment, needs

# Each of these does something to a terminal, or shows what is not there: a title, the clipboard, a link, a cleared
# screen, a line drawn over another, colours, the C1 controls, erasing, directions, zero width, separators, tags.
EVIL = ("\x1b]0;OWNED\x07\x1b]52;c;cm0=\x07\x1b]8;;http://evil.example/\x07\x1b[2J\x1b[31mPWN\x1b[0m\x1b[1A\rover\n\nunder"
        "\x9b35m\x90x\x9c\x08\x7f\u202edlrow\u202c\u2066i\u2069\u200bz\u200d\ufeff\u2028l\u2029\U000e0041\U000e007f\u00ad"
        "\ufe0f")
# The sequences of the program's own: its colours, and that which erases its live line.
OURS = re.compile("\x1b\\[(?:0|1|2|31|32|33|36|38;5;16;48;5;231|48;5;16|48;5;231)m|\r?\x1b\\[2K")
INVISIBLE = {"\ufe0f", "\u3164", "\u115f"}
SEEN = re.compile("OWNED|PWN")


def is_a_trick(character):
    return (unicodedata.category(character) in ("Cc", "Cf", "Cs", "Cn", "Zl", "Zp") and character != "\n"
            or character in INVISIBLE)


def envelope(content=None, status="ok", **more):
    return json.dumps({"status": status, "message": "", "errorType": "", **more,
                       **({} if content is None else {"content": content})}).encode()


class Server:
    """Speaks the API over TLS; `replies` says what to each path, as a list of which the last one stays."""

    def __init__(self, case, replies):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-keyout", case.path("key.pem"), "-out", case.path("ca.pem"), "-subj", "/CN=localhost",
                        "-addext", "subjectAltName=DNS:localhost", "-days", "2"],
                       capture_output=True, timeout=harness.PATIENCE, check=True)
        self.replies = replies

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(handler):
                handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
                body = self.reply_to(handler.path.split("?")[0])
                handler.send_response(200)
                handler.send_header("Content-Type", "application/json")
                handler.send_header("Content-Length", str(len(body)))
                handler.end_headers()
                handler.wfile.write(body)

            do_GET = do_POST = do_DELETE = answer

            def log_message(self, *_):
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(case.path("ca.pem"), case.path("key.pem"))
        self.http.socket = context.wrap_socket(self.http.socket, server_side=True)
        threading.Thread(target=self.http.serve_forever, daemon=True).start()
        case.addCleanup(self.http.server_close)
        case.addCleanup(self.http.shutdown)
        self.options = ["--url", f"https://localhost:{self.http.server_port}", "--ca", case.path("ca.pem")]

    def reply_to(self, path):
        for suffix, replies in self.replies.items():
            if path.endswith(suffix):
                return replies.pop(0) if len(replies) > 1 else replies[0]
        return envelope([])


class Terminal:
    """A pseudo-terminal on which the program runs; what it writes there is kept byte by byte."""

    def __init__(self, case, *arguments, env):
        self.seen = b""
        child, self.descriptor = pty.fork()
        if child == 0:
            os.chdir(case.directory)
            os.execve(PROGRAM, [PROGRAM, *arguments], {"XDG_STATE_HOME": case.path("state"), **env})
        self.child = child
        case.addCleanup(os.close, self.descriptor)

    def read(self):
        """False where the program has ended."""
        if not select.select([self.descriptor], [], [], 0.1)[0]:
            return True
        try:
            data = os.read(self.descriptor, 65536)
        except OSError:
            return False
        self.seen += data
        return bool(data)

    def expect(self, wanted):
        end = time.monotonic() + harness.PATIENCE
        while wanted.encode() not in self.seen:
            if time.monotonic() > end or not self.read():
                raise AssertionError(f"{wanted!r} did not come: {self.seen!r}")

    def type(self, line):
        os.write(self.descriptor, line.encode() + b"\r")

    def finish(self):
        """Reads to the end; gives the exit code."""
        end = time.monotonic() + harness.PATIENCE
        while self.read():
            if time.monotonic() > end:
                os.kill(self.child, 9)
        return os.waitstatus_to_exitcode(os.waitpid(self.child, 0)[1])


@needs("openssl")
class HostileServerTest(Case):
    def setUp(self):
        super().setUp()
        self.environment = environment(**IDENTITY)

    def assert_harmless(self, written):
        """What was written drives no terminal and says what it seems to say."""
        text = (written if isinstance(written, bytes) else written.encode()).decode("utf-8")  # Else it is no UTF-8.
        bare = OURS.sub("", text).replace("\r\n", "\n")
        tricks = sorted({f"U+{ord(character):04X}" for character in bare if is_a_trick(character)})
        self.assertEqual(tricks, [], bare)
        # A colour of ours before a word of the server's would be one that the server chose.
        self.assertIsNone(re.search("\x1b\\[31mPWN", text))

    def schemes(self):
        fields = [{"name": "Username", "description": "User " + EVIL}, {"name": "Password", "description": EVIL}]
        code = {"authResponse": {"status": "challengeIssued", "mfaType": "phone"},
                "fields": [{"name": "ChallengeCode", "description": "Code " + EVIL}]}
        odd = {"authResponse": {"status": EVIL, "mfaType": EVIL, "authFlowStep": EVIL},
               "fields": [{"name": EVIL, "description": EVIL}]}
        scheme = {"authenticationSchemeType": "usernamePassword", "mfaSchemes": [EVIL, "phone"],
                  "instructionsUrl": "https://x/" + EVIL, "trueAuthAuthentication": {"loginUrl": EVIL},
                  "initialAuthenticationModel": {"fields": fields}, "authenticationSteps": [code, odd]}
        return envelope([{**scheme, "brokerType": "robinhood"}, {**scheme, "brokerType": EVIL},
                         {**scheme, "brokerType": "kraken", "authenticationSchemeType": EVIL}])

    def door(self):
        return envelope({"status": "challengeIssued", "mfaType": "phone", "challengeId": EVIL, "challengeText": EVIL,
                         "email": EVIL, "allocatedIPAddress": EVIL, "qrCode": EVIL, "qrCodeLink": "https://x/" + EVIL,
                         "qrCodeLinkIOS": EVIL, "challengeExpiresInSeconds": 60})

    def succeeded(self):
        token = {"account": {"accountId": EVIL, "accountName": EVIL}, "accessToken": EVIL,
                 "refreshToken": "\u00e9" + EVIL}
        return envelope({"status": "succeeded", "accountTokens": [token]})

    def refused(self):
        return envelope({"status": "failed", "errorMessage": EVIL}, message=EVIL, displayMessage=EVIL, errorType=EVIL,
                        errorHash=EVIL)

    def log_in(self, *last, options=()):
        """Logs in at a terminal, with one door before what is last."""
        server = Server(self, {"authenticationSchemes": [self.schemes()], "authenticate": [self.door(), *last]})
        screen = Terminal(self, "login", "--broker", "robinhood", "--user-id", "u1", "--username", "Mesh",
                          "--no-ledger", *server.options, *options, env=self.environment)
        screen.expect("OWNED")
        screen.type("Pass123")
        screen.expect("or type")
        screen.expect(" left): ")
        screen.type("123456")
        return screen

    def test_a_login_on_a_terminal_is_not_driven(self):
        for options in ((), ("--show-tokens",)):
            screen = self.log_in(self.succeeded(), options=options)
            self.assertEqual(screen.finish(), 0, screen.seen)
            self.assertGreater(len(SEEN.findall(screen.seen.decode())), 5)
            self.assert_harmless(screen.seen)

    def test_the_words_of_a_refusal_do_not_drive_it(self):
        for last, code in ((self.refused(), 10), (envelope({"status": "strange" + EVIL}), 19),
                           (envelope(status=EVIL, message=EVIL, displayMessage=EVIL, errorType=EVIL), 20)):
            screen = self.log_in(last)
            self.assertEqual(screen.finish(), code, screen.seen)
            self.assert_harmless(screen.seen)

    def test_lists_of_a_server_do_not_drive_it(self):
        health = envelope([{"type": "robinhood", "name": EVIL, "isUp": False, "description": EVIL},
                           {"type": EVIL, "name": EVIL, "isUp": True, "description": EVIL, "downTimeStart": EVIL}])
        for status in (health, envelope(status=EVIL)):
            for schemes in (self.schemes(), envelope(status=EVIL)):
                server = Server(self, {"authenticationSchemes": [schemes], "status": [status]})
                for command in (["status"], ["status", "--json"], ["schemes"], ["schemes", "--json"],
                                ["schemes", "--broker", "robinhood"], ["schemes", "--broker", "kraken"]):
                    with self.subTest(command=command):
                        screen = Terminal(self, *command, *server.options, env=self.environment)
                        screen.finish()
                        self.assertGreater(len(screen.seen), 0)
                        self.assert_harmless(screen.seen)

    def test_a_server_without_schemes_does_not_drive_it(self):
        server = Server(self, {"authenticationSchemes": [envelope(status=EVIL)], "authenticate": [self.refused()]})
        screen = Terminal(self, "login", "--broker", "robinhood", "--user-id", "u1", "--username", "Mesh",
                          "--no-ledger", *server.options, env=self.environment)
        screen.expect("Password: ")
        screen.type("Pass123")
        self.assertEqual(screen.finish(), 10)
        self.assertIn(b"shows no authentication schemes", screen.seen)
        self.assert_harmless(screen.seen)

    def test_links_and_tokens_of_a_server_do_not_drive_it(self):
        answers = self.write("answers.json", {"MfaCode": "123456"})
        for link, refresh in (({"status": "redirect", "redirectLink": "https://x/" + EVIL, "linkToken": EVIL},
                               {"status": "succeeded", "brokerAccountTokens": [
                                   {"account": {"accountId": EVIL}, "accessToken": EVIL, "refreshToken": EVIL}]}),
                              ({"status": EVIL, "linkToken": EVIL}, {"status": EVIL, "errorMessage": EVIL})):
            server = Server(self, {"token/refresh": [envelope(refresh, message=EVIL, errorType=EVIL)],
                                   "status": [envelope([])], "account": [envelope(status=EVIL, message=EVIL)],
                                   "/robinhood": [envelope(link)], "authenticate": [envelope(link)]})
            tokens = {"broker": "robinhood", "accounts": [{"accountId": EVIL, "accountName": EVIL, "accessToken": "a",
                                                           "refreshToken": "r"}]}
            for command in (["link", "--broker", "robinhood", "--user-id", "u", "--show-tokens"],
                            ["refresh", "--tokens", "tokens.json", "--show-tokens", "--answers", answers],
                            ["remove", "--tokens", "tokens.json", "--yes"]):
                for json_too in ([], ["--json"]):
                    with self.subTest(command=command + json_too):
                        self.write("tokens.json", tokens)
                        screen = Terminal(self, *command, *json_too, *server.options, env=self.environment)
                        screen.finish()
                        self.assertGreater(len(screen.seen), 0)
                        self.assert_harmless(screen.seen)

    def test_json_is_valid_and_as_harmless_as_the_rest(self):
        answers = self.write("answers.json", {"Username": "Mesh", "Password": "Pass123", "ChallengeCode": "123456"})
        for options in ([], ["--show-tokens"]):
            server = Server(self, {"authenticationSchemes": [self.schemes()],
                                   "authenticate": [self.door(), self.succeeded()]})
            child = self.start("login", "--broker", "robinhood", "--user-id", "u1", "--answers", answers, "--json",
                               "--no-ledger", *options, *server.options, env=self.environment, stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            out, err = child.communicate(timeout=harness.PATIENCE)
            self.assertEqual(child.returncode, 0, err)
            self.assert_harmless(out)
            self.assert_harmless(err)
            events = [json.loads(line) for line in out.decode("utf-8").splitlines()]
            self.assertEqual(events[-1]["event"], "outcome")
            self.assertEqual(events[-1]["accounts"][0]["accountName"], EVIL)
            if options:
                self.assertEqual(events[-1]["accounts"][0]["accessToken"], EVIL)
            else:
                self.assertEqual(events[-1]["accounts"][0]["accessToken"], f"… ({len(EVIL.encode())} characters)")

    def test_what_the_command_line_says_comes_back_harmless(self):
        name = "x" + EVIL.replace("/", "")
        other = os.fsdecode(b"\xff\xc3(" + name.encode())
        for word in (name, other):
            for command in (["login", "--broker", word], ["login", "--broker", "robinhood", word],
                            ["login", "--broker", "robinhood", "--" + word], [word],
                            ["login", "--broker", "robinhood", "--answers", word],
                            ["login", "--broker", "robinhood", "--url", "https://" + word, "--user-id", "u"],
                            ["login", "--broker", "robinhood", "--url", "https://localhost:1", "--user-id", "u",
                             "--ledger", word + "/x"], ["refresh", "--tokens", word],
                            ["serve", "--self-signed", "--listen", word + ":1"],
                            ["serve", "--self-signed", "--scenarios", word], ["replay", word],
                            ["load", "--mix", word + "=x"], ["load", "--logins", word], ["graph", "--format", word],
                            ["graph", "--check", word], ["simulate", "--seed", word]):
                with self.subTest(command=command):
                    child = self.start(*command, env=self.environment, stdin=subprocess.DEVNULL,
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                    out, err = child.communicate(timeout=harness.PATIENCE)
                    self.assertNotEqual(child.returncode, 0)
                    self.assertEqual(err.count(b"\n"), 1, err)
                    self.assert_harmless(out)
                    self.assert_harmless(err)

    def test_a_user_id_does_not_drive_the_log_of_a_server(self):
        child, url, ca = self.start_server()
        # Controls and overrides of direction are refused in a user id by the server itself.
        names = ("me\u200bz\u200d\ufeff\u200f\u061c", "me\U000e0041\U000e007f\u00ad\ufe0f\u3164")
        answers = self.write("answers.json", {"Username": "Mesh", "Password": "Pass123", "ChallengeCode": "123456"})
        for name in names:
            done = self.run_program("login", "--url", url, "--ca", ca, "--user-id", name, "--broker", "robinhood",
                                    "--answers", answers, "--no-ledger", env=self.environment)
            self.assertEqual(done.returncode, 0, done.stderr)
        child.terminate()
        out, err = child.communicate(timeout=harness.PATIENCE)
        self.assertEqual(out.count("sandbox -> SMS to "), 2)
        self.assert_harmless(out)
        self.assert_harmless(err)


if __name__ == "__main__":
    harness.main()
