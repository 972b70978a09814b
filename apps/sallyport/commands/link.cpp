#include "commands/commands.hpp"
#include "runtime/api_server.hpp"
#include "runtime/failure.hpp"
#include "runtime/run.hpp"
#include "view/exit_code.hpp"
#include "view/output.hpp"
#include "view/words.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <string>
#include <utility>

namespace sallyport::app {
namespace {

int code_of_link(AuthPromptResponse const& prompt) {
  switch (prompt.status.value()) {
    // Without the link there is nowhere to send a browser, whatever the status says.
    case AuthPromptStatus::redirect: return prompt.redirect_link ? exit_success : exit_code_of(OutcomeKind::denied);
    case AuthPromptStatus::open_in_broker_module: return exit_code_of(OutcomeKind::handed_off);
    case AuthPromptStatus::failed: return exit_code_of(OutcomeKind::denied);
    case AuthPromptStatus::unknown: break;
  }
  return exit_code_of(OutcomeKind::unsupported);
}

void print_json(AuthPromptResponse const& prompt, LinkOptions const& options, int exit_code) {
  boost::json::object event{
      {"event", "link"}, {"broker", wire_name(options.broker)}, {"status", prompt.status.spelling()}};
  if (prompt.redirect_link) event["link"] = prompt.redirect_link->reveal();
  if (prompt.link_token) {
    event["linkToken"] = options.show_tokens ? std::string(prompt.link_token->reveal()) : masked(*prompt.link_token);
  }
  event["exitCode"] = exit_code;
  print(Shown::json(boost::json::serialize(event) + "\n"));
}

/// The link stands alone on stdout, so that a shell can hand it to a browser.
void print_words(AuthPromptResponse const& prompt, LinkOptions const& options, int exit_code) {
  if (prompt.redirect_link && exit_code == exit_success) {
    print_line(prompt.redirect_link->reveal());
    return;
  }
  auto line = std::string(wire_name(options.broker)) + ": " + std::string(prompt.status.spelling());
  if (prompt.status == AuthPromptStatus::redirect) line += " without a link";
  if (prompt.link_token && options.show_tokens) line += ", link token " + std::string(prompt.link_token->reveal());
  throw Failure(line, exit_code);
}

boost::asio::awaitable<int> async_link(ApiServer& server, LinkOptions const& options) {
  auto token = boost::asio::as_tuple(boost::asio::use_awaitable);
  Open<BrokerType> broker(options.broker);
  Secret user(options.user_id);
  auto [ec, reply] = co_await server.client().async_link(std::move(broker), std::move(user), token);
  if (ec) give_up(server.name(), ec, reply.message ? reply.message->reveal() : "");
  if (!reply.content) {
    auto const kind = kind_of(reply.status);
    throw Failure(server.name() + ": the API answered " + std::string(reply.status.spelling()),
                  kind == OutcomeKind::succeeded ? exit_failure : exit_code_of(kind));
  }
  auto const exit_code = code_of_link(*reply.content);
  if (options.json) {
    print_json(*reply.content, options, exit_code);
  } else {
    print_words(*reply.content, options, exit_code);
  }
  co_return exit_code;
}

}  // namespace

int link(LinkOptions const& options) {
  boost::asio::io_context context(1);
  ApiServer server(context.get_executor(), options.server);
  return run(context, async_link(server, options));
}

}  // namespace sallyport::app
