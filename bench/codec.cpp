// What does a message cost? Decoding a reply, beside simdjson's on-demand parser that fills the same members; encoding
// a request, beside a Boost.JSON value that is serialized.

#include "dialogue.hpp"

#include <sallyport/protocol/codec.hpp>

#include <benchmark/benchmark.h>
#include <boost/json.hpp>

#ifdef SALLYPORT_BENCH_SIMDJSON
#include <simdjson.h>
#endif

#include <optional>

namespace {

using namespace sallyport;

void decode_reply(benchmark::State& state) {
  auto const text = bench::replies[0];
  for (auto _ : state) {
    auto reply = decode<ApiResult<AuthResponse>>(text);
    if (!reply) state.SkipWithError("not read");
    benchmark::DoNotOptimize(reply);
  }
}
BENCHMARK(decode_reply);

void decode_reply_with_boost_value(benchmark::State& state) {
  auto const text = bench::replies[0];
  for (auto _ : state) {
    auto const envelope = boost::json::parse(text);
    auto const& content = envelope.at("content").as_object();
    std::string const status(content.at("status").as_string());
    std::string const id(content.at("challengeId").as_string());
    benchmark::DoNotOptimize(status);
    benchmark::DoNotOptimize(id);
  }
}
BENCHMARK(decode_reply_with_boost_value);

#ifdef SALLYPORT_BENCH_SIMDJSON
// The same members, by name and in their order, into strings of their own.
void decode_reply_with_simdjson(benchmark::State& state) {
  simdjson::ondemand::parser parser;
  simdjson::padded_string const text(bench::replies[0]);
  struct Reply {
    std::string status, mfa_type, flow_step, id, challenge_text, envelope, message, error_type;
    std::int64_t expires = 0;
  };
  for (auto _ : state) {
    Reply reply;
    auto document = parser.iterate(text);
    auto content = document["content"].get_object();
    auto const take = [](auto value, std::string& into) { into = std::string(std::string_view(value)); };
    take(content["status"], reply.status);
    take(content["mfaType"], reply.mfa_type);
    take(content["authFlowStep"], reply.flow_step);
    take(content["challengeId"], reply.id);
    take(content["challengeText"], reply.challenge_text);
    reply.expires = content["challengeExpiresInSeconds"];
    take(document["status"], reply.envelope);
    take(document["message"], reply.message);
    take(document["errorType"], reply.error_type);
    benchmark::DoNotOptimize(reply);
  }
}
BENCHMARK(decode_reply_with_simdjson);
#endif

AuthRequest request() {
  AuthRequest request;
  request.type = BrokerType::robinhood;
  request.username = Secret("user-000017");
  request.password = Secret(bench::password);
  request.device_info = std::string(bench::device_info);
  request.auth_flow_step = AuthFlowStep::login_password;
  return request;
}

void decode_request(benchmark::State& state) {
  auto const text = encode(request());
  for (auto _ : state) {
    auto read = decode<AuthRequest>(text.reveal());
    if (!read) state.SkipWithError("not read");
    benchmark::DoNotOptimize(read);
  }
}
BENCHMARK(decode_request);

void encode_request(benchmark::State& state) {
  auto const message = request();
  for (auto _ : state) {
    auto const text = encode(message);
    benchmark::DoNotOptimize(text.reveal().data());
  }
}
BENCHMARK(encode_request);

void encode_request_with_boost_value(benchmark::State& state) {
  for (auto _ : state) {
    boost::json::object const message{{"type", "robinhood"},
                                      {"username", "user-000017"},
                                      {"password", bench::password},
                                      {"deviceInfo", bench::device_info},
                                      {"authFlowStep", "loginPassword"}};
    auto const text = boost::json::serialize(message);
    benchmark::DoNotOptimize(text.data());
  }
}
BENCHMARK(encode_request_with_boost_value);

}  // namespace

BENCHMARK_MAIN();
