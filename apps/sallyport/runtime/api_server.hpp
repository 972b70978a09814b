#pragma once

#include "options/options.hpp"
#include "runtime/embedded_sandbox.hpp"

#include <sallyport/transport/client.hpp>
#include <sallyport/transport/outcome.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/system/error_code.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace sallyport::app {

/// The server that a command speaks to: the one that `--url` names, or the sandbox in this program.
class ApiServer {
public:
  ApiServer(boost::asio::any_io_executor const& executor, ServerChoice const& choice);

  [[nodiscard]] Client& client() noexcept { return *client_; }
  [[nodiscard]] std::string const& name() const noexcept { return name_; }
  [[nodiscard]] bool is_sandbox() const noexcept { return sandbox_.has_value(); }

private:
  std::optional<EmbeddedSandbox> sandbox_;
  std::optional<Client> client_;
  std::string name_;
};

/// What an envelope that has no content means, in the terms of a login's end.
[[nodiscard]] OutcomeKind kind_of(Open<ApiResultStatus> const& status) noexcept;

/// How an operation that spends or ends something went, as an outcome: the reply's envelope, or the error without one.
/// What cannot have arrived is no outcome: it ends the command, see `give_up`.
template <class Content>
[[nodiscard]] Outcome outcome_of(std::string const& server, boost::system::error_code ec, ApiResult<Content>& reply);

/// Ends the command where nothing was sent; else the request may have arrived. `words`: what the error says of itself.
void give_up_unless_sent(std::string const& server, boost::system::error_code ec, std::string_view words);

/// What of a refusal stands in no other member of an outcome: the HTTP status, or that of the envelope.
[[nodiscard]] std::string reason_of_refusal(unsigned http_status, Open<ApiResultStatus> const& status);

template <class Content>
Outcome outcome_of(std::string const& server, boost::system::error_code ec, ApiResult<Content>& reply) {
  Outcome outcome;
  if (ec) {
    auto const words = reply.message ? reply.message->reveal() : std::string_view();
    give_up_unless_sent(server, ec, words);
    outcome.kind = OutcomeKind::outcome_unknown;
    outcome.diagnostics.reason = ec.message();
    if (!words.empty()) outcome.diagnostics.reason.append(": ").append(words);
    return outcome;
  }
  constexpr unsigned out_of_service = 503;
  outcome.kind = reply.http_status == out_of_service ? OutcomeKind::unavailable : kind_of(reply.status);
  outcome.retry_after = reply.retry_after;
  outcome.diagnostics.http_status = reply.http_status;
  if (outcome.kind != OutcomeKind::succeeded) {
    outcome.diagnostics.reason = reason_of_refusal(reply.http_status, reply.status);
  }
  for (auto const& odd : reply.odd_members) outcome.diagnostics.odd_members.push_back(odd.message());
  outcome.diagnostics.api_status = reply.status.spelling();
  outcome.diagnostics.error_type = std::move(reply.error_type).value_or("");
  outcome.diagnostics.error_hash = std::move(reply.error_hash).value_or("");
  outcome.diagnostics.message = std::move(reply.message);
  outcome.diagnostics.display_text = std::move(reply.display_message);
  return outcome;
}

}  // namespace sallyport::app
