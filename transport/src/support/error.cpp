#include <sallyport/transport/error.hpp>
#include <sallyport/transport/verifier.hpp>

#include <string>

namespace sallyport {
namespace {

class TransportCategory final : public boost::system::error_category {
public:
  char const* name() const noexcept override { return "sallyport.transport"; }
  std::string message(int value) const override {
    switch (static_cast<TransportErrc>(value)) {
      case TransportErrc::bad_url: return "the URL is not https://host[:port][/path]";
      case TransportErrc::bad_ca_file: return "the CA file cannot be read as PEM certificates";
      case TransportErrc::bad_certificate: return "the certificate cannot be read as PEM";
      case TransportErrc::bad_private_key:
        return "the private key cannot be read as PEM or does not fit the certificate";
      case TransportErrc::missing_client_id:
        return "the client id or the client secret is empty or not fit for a header";
      case TransportErrc::bad_user_id: return "the user id is empty or longer than 50 characters";
      case TransportErrc::missing_broker_type: return "the login names no integration (type)";
      case TransportErrc::resolve_timeout: return "the host name was not resolved in time; nothing was sent";
      case TransportErrc::connect_timeout: return "no connection was made in time; nothing was sent";
      case TransportErrc::handshake_timeout: return "TLS was not established in time; nothing was sent";
      case TransportErrc::certificate_rejected:
        return "the server's certificate could not be verified, or ours was not accepted";
      case TransportErrc::request_timeout: return "no reply came in time; the request may have arrived";
      case TransportErrc::reply_lost: return "the connection ended before the reply; the request may have arrived";
      case TransportErrc::reply_too_large: return "the reply is larger than its bound";
      case TransportErrc::reply_malformed: return "the reply is not a message of the API";
      case TransportErrc::pool_exhausted: return "no connection became free in time; nothing was sent";
      case TransportErrc::request_in_flight: return "the login waits for a reply already";
      case TransportErrc::missing_token: return "a token that the integration needs is missing; nothing was sent";
      case TransportErrc::keeper_ended: return "the access token is over and can no longer be refreshed";
      case TransportErrc::declined: return "no responder has an answer to the prompt";
      case TransportErrc::bad_config: return "a member of the configuration cannot work";
      case TransportErrc::bad_answer: return "the answer does not fit the fields that the prompt asks for";
      case TransportErrc::not_a_code:
        return "the answer cannot be the code that is asked for: digits alone, as many as the challenge says";
      case TransportErrc::callback_failed: return "a function of the host threw";
      case TransportErrc::responder_dropped: return "a function of the host let go of its handler uncalled";
      case TransportErrc::forked: return "the parent of this process began it and goes on with it; nothing was sent";
      case TransportErrc::challenge_changed:
        return "the login stands at another challenge than the answer was given for; nothing was sent";
      case TransportErrc::proxy_refused: return "the proxy did not open a tunnel to the API; nothing was sent";
      case TransportErrc::context_not_told:
        return "the process was forked and its execution context not told by notify_fork; nothing was sent";
      case TransportErrc::api_unavailable: return "the API is out of service, has failed or asks for fewer requests";
    }
    return "unknown transport error";
  }
};

class VerifyCategory final : public boost::system::error_category {
public:
  char const* name() const noexcept override { return "sallyport.verify"; }
  std::string message(int value) const override {
    switch (static_cast<VerifyErrc>(value)) {
      case VerifyErrc::rate_limited: return "the institution wants fewer requests";
      case VerifyErrc::unavailable: return "the institution is out of service";
      case VerifyErrc::connection_cut: return "the connection closes without a reply";
      case VerifyErrc::reply_cut: return "the connection closes in the midst of the reply";
    }
    return "unknown error of a verifier";
  }
};

}  // namespace

boost::system::error_category const& verify_category() noexcept {
  static VerifyCategory const category;
  return category;
}

boost::system::error_code make_error_code(VerifyErrc code) noexcept {
  return {static_cast<int>(code), verify_category()};
}

boost::system::error_category const& transport_category() noexcept {
  static TransportCategory const category;
  return category;
}

boost::system::error_code make_error_code(TransportErrc code) noexcept {
  return {static_cast<int>(code), transport_category()};
}

}  // namespace sallyport
