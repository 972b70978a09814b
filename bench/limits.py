"""The limits that the project sets itself. Each is a ratio within one run, or a figure; a limit that cannot be told from
the run is not measured."""

RTT = 'µs CPU a round trip'
REQUEST = 'µs CPU a request'


def of(group, what, unit):
    return lambda figures: figures.get((group, what, unit))


def ratio(above, below):
    def divide(figures):
        top, bottom = above(figures), below(figures)
        return top / bottom if top is not None and bottom else None
    return divide


def client(connections, name):
    return of(f'claimant, {connections} connections', name, RTT)


def server(name):
    return of('verifier, 64 connections', name, REQUEST)


def micro(name, unit='ns'):
    return of('micro', name, unit)


def lateness(what):
    def find(figures):
        return next((value for (group, name, _), value in figures.items()
                     if group.startswith('lateness') and name == what), None)
    return find


def growth(figures):
    values = [value for (group, _, _), value in figures.items() if group == 'growth']
    return values[-1] / values[0] if len(values) > 1 else None


def per(below):
    return ratio(client(64, 'sallyport'), client(64, below))


# (what, the limit in words, the bound, the figure)
LIMITS = [
    ('claimant, 64 connections ÷ floor', '≤ 1.15', 1.15, per('floor')),
    ('claimant, 64 connections ÷ Go net/http', '≤ 0.45', 0.45, per('Go net/http')),
    ('claimant, 64 connections ÷ libcurl multi', '≤ 0.35', 0.35, per('libcurl multi')),
    ('claimant, 64 connections ÷ plain Beast', '≤ 0.70', 0.70, per('plain Beast')),
    ('claimant, 1,000 connections ÷ floor', '≤ 1.20', 1.20, ratio(client(1000, 'sallyport'), client(1000, 'floor'))),
    ('claimant, 1,000 connections ÷ plain Beast', '≤ 0.55', 0.55,
     ratio(client(1000, 'sallyport'), client(1000, 'plain Beast'))),
    ('verifier ÷ nginx with a constant', '≤ 0.90', 0.90, ratio(server('sallyport'), server('nginx'))),
    ('verifier ÷ Go net/http', '≤ 0.52', 0.52, ratio(server('sallyport'), server('go'))),
    ('engine: a step, a random session of 1,000,000', '≤ 150 ns', 150, micro('random_of_many/1000000')),
    ('engine: a step, one session', '≤ 25 ns', 25, micro('one_session')),
    ('alarm: back and anew ÷ asio::steady_timer', '≤ 0.067', 1 / 15,
     ratio(micro('wheel/1000000'), micro('asio_steady_timer/1000000'))),
    ('worst tick of the wheel, 1,000,000 alarms', '≤ 0.5 ms', 0.5, micro('worst_tick/1000000', 'ms')),
    ('alarm lateness under load, p99', '≤ 2 ms', 2, lateness('spread, p99')),
    ('alarms lost or early under load', '0', 0,
     lambda figures: None if lateness('spread, lost')(figures) is None
     else lateness('spread, lost')(figures) + lateness('spread, early')(figures)),
    ('parked login, claimant', '≤ 1,024 B', 1024, of('memory', 'parked login, claimant', 'B resident')),
    ('session that waits, verifier', '≤ 512 B', 512, of('memory', 'session that waits, verifier', 'B resident')),
    ('idle connection, server', '≤ 16 KiB', 16, of('memory', 'idle connection, server', 'KiB resident')),
    ('idle connection, client', '≤ 28 KiB', 28, of('memory', 'idle connection, client', 'KiB resident')),
    ('resumed handshake ÷ full one, on the client', '≤ 0.5', 0.5,
     ratio(of('TLS handshake', 'resumed, client', 'µs CPU'), of('TLS handshake', 'full, client', 'µs CPU'))),
    ('decode a reply ÷ simdjson on demand', '≤ 1.9', 1.9,
     ratio(micro('decode_reply'), micro('decode_reply_with_simdjson'))),
    ('encode a request ÷ Boost.JSON value', '≤ 0.4', 0.4,
     ratio(micro('encode_request'), micro('encode_request_with_boost_value'))),
    ('allocations of ours a round trip', '0', 0, of('allocations', 'sallyport, 64 connections', 'a round trip')),
    ('growth: CPU a round trip, 100,000 ÷ 100 live logins', '≤ 1.15', 1.15, growth),
]


def judge(figures):
    """What each limit came to: (what, limit, value or None, state)."""
    judged = []
    for what, words, bound, figure in LIMITS:
        value = figure(figures)
        state = 'not measured' if value is None else 'met' if value <= bound else 'not met'
        judged.append((what, words, value, state))
    return judged
