// What stands around the C++ of the documents. snippets.py puts each snippet in the place of the comment that names it
// and compiles the whole; no other build sees this file.

#include <sallyport/sandbox/sandbox.hpp>
#include <sallyport/transport/client.hpp>
#include <sallyport/transport/server.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <optional>
#include <string>
#include <utility>
#include <variant>

// What a host has of its own.
sallyport::Secret code();
sallyport::Secret secret;
std::string const device_of_this_user = "backend";
std::string const username;
std::string const password;
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
boost::asio::awaitable<void> log_in(sallyport::Client* client, sallyport::Credentials who, sallyport::Secret code) {
  // snippet: docs/embedding.md 4
}
}  // namespace embedding_4

namespace embedding_5 {
void log_in(sallyport::Client* client, sallyport::Credentials who, sallyport::Responder& responder) {
  auto const handler = [](boost::system::error_code ec, sallyport::Outcome const& outcome) { report(ec, outcome); };
  // snippet: docs/embedding.md 5
}
}  // namespace embedding_5
