// What stands around the C++ of the documents. snippets.py puts each snippet in the place of the comment that names it
// and compiles the whole; no other build sees this file.

#include <sallyport/ledger/sqlite_ledger.hpp>
#include <sallyport/sandbox/sandbox.hpp>
#include <sallyport/transport/account_key.hpp>
#include <sallyport/transport/client.hpp>
#include <sallyport/transport/error_condition.hpp>
#include <sallyport/transport/observers.hpp>
#include <sallyport/transport/responders.hpp>
#include <sallyport/transport/server.hpp>
#include <sallyport/transport/shared_governor.hpp>
#include <sallyport/transport/snapshot.hpp>
#include <sallyport/transport/token_keeper.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <unistd.h>

#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

// What a host has of its own.
sallyport::Secret code();
sallyport::Secret secret;
std::string const device_of_this_user = "backend";
std::string const username;
std::string const password;
std::optional<sallyport::Answer> ask_the_user(sallyport::Prompt const& prompt);
void store(sallyport::KeptTokens const& tokens);
void log_in_again_because(sallyport::KeeperEnd end);
void page_somebody(sallyport::BrokerType broker);
void trade(boost::system::error_code ec, sallyport::Secret token);
std::optional<sallyport::Secret> token_that_got_a_401();
void report(boost::system::error_code ec, sallyport::Outcome const& outcome);

namespace readme_1 {
boost::asio::awaitable<void> log_in(boost::asio::io_context& io, sallyport::Responder& responder, std::string id,
                                    std::string secret) {
  // snippet: README.md 1
}
}  // namespace readme_1

namespace embedding_1 {
void log_in(sallyport::Responder& responder) {
  // snippet: docs/embedding.md 1
}
}  // namespace embedding_1

namespace embedding_2 {
// snippet: docs/embedding.md 2
}  // namespace embedding_2

namespace embedding_3 {
class AnswersLater final : public sallyport::Responder {
  // snippet: docs/embedding.md 3

  void show(sallyport::Prompt const& prompt);

  std::optional<Handler> waiting_;
};
}  // namespace embedding_3

namespace embedding_4 {
void answer_by_itself(sallyport::Client* client, std::string_view key_as_shown) {
  // snippet: docs/embedding.md 4
}
}  // namespace embedding_4

namespace embedding_5 {
boost::asio::awaitable<void> log_in(sallyport::Client* client, sallyport::Credentials who, sallyport::Secret code) {
  // snippet: docs/embedding.md 5
}
}  // namespace embedding_5

namespace embedding_6 {
boost::asio::awaitable<void> move(sallyport::Client* client, sallyport::Login login, sallyport::Turn turn,
                                  sallyport::Secret bytes_32, std::string_view sealed, std::string_view id,
                                  sallyport::SnapshotClaim claim, sallyport::Answer answer) {
  // snippet: docs/embedding.md 6
}
}  // namespace embedding_6

namespace embedding_7 {
void keep(sallyport::Client* client, sallyport::BrokerType type, sallyport::Outcome const& outcome) {
  // snippet: docs/embedding.md 7
}
}  // namespace embedding_7

namespace embedding_8 {
void log_in(sallyport::Client* client, sallyport::Credentials who, sallyport::Responder& responder) {
  auto const handler = [](boost::system::error_code ec, sallyport::Outcome const& outcome) { report(ec, outcome); };
  // snippet: docs/embedding.md 8
}
}  // namespace embedding_8

namespace embedding_9 {
void go_on(boost::asio::io_context& context) {
  // snippet: docs/embedding.md 9
}
}  // namespace embedding_9

namespace governor_1 {
boost::system::error_code govern(sallyport::ClientConfig& config, sallyport::Secret host_key) {
  // snippet: docs/governor.md 1
  return {};
}
}  // namespace governor_1

namespace governor_2 {
void set_budgets(sallyport::GovernorPolicy& policy) {
  // snippet: docs/governor.md 2
}
}  // namespace governor_2

namespace errors_1 {
// snippet: docs/errors.md 1
}  // namespace errors_1

namespace observability_1 {
// snippet: docs/observability.md 1
}  // namespace observability_1

namespace observability_2 {
// snippet: docs/observability.md 2
}  // namespace observability_2
