// What a proxy says of a client before TLS begins, and in a header: whatever it is, it is read the same however it
// comes in pieces, never beyond its end, and believed of nobody but a proxy.

#include "demand.hpp"
#include "targets.hpp"

#include <http/proxy_header.hpp>
#include <server/proxies.hpp>

#include <boost/asio/ip/address.hpp>

namespace sallyport::fuzz {

void proxy_header(std::string_view bytes) {
  using Kind = ProxyHeader::Kind;
  auto const all = read_proxy_header(bytes);
  demand((all.kind == Kind::whole) == (all.size != 0) && all.size <= bytes.size());
  demand(all.kind == Kind::whole || !all.source);
  for (std::size_t size = 0; size < bytes.size() && size <= proxy_header_bytes_max; ++size) {
    auto const some = read_proxy_header(bytes.substr(0, size));
    // What is none stays none; what is half becomes what the whole is; what is whole is so with all that follows.
    if (some.kind == Kind::none) demand(all.kind == Kind::none);
    if (some.kind == Kind::half) demand(all.kind != Kind::whole || all.size > size);
    if (some.kind == Kind::whole) demand(all.kind == Kind::whole && some.size == all.size && some.source == all.source);
  }

  static TrustedProxies const trusted({"10.0.0.0/8", "fd00::/8"});
  auto const proxy = boost::asio::ip::make_address("10.0.0.1");
  auto const stranger = boost::asio::ip::make_address("192.0.2.1");
  demand(trusted.client_of(stranger, bytes) == stranger);
  auto const client = trusted.client_of(proxy, bytes);
  // One more proxy of ours behind the list changes nothing; one that is not ours is itself the client.
  demand(trusted.client_of(proxy, std::string(bytes) + ", 10.0.0.2") == client || client == proxy);
  demand(trusted.client_of(proxy, std::string(bytes) + ", 192.0.2.1") == stranger);
}

}  // namespace sallyport::fuzz
