#pragma once

// The login that every client of the benches holds and every server of them answers, in the bytes of the API: user name
// and password, a code by SMS, a code of an authenticator. Three doors, three posts.

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace sallyport::bench {

inline constexpr std::string_view client_id = "bench";
inline constexpr std::string_view client_secret = "0123456789abcdef0123456789abcdef";
inline constexpr std::string_view password = "correct horse battery staple";
inline constexpr std::string_view sms_code = "123456";
inline constexpr std::string_view authenticator_code = "654321";
inline constexpr std::string_view device_info =
    "Mozilla/5.0 (X11; Linux x86_64) bench/1.0; device 6f9619ff-8b86-d011-b42d-00cf4fc964ff; 1920x1080; Europe/Berlin";
inline constexpr std::size_t post_count = 3;

/// What a server says to each post, and to GET authenticationSchemes.
inline constexpr std::array<std::string_view, post_count> replies = {
    R"({"content":{"status":"challengeIssued","mfaType":"phone","authFlowStep":"mfaFlow","challengeId":)"
    R"("0f1e2d3c4b5a69788796a5b4c3d2e1f0","challengeText":"We sent a code of six digits to the phone number that ends )"
    R"(in 42. Enter it here, or ask for another way to confirm that it is you.","challengeExpiresInSeconds":120},)"
    R"("status":"ok","message":"","errorType":""})",
    R"({"content":{"status":"mfaRequired","mfaType":"totp","authFlowStep":"mfaFlow","challengeId":)"
    R"("f0e1d2c3b4a5968778695a4b3c2d1e0f","challengeText":"Open your authenticator and enter the six digits that it )"
    R"(shows for this account. They change every thirty seconds.","challengeExpiresInSeconds":600},)"
    R"("status":"ok","message":"","errorType":""})",
    R"({"content":{"status":"succeeded","expiresInSeconds":7200,"accountTokens":[{"account":{"accountId":"8031-4477",)"
    R"("accountName":"Main"},"accessToken":"mfT2wVbYq8hLr0sXkPzD5uNcJ7eGaHi1","refreshToken":)"
    R"("Zr9KpL3xWc6VbN8mQs2DfGhJ5tYu1oEa"}]},"status":"ok","message":"","errorType":""})",
};
inline constexpr std::string_view schemes_reply = R"({"content":[],"status":"ok","message":"","errorType":""})";

/// What a reply must hold to be the right one.
inline constexpr std::array<std::string_view, post_count> expected = {
    R"("status":"challengeIssued")", R"("status":"mfaRequired")", R"("status":"succeeded")"};

/// Which post a request is, by the member that only it has: `post_count` where it is none.
inline std::size_t post_of(std::string_view request) {
  auto const has = [request](std::string_view text) { return request.find(text) != std::string_view::npos; };
  if (has(R"("challengeCode":"123456")")) return 1;
  if (has(R"("mfaCode":"654321")")) return 2;
  return has(R"("password":"correct horse battery staple")") ? 0 : post_count;
}

inline std::string body_of(std::size_t post, std::string_view user, std::string_view challenge_id) {
  std::string body = R"({"type":"robinhood",)";
  if (post == 0) {
    body.append(R"("username":")").append(user).append(R"(","password":")").append(password).append(R"(",)");
  } else {
    body.append(R"("challengeId":")").append(challenge_id).append(R"(",)");
    body.append(post == 1 ? R"("challengeCode":"123456","mfaType":"phone",)"
                          : R"("mfaCode":"654321","mfaType":"totp",)");
  }
  body.append(R"("deviceInfo":")").append(device_info);
  return body.append(post == 0 ? R"(","authFlowStep":"loginPassword"})" : R"(","authFlowStep":"mfaFlow"})");
}

/// The whole request, with the headers that Sallyport sends.
inline std::string request_of(std::size_t post, std::string_view user, std::string_view challenge_id) {
  auto const body = body_of(post, user, challenge_id);
  std::string text = "POST /api/v1/authenticate?userId=";
  text.append(user).append(" HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: bench\r\nAccept: application/json\r\n");
  text.append("X-Client-Id: ").append(client_id).append("\r\nX-Client-Secret: ").append(client_secret);
  text.append("\r\nContent-Type: application/json\r\nContent-Length: ").append(std::to_string(body.size()));
  return text.append("\r\n\r\n").append(body);
}

inline std::string reply_of(std::string_view body) {
  std::string text = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nCache-Control: no-store\r\nContent-Length: ";
  return text.append(std::to_string(body.size())).append("\r\n\r\n").append(body);
}

/// How long the message at the front is, head and body; 0 where it is not there in whole. Every peer here names the
/// length of what it sends; one that sends chunks would be a message of no length, and is not understood.
inline std::size_t message_size(std::string_view text) {
  auto const end = text.find("\r\n\r\n");
  if (end == std::string_view::npos) return 0;
  auto const head = text.substr(0, end + 2);
  constexpr std::string_view name = "content-length: ";
  auto const equal = [](char left, char right) { return (left | 0x20) == (right | 0x20); };
  auto const found = std::search(head.begin(), head.end(), name.begin(), name.end(), equal);
  std::size_t length = 0;
  if (found != head.end()) {
    for (auto digit = found + name.size(); *digit >= '0' && *digit <= '9'; ++digit) {
      length = length * 10 + static_cast<std::size_t>(*digit - '0');
    }
  }
  auto const size = end + 4 + length;
  return text.size() < size ? 0 : size;
}

/// The challenge id of a reply; empty where it has none.
inline std::string_view challenge_id_of(std::string_view reply) {
  constexpr std::string_view name = R"("challengeId":")";
  auto const found = reply.find(name);
  if (found == std::string_view::npos) return {};
  auto const value = reply.substr(found + name.size());
  return value.substr(0, value.find('"'));
}

}  // namespace sallyport::bench
