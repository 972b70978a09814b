#include "commands/commands.hpp"
#include "runtime/failure.hpp"
#include "runtime/remote_server.hpp"
#include "runtime/run.hpp"
#include "terminal/style.hpp"
#include "view/exit_code.hpp"
#include "view/output.hpp"
#include "view/schemes_view.hpp"

#include <sallyport/protocol/codec.hpp>
#include <sallyport/sandbox/catalogue.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <unistd.h>

#include <string>
#include <utility>
#include <vector>

namespace sallyport::app {
namespace {

using Schemes = std::vector<AuthenticationScheme>;

boost::asio::awaitable<int> async_fetch(Client client, std::string const& url, Schemes& schemes) {
  auto token = boost::asio::as_tuple(boost::asio::use_awaitable);
  auto [ec, reply] = co_await client.async_authentication_schemes(token);
  if (ec) give_up(url, ec, reply.message ? reply.message->reveal() : "");
  if (!reply.content) throw Failure(url + ": the API answered " + std::string(reply.status.spelling()));
  schemes = std::move(*reply.content);
  co_return exit_success;
}

void print_json(std::vector<AuthenticationScheme const*> const& shown) {
  std::string text("[");
  for (auto const* const scheme : shown) {
    text.append(text.size() == 1 ? "\n" : ",\n").append(encode(*scheme).reveal());
  }
  print(Shown::json(text + "\n]\n"));
}

int show(Schemes const& schemes, SchemesOptions const& options) {
  std::vector<AuthenticationScheme const*> shown;
  for (auto const& scheme : schemes) {
    if (!options.broker || scheme.broker_type == *options.broker) shown.push_back(&scheme);
  }
  auto const style = style_of(STDOUT_FILENO);
  if (options.broker && shown.empty()) {
    throw Failure(std::string(wire_name(*options.broker)) + " is not among the integrations of this server");
  }
  if (options.json) {
    print_json(shown);
  } else if (options.broker) {
    print(describe(*shown.front(), style));
  } else {
    print(table_of(shown, style));
  }
  return exit_success;
}

}  // namespace

int schemes(SchemesOptions const& options) {
  if (!options.server.url) {
    auto const catalogue = Catalogue::embedded();
    return show(catalogue.schemes(), options);
  }
  boost::asio::io_context context(1);
  Schemes fetched;
  auto client = connect(context.get_executor(), options.server);
  auto const exit_code = run(context, async_fetch(std::move(client), *options.server.url, fetched));
  return exit_code == exit_success ? show(fetched, options) : exit_code;
}

}  // namespace sallyport::app
