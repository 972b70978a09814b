#pragma once

// What `--help` says beside the options.

namespace sallyport::app {

inline constexpr auto about = R"(Drives multi-step logins at brokers and exchanges: password, codes, security questions,
confirmations on another device, QR codes, faces. Without --url everything runs
against the sandbox inside this program: over real HTTPS, with no account anywhere.
)";

inline constexpr auto general_footer = R"(Examples:
  sallyport                                           a whole login, played through before your eyes
  sallyport login --broker binanceInternationalDirect log in at the sandbox: Mesh, Pass123
  sallyport serve --self-signed --write-ca ca.pem     the server with its sandbox, for other programs
  sallyport schemes --broker vanguard                 what a login there takes
  sallyport load --logins 10000                       how many logins a second
  sallyport status                                    which integrations are up

"sallyport COMMAND --help" tells more about a command.

Exit codes:
)";

inline constexpr auto login_footer =
    R"(The password and the codes are asked for, without echo, or come from --answers; they are never options.
Client id and secret come from SALLYPORT_CLIENT_ID and SALLYPORT_CLIENT_SECRET or from --client-file.

Examples:
  sallyport login --broker binanceInternationalDirect
  sallyport login --broker binanceInternationalDirect --qr
  sallyport login --broker coinbase --answers answers.json --json
  sallyport login --url https://localhost:8443 --ca ca.pem --user-id u1 --broker robinhood

The exit code tells how the login ended; "sallyport --help" lists the codes.
)";

inline constexpr auto link_footer =
    R"help(The link stands alone on stdout. What the browser comes back with goes into
"sallyport login", which asks for it.

Examples:
  sallyport link --broker eTrade
  xdg-open "$(sallyport link --url https://localhost:8443 --ca ca.pem --user-id u1 --broker eTrade)"
)help";

inline constexpr auto refresh_footer =
    R"(The tokens come from the file that "sallyport login --save-tokens" wrote, and the new ones go into it.

Examples:
  sallyport login --broker robinhood --save-tokens tokens.json
  sallyport refresh --tokens tokens.json
)";

inline constexpr auto remove_footer =
    R"(Ends the connection to the institution and has its data erased. What is removed leaves the file.

Examples:
  sallyport remove --tokens tokens.json
  sallyport remove --tokens tokens.json --yes
)";

inline constexpr auto status_footer = R"(Examples:
  sallyport status
  sallyport status --broker vanguard --json
)";

inline constexpr auto serve_footer =
    R"(Who may speak to the server is one client: its id and secret come from SALLYPORT_CLIENT_ID and
SALLYPORT_CLIENT_SECRET or from --client-file. SIGINT and SIGTERM stop it once the requests
under way are answered; a second one at once.

Examples:
  sallyport serve --self-signed --write-ca ca.pem
  sallyport serve --listen 127.0.0.1:0 --port-file port --cert chain.pem --key key.pem
)";

inline constexpr auto schemes_footer = R"(Examples:
  sallyport schemes
  sallyport schemes --broker binanceInternationalDirect
  sallyport schemes --url https://localhost:8443 --ca ca.pem --json
)";

inline constexpr auto graph_footer = R"(Examples:
  sallyport graph --format dot | dot -Tsvg > graph.svg
  sallyport graph --write                       docs/state-machine.md of this repository
  sallyport graph --check docs/state-machine.md
)";

inline constexpr auto replay_footer =
    R"(Exits with 1 where the engine of this build decides a step otherwise than the record says.

Example:
  sallyport login --broker robinhood --record login.flight
  sallyport replay login.flight
)";

inline constexpr auto simulate_footer =
    R"(One seed is one run, to the last event. The exit code is 1 where a law was broken; what is
printed then says which, by which login, and how to see it again. See docs/testing.md.

Examples:
  sallyport simulate --seed 7
  sallyport simulate --seed 7 --logins 1000000 --hours 720
)";

}  // namespace sallyport::app
