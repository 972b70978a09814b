#include "tunnel_proxy.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include <array>

namespace sallyport::test {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

struct TunnelProxy::Core : std::enable_shared_from_this<Core> {
  Core(asio::io_context& io, std::uint16_t port, std::string said)
      : acceptor(io, {asio::ip::make_address("127.0.0.1"), 0}), server_port(port), answer(std::move(said)) {}

  void accept();

  tcp::acceptor acceptor;
  std::uint16_t server_port;
  std::string answer;
  std::vector<std::string> asked;
  std::string heard;
};

/// One connection, and the one that it leads to.
class TunnelProxy::Link : public std::enable_shared_from_this<Link> {
public:
  Link(std::shared_ptr<Core> core, tcp::socket near)
      : core_(std::move(core)), near_(std::move(near)), far_(near_.get_executor()) {}

  void read_header() {
    near_.async_read_some(asio::buffer(upwards_), [self = shared_from_this()](error_code ec, std::size_t size) {
      if (ec) return;
      self->core_->heard.append(self->upwards_.data(), size);
      self->header_.append(self->upwards_.data(), size);
      self->header_.ends_with("\r\n\r\n") ? self->answer() : self->read_header();
    });
  }

private:
  void answer() {
    core_->asked.push_back(header_);
    if (core_->answer.empty()) return read_header();
    asio::async_write(near_, asio::buffer(core_->answer), [self = shared_from_this()](error_code ec, std::size_t) {
      error_code ignored;
      if (ec) return;
      if (!self->core_->answer.starts_with("HTTP/1.1 2") || !self->core_->answer.ends_with("\r\n\r\n")) {
        return static_cast<void>(self->near_.shutdown(tcp::socket::shutdown_send, ignored));
      }
      self->far_.async_connect({asio::ip::make_address("127.0.0.1"), self->core_->server_port},
                               [self](error_code failure) {
                                 if (failure) return;
                                 self->pass(self->near_, self->far_, self->upwards_);
                                 self->pass(self->far_, self->near_, self->downwards_);
                               });
    });
  }

  void pass(tcp::socket& from, tcp::socket& to, std::array<char, 4096>& room) {
    from.async_read_some(asio::buffer(room),
                         [this, self = shared_from_this(), &from, &to, &room](error_code ec, std::size_t size) {
                           error_code ignored;
                           if (ec) return static_cast<void>(to.shutdown(tcp::socket::shutdown_send, ignored));
                           if (&from == &near_) core_->heard.append(room.data(), size);
                           asio::async_write(to, asio::buffer(room.data(), size),
                                             [this, self, &from, &to, &room](error_code failure, std::size_t) {
                                               if (!failure) pass(from, to, room);
                                             });
                         });
  }

  std::shared_ptr<Core> core_;
  tcp::socket near_;
  tcp::socket far_;
  std::string header_;
  std::array<char, 4096> upwards_{};
  std::array<char, 4096> downwards_{};
};

void TunnelProxy::Core::accept() {
  acceptor.async_accept([self = shared_from_this()](error_code ec, tcp::socket socket) {
    if (ec) return;
    std::make_shared<Link>(self, std::move(socket))->read_header();
    self->accept();
  });
}

TunnelProxy::TunnelProxy(asio::io_context& io, std::uint16_t server_port, std::string answer)
    : core_(std::make_shared<Core>(io, server_port, std::move(answer))) {
  core_->accept();
}

TunnelProxy::~TunnelProxy() {
  error_code ignored;
  core_->acceptor.close(ignored);
}

std::string TunnelProxy::url() const {
  return "http://127.0.0.1:" + std::to_string(core_->acceptor.local_endpoint().port());
}
std::vector<std::string> const& TunnelProxy::asked() const {
  return core_->asked;
}
std::string const& TunnelProxy::heard() const {
  return core_->heard;
}

}  // namespace sallyport::test
