#include "http/http_answer.hpp"

#include <sallyport/protocol/codec.hpp>
#include <sallyport/transport/verifier.hpp>

#include <utility>

namespace sallyport {

HttpAnswer refuse(unsigned http_status, ApiResultStatus status, std::string_view message, std::string_view error_type) {
  auto envelope = refusal_envelope<NoContent>(status, message);
  if (!error_type.empty()) envelope.error_type = std::string(error_type);
  HttpAnswer answer;
  answer.status = http_status;
  answer.body = encode(envelope);
  return answer;
}

HttpAnswer tell_no_verdict(boost::system::error_code ec) {
  if (ec == VerifyErrc::unavailable) {
    return refuse(503, ApiResultStatus::server_failure, "The institution is out of service.");
  }
  if (ec == VerifyErrc::rate_limited) {
    auto answer = refuse(429, ApiResultStatus::too_many_request, "The institution wants fewer requests.");
    answer.retry_after = std::chrono::seconds(30);
    return answer;
  }
  auto answer = refuse(200, ApiResultStatus::server_failure, "The institution gave no answer.");
  if (ec == VerifyErrc::connection_cut) answer.cut = Cut::before_the_first_byte;
  if (ec == VerifyErrc::reply_cut) answer.cut = Cut::in_the_body;
  return answer;
}

HttpAnswer say(ApiResult<AuthResponse> const& envelope, Secret room) {
  HttpAnswer answer;
  answer.body = encode(envelope, std::move(room));
  return answer;
}

HttpAnswer bad_request_envelope(std::string const& path, std::string const& message) {
  return refuse(400, ApiResultStatus::bad_request, path + ": " + message);
}

HttpAnswer bad_request(std::string const& path, std::string const& message) {
  ProblemDetails problem;
  problem.type = "about:blank";
  problem.title = "Bad Request";
  problem.status = 400;
  problem.detail = path + ": " + message;
  problem.errors.emplace().push_back({.path = path, .message = message});
  HttpAnswer answer;
  answer.status = 400;
  answer.content_type = "application/problem+json";
  answer.body = encode(problem);
  return answer;
}

}  // namespace sallyport
