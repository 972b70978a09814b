#include "options/load_options.hpp"

#include "runtime/failure.hpp"

#include <charconv>
#include <cstdint>
#include <string_view>

namespace sallyport::app {
namespace {

// Each login at a time takes a descriptor here and, at the embedded sandbox, another one there: 20,000 are commonly
// allowed, and a server takes 10,000 connections. The figures of a login are kept until the end.
constexpr std::uint64_t concurrency_max = 9000;
constexpr std::uint64_t logins_max = 10'000'000;
constexpr std::uint64_t milliseconds_max = 3'600'000;
constexpr std::uint64_t weight_max = 1000;

std::uint64_t number(std::string const& option, std::string_view text, std::uint64_t least, std::uint64_t most) {
  std::uint64_t value = 0;
  auto const [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (ec != std::errc{} || end != text.data() + text.size() || value < least || value > most) {
    throw UsageError(option, "\"" + std::string(text) + "\" is not a number from " + std::to_string(least) + " to " +
                                 std::to_string(most));
  }
  return value;
}

/// "sms=3,totp": scenarios, and how often each is played.
std::vector<LoadShare> read_mix(std::string_view text) {
  std::vector<LoadShare> mix;
  while (!text.empty()) {
    auto const end = text.find(',');
    auto const share = text.substr(0, end);
    auto const equals = share.find('=');
    auto const name = share.substr(0, equals);
    if (name.empty()) throw UsageError("--mix", "a scenario has no name; write NAME=WEIGHT,NAME=WEIGHT");
    auto const weight = equals == std::string_view::npos ? std::string_view("1") : share.substr(equals + 1);
    mix.push_back(
        {.scenario = std::string(name), .weight = static_cast<unsigned>(number("--mix", weight, 1, weight_max))});
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  if (mix.empty()) mix.emplace_back();
  return mix;
}

}  // namespace

char const* const load_footer =
    R"(The logins are those of the sandbox's published users, so the server must be one with a sandbox: here, or
"sallyport serve" at --url. Ctrl-C ends it and shows what was measured until then.

Examples:
  sallyport load --logins 10000 --mix sms=3,sms-pin,totp
  sallyport load --url https://localhost:8443 --ca ca.pem --concurrency 1000 --ramp 5000 --json
)";

void add_load_options(CLI::App& verb, LoadArguments& arguments) {
  verb.add_option("--broker", arguments.broker, "The integration; sandbox without it")->type_name("NAME");
  verb.add_option("--logins", arguments.logins, "How many in all; 1000 without it")->type_name("N");
  verb.add_option("--concurrency", arguments.concurrency, "How many at a time; 64 without it")->type_name("N");
  verb.add_option("--ramp", arguments.ramp, "Until so many are under way; 0 without it")->type_name("MS");
  verb.add_option("--think", arguments.think, "How long a user takes to type; 0 without it")->type_name("MS");
  verb.add_option("--mix", arguments.mix, "Scenarios and how often each is played; the broker's default without it")
      ->type_name("NAME=N,...");
  verb.add_flag("--json", arguments.options.json, "One JSON object on stdout; words for a human go to stderr");
}

LoadOptions load_options(LoadArguments const& arguments) {
  auto options = arguments.options;
  auto const set = [](std::string const& option, std::string const& text, auto value, std::uint64_t least,
                      std::uint64_t most) {
    return text.empty() ? value : decltype(value)(number(option, text, least, most));
  };
  options.logins = set("--logins", arguments.logins, options.logins, 1, logins_max);
  options.concurrency = set("--concurrency", arguments.concurrency, options.concurrency, 1, concurrency_max);
  options.ramp = set("--ramp", arguments.ramp, options.ramp, 0, milliseconds_max);
  options.think = set("--think", arguments.think, options.think, 0, milliseconds_max);
  options.mix = read_mix(arguments.mix);
  return options;
}

}  // namespace sallyport::app
