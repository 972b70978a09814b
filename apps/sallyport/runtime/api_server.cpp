#include "runtime/api_server.hpp"

#include "runtime/remote_server.hpp"
#include "runtime/run.hpp"

#include <sallyport/transport/error.hpp>
#include <sallyport/transport/error_condition.hpp>

#include <string>

namespace sallyport::app {

ApiServer::ApiServer(boost::asio::any_io_executor const& executor, ServerChoice const& choice)
    : name_(choice.url.value_or("the sandbox in this program")) {
  if (choice.url) {
    client_.emplace(connect(executor, choice));
  } else {
    client_.emplace(sandbox_.emplace(executor, Limits{}, 1).connect());
  }
}

OutcomeKind kind_of(Open<ApiResultStatus> const& status) noexcept {
  switch (status.value()) {
    case ApiResultStatus::ok: return OutcomeKind::succeeded;
    case ApiResultStatus::server_failure: return OutcomeKind::server_failure;
    case ApiResultStatus::conflict: return OutcomeKind::superseded;
    case ApiResultStatus::too_many_request: return OutcomeKind::rate_limited;
    case ApiResultStatus::locked: return OutcomeKind::locked;
    case ApiResultStatus::permission_denied:
    case ApiResultStatus::bad_request:
    case ApiResultStatus::not_found:
    case ApiResultStatus::unavailable_for_legal_reasons:
    case ApiResultStatus::unknown: break;
  }
  return OutcomeKind::rejected;
}

std::string reason_of_refusal(unsigned http_status, Open<ApiResultStatus> const& status) {
  constexpr unsigned first_that_refuses = 300;
  if (http_status >= first_that_refuses) return "HTTP status " + std::to_string(http_status);
  return "the API answered " + std::string(status.spelling());
}

void give_up_unless_sent(std::string const& server, boost::system::error_code ec, std::string_view words) {
  if (ec != ErrorCondition::may_have_arrived) give_up(server, ec, words);
}

}  // namespace sallyport::app
