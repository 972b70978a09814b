#include "commands/commands.hpp"
#include "runtime/api_server.hpp"
#include "runtime/failure.hpp"
#include "runtime/run.hpp"
#include "terminal/style.hpp"
#include "view/exit_code.hpp"
#include "view/output.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <unistd.h>

#include <algorithm>
#include <string>
#include <vector>

namespace sallyport::app {
namespace {

using Health = std::vector<HealthStatus>;

boost::json::object object_of(HealthStatus const& one) {
  boost::json::object members{{"type", one.type.spelling()}};
  if (one.name) members["name"] = *one.name;
  if (one.is_up) members["isUp"] = *one.is_up;
  if (one.description) members["description"] = *one.description;
  if (one.down_time_start) members["downTimeStart"] = *one.down_time_start;
  if (one.down_time_end) members["downTimeEnd"] = *one.down_time_end;
  return members;
}

Shown json_of(Health const& shown) {
  boost::json::array list;
  for (auto const& one : shown) list.push_back(object_of(one));
  return Shown::json(boost::json::serialize(list) + "\n");
}

Shown table_of(Health const& shown, Style const& style) {
  std::size_t columns = 0;
  for (auto const& one : shown) columns = std::max(columns, columns_of(one.type.spelling()));
  Shown table;
  for (auto const& one : shown) {
    auto const word = !one.is_up ? Shown("unknown") : *one.is_up ? style.green("up") : style.red("down");
    auto line = padded(one.type.spelling(), columns + 2) + word;
    if (one.description && !one.description->empty()) line.append(2, ' ').append(*one.description);
    table.append(style.terminal ? truncated(line, style.width) : line).end_line();
  }
  return table;
}

boost::asio::awaitable<int> async_status(ApiServer& server, StatusOptions const& options) {
  auto token = boost::asio::as_tuple(boost::asio::use_awaitable);
  auto [ec, reply] = co_await server.client().async_status(token);
  if (ec) give_up(server.name(), ec, reply.message ? reply.message->reveal() : "");
  if (!reply.content) throw Failure(server.name() + ": the API answered " + std::string(reply.status.spelling()));
  auto& shown = *reply.content;
  if (options.broker) std::erase_if(shown, [&](HealthStatus const& one) { return one.type != *options.broker; });
  if (options.broker && shown.empty()) {
    throw Failure(std::string(wire_name(*options.broker)) + " is not among the integrations of this server");
  }
  print(options.json ? json_of(shown) : table_of(shown, style_of(STDOUT_FILENO)));
  auto const is_down = options.broker && shown.front().is_up == false;
  co_return is_down ? exit_code_of(OutcomeKind::unavailable) : exit_success;
}

}  // namespace

int status(StatusOptions const& options) {
  boost::asio::io_context context(1);
  ApiServer server(context.get_executor(), options.server);
  return run(context, async_status(server, options));
}

}  // namespace sallyport::app
