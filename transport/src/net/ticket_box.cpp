#include "net/ticket_box.hpp"

#include <new>
#include <utility>

namespace sallyport {
namespace {

// Asio keeps data of its own in the first place of a context, so ours has another.
int place_of_box() {
  static int const place = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return place;
}

}  // namespace

void TicketBox::collect_from(boost::asio::ssl::context& tls) {
  auto* const context = tls.native_handle();
  if (SSL_CTX_set_ex_data(context, place_of_box(), this) != 1) return;  // Then every handshake is a whole one.
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context, [](SSL* stream, SSL_SESSION* session) {
    auto* const box = static_cast<TicketBox*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(stream), place_of_box()));
    // The stream's own goes bad when the stream is closed without ceremony, as ours are.
    Ticket copy(SSL_SESSION_dup(session));
    try {
      if (copy) box->put(std::move(copy));
    } catch (std::bad_alloc const&) {  // Nothing may pass through OpenSSL; the next handshake is a whole one.
    }
    return 0;
  });
}

void TicketBox::put(Ticket ticket) {
  if (SSL_SESSION_is_resumable(ticket.get()) != 1) return;
  if (tickets_.size() == tickets_max) tickets_.pop_front();
  tickets_.push_back(std::move(ticket));
}

void TicketBox::offer(ssl_st* tls) {
  if (tickets_.empty()) return;
  auto const newest = std::move(tickets_.back());
  tickets_.pop_back();
  SSL_set_session(tls, newest.get());
}

}  // namespace sallyport
