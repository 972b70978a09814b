#include "fault_proxy.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport::test {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr auto proxy_token = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t record_header_size = 5;
constexpr char application_data = 23;

/// The size of the TLS record that the bytes begin with; 0 where it is not whole yet.
std::size_t record_size(std::string_view bytes) {
  if (bytes.size() < record_header_size) return 0;
  auto const byte = [bytes](std::size_t at) { return static_cast<std::size_t>(static_cast<unsigned char>(bytes[at])); };
  auto const size = record_header_size + byte(3) * 256 + byte(4);
  return bytes.size() < size ? 0 : size;
}

std::size_t index_of(FaultProxy::Place place, std::size_t size) {
  switch (place) {
    case FaultProxy::Place::first: return 0;
    case FaultProxy::Place::length: return 4;
    case FaultProxy::Place::middle: return size / 2;
    case FaultProxy::Place::last: return size - 1;
  }
  return 0;
}

}  // namespace

/// One connection of a client and the one to the server that belongs to it.
class FaultProxy::Link {
public:
  struct Piece {
    std::optional<Part> part;  ///< Nothing for what is no part: tickets, commonly.
    std::string bytes;
  };

  explicit Link(tcp::socket accepted) : client(std::move(accepted)), server(client.get_executor()) {}

  /// Takes the records that are whole and of one part.
  [[nodiscard]] std::optional<Piece> next(std::string& held, bool from_client) {
    std::optional<Piece> piece;
    for (auto size = record_size(held); size != 0; size = record_size(held)) {
      auto const before = progress_;
      auto const part = part_of(held.front(), from_client);
      if (piece && piece->part != part) {
        progress_ = before;
        break;
      }
      if (!piece) piece.emplace().part = part;
      piece->bytes.append(held, 0, size);
      held.erase(0, size);
    }
    return piece;
  }

  void close(bool with_reset) {
    for (auto* const socket : {&client, &server}) {
      error_code ignored;
      if (with_reset) socket->set_option(tcp::socket::linger(true, 0), ignored);
      socket->close(ignored);
    }
  }

  tcp::socket client;
  tcp::socket server;
  bool struck = false;
  bool stalled = false;

private:
  struct Progress {
    bool hello = false;
    bool finished = false;
    bool request = false;
  };

  std::optional<Part> part_of(char type, bool from_client) {
    if (!from_client) {
      if (!progress_.finished) return Part::server_flight;
      return progress_.request ? std::optional(Part::reply) : std::nullopt;
    }
    if (!std::exchange(progress_.hello, true)) return Part::client_hello;
    if (!progress_.finished) {
      progress_.finished = type == application_data;
      return Part::client_finished;
    }
    progress_.request = true;
    return Part::request;
  }

  Progress progress_;
};

class FaultProxy::Core : public std::enable_shared_from_this<Core> {
public:
  Core(asio::io_context& io, std::uint16_t server_port)
      : server(asio::ip::make_address("127.0.0.1"), server_port),
        acceptor(io, tcp::endpoint(asio::ip::make_address("127.0.0.1"), 0)) {}

  static asio::awaitable<void> accept(std::shared_ptr<Core> self) {
    for (;;) {
      auto [ec, socket] = co_await self->acceptor.async_accept(proxy_token);
      if (ec) co_return;
      auto const link = std::make_shared<Link>(std::move(socket));
      std::erase_if(self->links, [](auto const& old) { return !old->client.is_open(); });
      self->links.push_back(link);
      asio::co_spawn(self->acceptor.get_executor(), run(self, link), asio::detached);
    }
  }

  static asio::awaitable<void> run(std::shared_ptr<Core> self, std::shared_ptr<Link> link) {
    auto const [ec] = co_await link->server.async_connect(self->server, proxy_token);
    if (ec) {
      link->close(false);
      co_return;
    }
    error_code ignored;
    for (auto* const socket : {&link->client, &link->server}) socket->set_option(tcp::no_delay(true), ignored);
    asio::co_spawn(self->acceptor.get_executor(), pump(self, link, true), asio::detached);
    asio::co_spawn(self->acceptor.get_executor(), pump(self, link, false), asio::detached);
  }

  static asio::awaitable<void> pump(std::shared_ptr<Core> self, std::shared_ptr<Link> link, bool from_client) {
    auto& from = from_client ? link->client : link->server;
    auto& to = from_client ? link->server : link->client;
    std::string held;
    std::array<char, 16 * 1024> chunk;
    for (;;) {
      auto const [ec, size] = co_await from.async_read_some(asio::buffer(chunk), proxy_token);
      if (link->stalled) co_return;
      if (ec) {
        error_code ignored;
        to.shutdown(tcp::socket::shutdown_send, ignored);
        co_return;
      }
      held.append(chunk.data(), size);
      while (auto piece = link->next(held, from_client)) {
        auto const goes_on = self->strike(*link, *piece);
        auto const written = co_await asio::async_write(to, asio::buffer(piece->bytes), proxy_token);
        if (std::get<0>(written)) co_return;
        if (goes_on) continue;
        link->stalled ? void() : link->close(self->resets);
        co_return;
      }
    }
  }

  /// Does harm to the piece where its turn has come; false where nothing may follow it.
  bool strike(Link& link, Link::Piece& piece) {
    if (!armed || link.struck || piece.part != armed->part) return true;
    auto const fault = *armed;
    if (fault.once) armed.reset();
    link.struck = true;
    ++struck;
    auto const at = index_of(fault.place, piece.bytes.size());
    if (fault.harm == Harm::flip) {
      piece.bytes[at] = static_cast<char>(piece.bytes[at] ^ 1);
      return true;
    }
    piece.bytes.resize(at);
    link.stalled = fault.harm == Harm::stall;
    resets = fault.harm == Harm::reset;
    return false;
  }

  void hang_up(bool with_reset) {
    for (auto const& link : links) link->close(with_reset);
    links.clear();
  }

  tcp::endpoint server;
  tcp::acceptor acceptor;
  std::vector<std::shared_ptr<Link>> links;
  std::optional<Fault> armed;
  std::size_t struck = 0;
  bool resets = false;
};

FaultProxy::FaultProxy(asio::io_context& io, std::uint16_t server_port)
    : core_(std::make_shared<Core>(io, server_port)) {
  asio::co_spawn(io, Core::accept(core_), asio::detached);
}

FaultProxy::~FaultProxy() {
  error_code ignored;
  core_->acceptor.close(ignored);
  core_->hang_up(false);
}

std::uint16_t FaultProxy::port() const {
  return core_->acceptor.local_endpoint().port();
}
void FaultProxy::arm(Fault fault) {
  core_->armed = fault;
}
void FaultProxy::disarm() {
  core_->armed.reset();
}
void FaultProxy::hang_up(bool with_reset) {
  core_->hang_up(with_reset);
}
std::size_t FaultProxy::struck() const {
  return core_->struck;
}

std::string name_of(FaultProxy::Fault const& fault) {
  static constexpr std::array<std::string_view, 5> parts{"client hello", "server flight", "client finished", "request",
                                                         "reply"};
  static constexpr std::array<std::string_view, 4> harms{"cut", "reset", "stall", "flip"};
  static constexpr std::array<std::string_view, 4> places{"first byte", "length", "middle", "last byte"};
  std::string name(harms.at(static_cast<std::size_t>(fault.harm)));
  name.append(" at the ").append(places.at(static_cast<std::size_t>(fault.place)));
  name.append(" of the ").append(parts.at(static_cast<std::size_t>(fault.part)));
  return name.append(fault.once ? ", once" : "");
}

}  // namespace sallyport::test
