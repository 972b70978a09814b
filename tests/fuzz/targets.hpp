#pragma once

#include <string_view>

/// What is fuzzed: each function takes whatever bytes there are and checks a law. libFuzzer calls one of them
/// (libfuzzer.cpp); the tests replay the kept inputs of all (replay.cpp).
namespace sallyport::fuzz {

void cookies(std::string_view bytes);
void decode_request(std::string_view bytes);
void decode_response(std::string_view bytes);
void flight_record(std::string_view bytes);
void http_reply(std::string_view bytes);
void http_request(std::string_view bytes);
void lockout_hint(std::string_view bytes);
void open_snapshot(std::string_view bytes);
void otpauth(std::string_view bytes);
void proxy_header(std::string_view bytes);
void proxy_reply(std::string_view bytes);
void scenario_file(std::string_view bytes);
void scenario_grammar(std::string_view bytes);
void schemes(std::string_view bytes);
void session_walk(std::string_view bytes);
void terminal_text(std::string_view bytes);

}  // namespace sallyport::fuzz
