// What a proxy says to CONNECT: the same however the bytes are cut, and a tunnel is open only after a success of which
// nothing more was said.

#include "demand.hpp"
#include "targets.hpp"

#include <client/proxy.hpp>

#include <algorithm>
#include <string>

namespace sallyport::fuzz {
namespace {

std::string read(std::string_view bytes, std::size_t piece) {
  ProxyReply reply(1024);
  auto says = ProxyReply::Says::nothing_yet;
  while (!bytes.empty() && says == ProxyReply::Says::nothing_yet) {
    auto const some = bytes.substr(0, piece);
    bytes.remove_prefix(some.size());
    says = reply.take(some);
  }
  // Whether more was said than a header only shows where it came along.
  if (says == ProxyReply::Says::opened && !bytes.empty()) says = ProxyReply::Says::nonsense;
  auto const is_success = reply.status() >= 200 && reply.status() < 300;
  demand(says != ProxyReply::Says::opened || is_success);
  demand(says != ProxyReply::Says::refused || (reply.status() >= 100 && !is_success));
  demand(!reply.words().empty());
  return std::to_string(static_cast<int>(says)) + " " + std::to_string(reply.status());
}

}  // namespace

void proxy_reply(std::string_view bytes) {
  auto const whole = read(bytes, bytes.size() + 1);
  for (std::size_t const piece : {1U, 7U}) demand_same(whole, read(bytes, piece));
}

}  // namespace sallyport::fuzz
