// What a server, or whatever stands in its place, may say to a post: each at each step of a login.

#include "table.hpp"

#include <sallyport/protocol/api_result.hpp>
#include <sallyport/protocol/codec.hpp>

#include <support/fake_server.hpp>

#include <algorithm>
#include <optional>
#include <sstream>

BOOST_AUTO_TEST_SUITE(replies)

using namespace sallyport;
using namespace sallyport::test;
using namespace sallyport::test::faults;
using Script = FakeServer::Script;
using Ending = FakeServer::Ending;

namespace {

std::string json_of(Step step) {
  auto reply = reply_to(step);
  if (step != Step::poll) reply.challenge_id = "challenge-" + std::string(name_of(step));
  return std::string(encode(envelope_of(std::move(reply))).reveal());
}

struct ReplyFault {
  std::string name;
  std::string_view expected;
  std::function<Script(std::string const& json)> script;  ///< Gets what would be right.
  std::string_view expected_of_poll{};                    ///< Where empty: it is asked again, if it got no answer.
  std::chrono::seconds retry_after{0};                    ///< What the outcome tells.
};

/// A poll that got no answer is asked again; one that was refused is not.
std::string_view expected_of(ReplyFault const& fault, Step step) {
  if (step != Step::poll) return fault.expected;
  if (!fault.expected_of_poll.empty()) return fault.expected_of_poll;
  return fault.expected == "rejected" ? fault.expected : went_on;
}

/// A poll that has to wait for longer than the push lives.
bool ends_meanwhile(ReplyFault const& fault, std::optional<Step> struck) {
  return struck == Step::poll && fault.retry_after.count() > 0;
}

bool has_secret(std::string const& request) {
  auto const names = {R"("password":)", R"("mfaCode":)", R"("challengeAnswer":)", R"("challengeCode":)"};
  return std::ranges::any_of(names, [&request](auto const* name) { return request.find(name) != std::string::npos; });
}

class ReplyScene final : public Scene {
public:
  /// Without a step, the fault strikes where the client asks for the schemes.
  ReplyScene(Stage& stage, ReplyFault const& fault, std::optional<Step> struck)
      : fault_(&fault),
        struck_(struck),
        server_(stage.io, stage.certificates, scripts(fault, struck)),
        client_(stage.new_client("https://127.0.0.1:" + std::to_string(server_.port()), [&](ClientConfig& config) {
          if (ends_meanwhile(fault, struck)) config.limits.step_life_span = deadline;
        })) {}

  Client& client() override { return client_; }
  bool warms_up() const override { return false; }
  Seen seen() const override {
    auto const secrets = static_cast<std::uint64_t>(std::ranges::count_if(server_.requests(), has_secret));
    return {.secrets = secrets, .others = server_.posts() - secrets};
  }
  void check(Outcome const& outcome) const override {
    if (outcome.kind == OutcomeKind::succeeded || ends_meanwhile(*fault_, struck_)) return;
    BOOST_TEST(outcome.retry_after.value_or(std::chrono::seconds(0)).count() == fault_->retry_after.count());
    BOOST_TEST(outcome.accounts.empty());
  }

private:
  // Whoever posts once more than is right is let in, and seen. A poll that is put off is right.
  static std::vector<Script> scripts(ReplyFault const& fault, std::optional<Step> struck) {
    auto const schemes = std::string(R"({"status":"ok","content":[]})");
    std::vector<Script> made;
    made.push_back(struck ? Script{.bytes = http_reply(200, schemes), .close_after = false} : fault.script(schemes));
    for (auto const step : steps) {
      if (step == struck) made.push_back(fault.script(json_of(step)));
      auto const puts_off = expected_of(fault, step) != fault.expected;
      if (step != struck || puts_off) made.push_back({.bytes = http_reply(200, json_of(step)), .close_after = false});
    }
    made.push_back({.bytes = http_reply(200, json_of(Step::poll))});
    return made;
  }

  ReplyFault const* fault_;
  std::optional<Step> struck_;
  FakeServer server_;
  Client client_;
};

void play_all(Stage& stage, std::vector<ReplyFault> const& faults) {
  std::vector<Case> cases;
  for (auto const& fault : faults) {
    for (auto const step : steps) {
      cases.push_back(
          {.fault = fault.name, .step = step, .expected = expected_of(fault, step), .make = [&stage, &fault, step] {
             return std::make_unique<ReplyScene>(stage, fault, step);
           }});
    }
  }
  play(stage, cases);
}

/// Says this, whatever would be right.
auto say(std::string bytes, Ending ending = Ending::cut) {
  return [bytes = std::move(bytes), ending](std::string const&) { return Script{.bytes = bytes, .ending = ending}; };
}

/// Says a status, with a body that would let the login on.
auto refuse(unsigned status, std::string headers = {}) {
  return [status, headers = std::move(headers)](std::string const& json) {
    return Script{.bytes = http_reply(status, json, headers), .close_after = false};
  };
}

/// Says these headers around what would be right.
auto around(std::string head, std::string tail = {}, Ending ending = Ending::cut) {
  return [head = std::move(head), tail = std::move(tail), ending](std::string const& json) {
    return Script{.bytes = head + json + tail, .ending = ending};
  };
}

/// Says this, and then this without end.
auto endless(std::string bytes, std::string const& once,
             std::chrono::milliseconds pause = std::chrono::milliseconds(0)) {
  std::string repeated = once;
  for (constexpr std::size_t at_a_time = 4096; pause.count() == 0 && repeated.size() < at_a_time;) repeated += once;
  return [bytes = std::move(bytes), repeated = std::move(repeated), pause](std::string const&) {
    return Script{.bytes = bytes, .repeated = repeated, .pause = pause};
  };
}

std::string length_header(std::size_t size) {
  return "Content-Length: " + std::to_string(size) + "\r\n\r\n";
}

constexpr std::string_view lost = "outcome_unknown";
std::string const ok_line = "HTTP/1.1 200 OK\r\n";
std::string const chunked = ok_line + "Transfer-Encoding: chunked\r\n\r\n";

std::string chunk(std::string const& json) {
  std::ostringstream size;
  size << std::hex << json.size();
  return size.str() + "\r\n" + json + "\r\n";
}

/// Says these headers, and a length that fits, around what would be right; then the tail.
auto fits(std::string head, std::string tail = {}) {
  return [head = std::move(head), tail = std::move(tail)](std::string const& json) {
    return Script{.bytes = head + length_header(json.size()) + json + tail, .close_after = false};
  };
}

/// Says what would be right in a chunk; then the tail. The connection stays where no end is given.
auto in_chunks(std::string tail, std::optional<Ending> ending = {}) {
  return [tail = std::move(tail), ending](std::string const& json) {
    return Script{.bytes = chunked + chunk(json) + tail,
                  .close_after = ending.has_value(),
                  .ending = ending.value_or(Ending::cut)};
  };
}

std::vector<ReplyFault> broken_off() {
  std::vector<ReplyFault> faults;
  struct End {
    std::string_view name;
    Ending ending;
  };
  struct Where {
    std::string_view name;
    std::function<std::size_t(std::size_t head, std::size_t whole)> size;
  };
  for (auto const& [how, ending] : {End{"cut", Ending::cut}, End{"closed", Ending::farewell},
                                    End{"reset", Ending::reset}, End{"silent", Ending::silence}}) {
    for (auto const& [where, size] :
         {Where{"before the first byte", [](std::size_t, std::size_t) { return std::size_t(0); }},
          Where{"in the header", [](std::size_t head, std::size_t) { return head / 2; }},
          Where{"after the header", [](std::size_t head, std::size_t) { return head; }},
          Where{"in the body", [](std::size_t head, std::size_t whole) { return (head + whole) / 2; }},
          Where{"before the last byte", [](std::size_t, std::size_t whole) { return whole - 1; }}}) {
      faults.push_back(
          {std::string(how) + ' ' + std::string(where), lost, [ending = ending, size = size](std::string const& json) {
             auto bytes = http_reply(200, json);
             bytes.resize(size(bytes.size() - json.size(), bytes.size()));
             return Script{.bytes = std::move(bytes), .ending = ending};
           }});
    }
  }
  return faults;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_reply_that_breaks_off_leaves_the_outcome_unknown_and_a_poll_alone_is_posted_again) {
  Stage stage;
  play_all(stage, broken_off());
}

BOOST_AUTO_TEST_CASE(a_login_goes_on_without_schemes_where_their_reply_breaks_off) {
  Stage stage;
  std::vector<Case> cases;
  auto const faults = broken_off();
  for (auto const& fault : faults) {
    cases.push_back({.fault = "schemes: " + fault.name, .step = Step::password, .expected = went_on, .make = [&] {
                       return std::make_unique<ReplyScene>(stage, fault, std::nullopt);
                     }});
  }
  play(stage, cases);
}

BOOST_AUTO_TEST_CASE(a_refusal_is_its_outcome_and_a_poll_alone_is_posted_again) {
  using std::chrono::seconds;
  std::vector<ReplyFault> const faults{
      {"400", "rejected", refuse(400)},
      {"401", "rejected", refuse(401, "WWW-Authenticate: Basic\r\n")},
      {"407", "rejected", refuse(407, "Proxy-Authenticate: Basic\r\n")},
      {"408, as a server says that closes", "rejected", refuse(408, "Connection: close\r\n"), went_on},
      {"425", "rejected", refuse(425), went_on},
      {"429", "rate_limited", refuse(429)},
      {"429, Retry-After: 7", "rate_limited", refuse(429, "Retry-After: 7\r\n"), "rate_limited", seconds(7)},
      {"429, Retry-After: 0", "rate_limited", refuse(429, "Retry-After: 0\r\n")},
      {"500", "server_failure", refuse(500)},
      {"500, Retry-After: 7", "server_failure", refuse(500, "Retry-After: 7\r\n"), lost, seconds(7)},
      {"502", "server_failure", refuse(502)},
      {"503", "unavailable", refuse(503)},
      {"503, Retry-After that is no time", "unavailable", refuse(503, "Retry-After: soon\r\n")},
      {"504", "server_failure", refuse(504)},
      {"999", "server_failure", refuse(999)},
      {"204", "protocol_violation", say("HTTP/1.1 204 No Content\r\n\r\n")},
      {"206", "protocol_violation", refuse(206, "Content-Range: bytes 0-9/10\r\n")},
      {"304", "protocol_violation", say("HTTP/1.1 304 Not Modified\r\n\r\n")},
  };
  Stage stage;
  play_all(stage, faults);
}

BOOST_AUTO_TEST_CASE(a_redirect_is_never_followed) {
  Stage stage;
  FakeServer elsewhere(stage.io, stage.certificates, {{.bytes = http_reply(200, json_of(Step::poll))}});
  auto const there = "https://127.0.0.1:" + std::to_string(elsewhere.port()) + "/api/v1/authenticate";
  std::vector<ReplyFault> faults;
  for (auto const status : {301U, 302U, 303U, 307U, 308U}) {
    faults.push_back({std::to_string(status), "protocol_violation", refuse(status, "Location: " + there + "\r\n")});
  }
  faults.push_back(
      {"200 with Location and Refresh", went_on,
       around(ok_line + "Location: " + there + "\r\nRefresh: 0; url=" + there + "\r\nConnection: close\r\n\r\n", {},
              Ending::farewell)});
  play_all(stage, faults);
  BOOST_TEST(elsewhere.requests().empty());
}

BOOST_AUTO_TEST_CASE(what_is_no_message_of_the_api_ends_the_login) {
  constexpr std::string_view bad = "protocol_violation";
  std::string const page = "<html><body>Log in to the Wi-Fi</body></html>";
  std::vector<ReplyFault> const faults{
      {"a page of HTML", bad, say(ok_line + "Content-Type: text/html\r\n" + length_header(page.size()) + page)},
      {"a page of HTML, said to be JSON", bad, say(http_reply(200, page))},
      {"a body that is said to be zipped", bad,
       say(ok_line + "Content-Encoding: gzip\r\n" + length_header(4) + "\x1F\x8B\x08\x01")},
      {"an empty body", bad, say(http_reply(200, ""))},
      {"nesting without end", bad, say(http_reply(200, std::string(60'000, '[')))},
      {"a number without end", bad, say(http_reply(200, R"({"status":)" + std::string(60'000, '9') + '}'))},
      {"a body with a zero byte", bad, say(http_reply(200, std::string("{\0}", 3)))},
      {"JSON in UTF-16", bad, say(http_reply(200, std::string("\xFF\xFE{\0}\0", 6)))},
      {"two messages in one body", bad,
       [](std::string const& json) { return Script{.bytes = http_reply(200, json + json)}; }},
      {"a body that is longer than its length", bad,
       [](std::string const& json) { return Script{.bytes = ok_line + length_header(json.size() - 3) + json}; }},
      {"a right message, said to be HTML", went_on,
       [](std::string const& json) {
         return Script{.bytes = ok_line + "Content-Type: text/html\r\n" + length_header(json.size()) + json,
                       .close_after = false};
       }},
      {"a right message of no type", went_on,
       [](std::string const& json) {
         return Script{.bytes = ok_line + length_header(json.size()) + json, .close_after = false};
       }},
  };
  Stage stage;
  play_all(stage, faults);
}

BOOST_AUTO_TEST_CASE(a_head_that_is_odd_is_read_or_leaves_the_outcome_unknown) {
  std::vector<ReplyFault> const faults{
      {"HTTP/1.0 with a length", went_on, fits("HTTP/1.0 200 OK\r\n")},
      {"HTTP/1.0, closed at the end", went_on, around("HTTP/1.0 200 OK\r\n\r\n", {}, Ending::farewell)},
      {"HTTP/1.0, cut at the end", lost, around("HTTP/1.0 200 OK\r\n\r\n")},
      {"HTTP/1.1 without a length, closed at the end", went_on, around(ok_line + "\r\n", {}, Ending::farewell)},
      {"HTTP/1.1 without a length, cut at the end", lost, around(ok_line + "\r\n")},
      {"HTTP/1.1 without a length, silent at the end", lost, around(ok_line + "\r\n", {}, Ending::silence)},
      {"a length beyond the body, closed", lost, around(ok_line + length_header(9999), {}, Ending::farewell)},
      {"no HTTP at all", lost, around("")},
      {"HTTP/2", lost, say(std::string("\0\0\x12\4\0\0\0\0\0\0\3\0\0\0\x80", 15))},
      {"a status that is no number", lost, fits("HTTP/1.1 abc OK\r\n")},
      {"a header with a zero byte", lost, fits(ok_line + "X: " + std::string(1, '\0') + "\r\n")},
      {"a header without a colon", lost, fits(ok_line + "Nonsense\r\n")},
      {"two lengths", lost, fits(ok_line + "Content-Length: 3\r\n")},
      {"a length below zero", lost, around(ok_line + "Content-Length: -1\r\n\r\n")},
      {"a length and chunks", lost, fits(ok_line + "Transfer-Encoding: chunked\r\n")},
      {"another protocol", lost, fits("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n" + ok_line)},
      {"one interim reply", went_on, fits("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + ok_line)},
  };
  Stage stage;
  play_all(stage, faults);
}

BOOST_AUTO_TEST_CASE(chunks_are_read_or_leave_the_outcome_unknown) {
  std::vector<ReplyFault> const faults{
      {"chunks", went_on, in_chunks("0\r\n\r\n")},
      {"chunks with a trailer", went_on, in_chunks("0\r\nX-Trailer: 1\r\n\r\n")},
      {"chunks without the last one, cut", lost, in_chunks("", Ending::cut)},
      {"chunks without the last one, closed", lost, in_chunks("", Ending::farewell)},
      {"chunks without the last one, silent", lost, in_chunks("", Ending::silence)},
      {"a chunk of no size", lost, in_chunks("zz\r\n")},
      {"a chunk of a size below zero", lost, in_chunks("-1\r\n")},
      {"a chunk of a size beyond any number", lost, in_chunks("FFFFFFFFFFFFFFFFFF\r\n")},
      {"a chunk that does not end", lost, in_chunks("1\r\nxyz\r\n")},
  };
  Stage stage;
  play_all(stage, faults);
}

BOOST_AUTO_TEST_CASE(a_reply_without_end_comes_to_an_end) {
  using std::chrono::milliseconds;
  std::vector<ReplyFault> const faults{
      {"interim replies without end", lost, endless("", "HTTP/1.1 100 Continue\r\n\r\n")},
      {"a header without end", lost, endless(ok_line + "X: ", "x")},
      {"headers without end", lost, endless(ok_line, "X-Header: 1\r\nY-Header: 2\r\n")},
      {"a body without end", lost, endless(ok_line + "\r\n", " ")},
      {"a body of a length beyond any bound", lost, endless(ok_line + length_header(1U << 31U), " ")},
      {"chunks without end", lost, endless(chunked, "1\r\n \r\n")},
      {"a chunk extension without end", lost, endless(chunked + "1;x=", "x")},
      {"trailers without end", lost, endless(chunked + "0\r\n", "X-Trailer: 1\r\n")},
      {"a trailer that trickles", lost, endless(chunked + "0\r\n", "X", milliseconds(15))},
      {"a header that trickles", lost, endless(ok_line + "X: ", "x", milliseconds(15))},
      {"a body that trickles", lost, endless(ok_line + length_header(9999), " ", milliseconds(15))},
  };
  Stage stage;
  play_all(stage, faults);
}

BOOST_AUTO_TEST_CASE(of_two_replies_at_once_the_second_is_never_read) {
  std::vector<ReplyFault> const faults{
      {"two replies at once", went_on,
       [](std::string const& json) {
         auto const once = http_reply(200, json);
         return Script{.bytes = once + once, .close_after = false};
       }},
      {"a reply, and a success that nobody asked for", went_on,
       [](std::string const& json) {
         return Script{.bytes = http_reply(200, json) + http_reply(200, json_of(Step::poll)), .close_after = false};
       }},
      {"a reply, and in a record of its own a success", went_on,
       [](std::string const& json) {
         return Script{
             .bytes = http_reply(200, json), .close_after = false, .second = http_reply(200, json_of(Step::poll))};
       }},
      {"a reply, and in a record of its own nothing", went_on,
       [](std::string const& json) {
         return Script{.bytes = http_reply(200, json), .close_after = false, .second = " "};
       }},
      {"a reply, and half of another", went_on, fits(ok_line, "HTTP/1.1 200 OK\r\nContent-")},
  };
  Stage stage;
  play_all(stage, faults);
}

// What came with the reply before, and was not asked for, is no reply to a post that follows it at once.
BOOST_AUTO_TEST_CASE(a_post_out_of_the_handler_of_a_turn_does_not_take_a_reply_that_was_there_before) {
  Stage stage;
  auto const success = http_reply(200, json_of(Step::poll));
  FakeServer server(stage.io, stage.certificates,
                    {{.bytes = http_reply(404, "{}"), .close_after = false},
                     {.bytes = http_reply(200, json_of(Step::password)), .close_after = false, .second = success},
                     {.bytes = http_reply(200, json_of(Step::code)), .close_after = false}});
  auto client = stage.new_client("https://127.0.0.1:" + std::to_string(server.port()));
  auto login = client.login(credentials_of("user-1"));
  std::optional<Turn> turn;
  login.async_begin([&](boost::system::error_code, Turn) {
    login.async_answer(answer_at(Step::code),
                       [&](boost::system::error_code, Turn second) { turn = std::move(second); });
  });
  auto const until = std::chrono::steady_clock::now() + patience;
  while (!turn && std::chrono::steady_clock::now() < until) stage.io.run_one_for(std::chrono::milliseconds(20));
  BOOST_TEST_REQUIRE(turn.has_value());
  BOOST_TEST(std::holds_alternative<Prompt>(*turn));
  BOOST_TEST(server.posts() == 2U);
}

BOOST_AUTO_TEST_SUITE_END()
