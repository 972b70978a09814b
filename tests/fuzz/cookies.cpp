// What servers want to have back, line by line: it stays within its bounds, ends no header, and a jar that was filled
// from another one's header sends the same.

#include "demand.hpp"
#include "targets.hpp"

#include <http/cookie_jar.hpp>

#include <algorithm>
#include <string>

namespace sallyport::fuzz {

void cookies(std::string_view bytes) {
  CookieJar jar;
  while (!bytes.empty()) {
    auto const line = bytes.substr(0, bytes.find('\n'));
    bytes.remove_prefix(std::min(line.size() + 1, bytes.size()));
    jar.take(line);
    auto const header = jar.header().reveal();
    demand(header.size() <= CookieJar::bytes_max);
    demand(is_cookie_header(header));
    demand(std::ranges::count(header, ';') < static_cast<int>(CookieJar::cookies_max));
  }
  std::string const header(jar.header().reveal());
  CookieJar other{Secret(header)};
  demand_same(header, std::string(other.header().reveal()));
  CookieJar again;
  for (std::string_view left = header; !left.empty();) {
    auto const pair = left.substr(0, left.find("; "));
    left.remove_prefix(std::min(pair.size() + 2, left.size()));
    again.take(pair);
  }
  demand_same(header, std::string(again.header().reveal()));
}

}  // namespace sallyport::fuzz
