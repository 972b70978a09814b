#pragma once

#include "embedded_sandbox.hpp"
#include "options.hpp"

#include <sallyport/transport/client.hpp>
#include <sallyport/transport/outcome.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/system/error_code.hpp>

#include <optional>
#include <string>

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

/// Ends the command where nothing was sent; else the request may have arrived.
void give_up_unless_sent(std::string const& server, boost::system::error_code ec);

template <class Content>
Outcome outcome_of(std::string const& server, boost::system::error_code ec, ApiResult<Content>& reply) {
  Outcome outcome;
  if (ec) {
    give_up_unless_sent(server, ec);
    outcome.kind = OutcomeKind::outcome_unknown;
    outcome.diagnostics.reason = ec.message();
    return outcome;
  }
  outcome.kind = kind_of(reply.status);
  outcome.retry_after = reply.retry_after;
  outcome.diagnostics.api_status = reply.status.spelling();
  outcome.diagnostics.error_type = std::move(reply.error_type).value_or("");
  outcome.diagnostics.error_hash = std::move(reply.error_hash).value_or("");
  outcome.diagnostics.message = std::move(reply.message);
  outcome.diagnostics.display_text = std::move(reply.display_message);
  return outcome;
}

}  // namespace sallyport::app
