#include "reply_reader.hpp"

#include <sallyport/protocol/codec.hpp>
#include <sallyport/sandbox/scenario.hpp>

#include <boost/json/serialize.hpp>

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

namespace sallyport::scenario_file {
namespace {

// The codec reads whole envelopes, so one is put around the part and taken off the path of its complaint.
AuthResponse decode_inside(std::string_view before, Place const& place, std::string_view after,
                           std::string_view path_before) {
  auto text = std::string(before);
  text += boost::json::serialize(place.value());
  text += after;
  auto envelope = decode<ApiResult<AuthResponse>>(text);
  if (envelope && envelope->content) return std::move(*envelope->content);
  if (!envelope) {
    auto const& error = envelope.error();
    auto const inner = error.path.starts_with(path_before) ? error.path.substr(path_before.size()) : std::string();
    place.complain((inner.empty() ? std::string() : "at " + inner + ": ") + error.detail);
  }
  return {};
}

constexpr auto texts = std::to_array<std::string_view>({
    "status",
    "mfaType",
    "authFlowStep",
    "challengeText",
    "qrCode",
    "qrCodeLink",
    "qrCodeLinkIOS",
    "email",
    "allocatedIPAddress",
    "errorMessage",
});

template <WireEnum E>
void expect_known(Place const& place, std::string_view name) {
  auto const member = place.find(name);
  if (!member) return;
  auto const spelling = member->text(64);
  if (enumerator_of<E>(spelling) == E::unknown) {
    member->complain("the API has no value '" + spelling + "'; only an irregular scenario may use it");
  }
}

}  // namespace

AuthResponse read_reply(Place const& place, bool irregular) {
  place.allow_only({"status", "mfaType", "authFlowStep", "challengeText", "challengeExpiresInSeconds", "qrCode",
                    "qrCodeLink", "qrCodeLinkIOS", "email", "allocatedIPAddress", "errorMessage"});
  if (!place.require("status")) return {};
  for (auto const name : texts) {
    if (auto const member = place.find(name)) static_cast<void>(member->text(ScenarioBounds().string_length_max));
  }
  if (auto const seconds = place.find("challengeExpiresInSeconds")) {
    using Int32 = std::numeric_limits<std::int32_t>;
    static_cast<void>(seconds->integer(Int32::min(), Int32::max()));
  }
  if (!irregular) {
    expect_known<AuthStatus>(place, "status");
    expect_known<MfaType>(place, "mfaType");
    expect_known<AuthFlowStep>(place, "authFlowStep");
  }
  return decode_inside(R"({"status":"ok","content":)", place, "}", "$.content");
}

AuthResponse read_change(Place const& place, std::size_t length_max) {
  place.allow_only({"challengeText", "qrCode", "qrCodeLink", "qrCodeLinkIOS", "email", "allocatedIPAddress"});
  AuthResponse change;
  auto const read = [&](std::string_view name, auto& into) {
    if (auto const member = place.find(name)) into.emplace(member->text(length_max));
  };
  read("challengeText", change.challenge_text);
  read("email", change.email);
  read("allocatedIPAddress", change.allocated_ip_address);
  read("qrCode", change.qr_code);
  read("qrCodeLink", change.qr_code_link);
  read("qrCodeLinkIOS", change.qr_code_link_ios);
  return change;
}

BrokerAccount read_account(Place const& place) {
  place.allow_only(
      {"meshAccountId", "frontAccountId", "accountId", "accountName", "fund", "cash", "isReconnected", "balances"});
  auto const reply = decode_inside(R"({"status":"ok","content":{"status":"succeeded","accountTokens":[{"account":)",
                                   place, "}]}}", "$.content.accountTokens[0].account");
  if (!reply.account_tokens || reply.account_tokens->empty()) return {};
  return reply.account_tokens->front().account.value_or(BrokerAccount{});
}

}  // namespace sallyport::scenario_file
