#include <sallyport/transport/error_condition.hpp>

#include <sallyport/engine/error.hpp>
#include <sallyport/transport/error.hpp>
#include <sallyport/transport/snapshot.hpp>

#include <string>

namespace sallyport {
namespace {

using boost::system::error_code;

bool is_misuse(TransportErrc code) noexcept {
  switch (code) {
    case TransportErrc::bad_url:
    case TransportErrc::bad_ca_file:
    case TransportErrc::bad_certificate:
    case TransportErrc::bad_private_key:
    case TransportErrc::missing_client_id:
    case TransportErrc::bad_user_id:
    case TransportErrc::missing_broker_type:
    case TransportErrc::missing_token:
    case TransportErrc::bad_config:
    case TransportErrc::bad_answer:
    case TransportErrc::context_not_told: return true;
    case TransportErrc::resolve_timeout:
    case TransportErrc::connect_timeout:
    case TransportErrc::handshake_timeout:
    case TransportErrc::certificate_rejected:
    case TransportErrc::request_timeout:
    case TransportErrc::reply_lost:
    case TransportErrc::reply_too_large:
    case TransportErrc::reply_malformed:
    case TransportErrc::pool_exhausted:
    case TransportErrc::request_in_flight:
    case TransportErrc::keeper_ended:
    case TransportErrc::declined:
    case TransportErrc::callback_failed:
    case TransportErrc::responder_dropped:
    case TransportErrc::forked:
    case TransportErrc::not_a_code:
    case TransportErrc::challenge_changed:
    case TransportErrc::api_unavailable:
    case TransportErrc::proxy_refused: return false;
  }
  return false;
}

bool is_misuse(EngineErrc code) noexcept {
  return code == EngineErrc::not_allowed || code == EngineErrc::session_over || code == EngineErrc::stale_handle;
}

bool is_misuse(SnapshotErrc code) noexcept {
  return code == SnapshotErrc::bad_key || code == SnapshotErrc::bad_id || code == SnapshotErrc::login_saved ||
         code == SnapshotErrc::credentials_missing || code == SnapshotErrc::credentials_mismatch;
}

bool may_have_arrived(error_code const& ec) noexcept {
  return ec == TransportErrc::reply_lost || ec == TransportErrc::request_timeout ||
         ec == TransportErrc::reply_too_large || ec == TransportErrc::reply_malformed;
}

bool is_misuse(error_code const& ec) noexcept {
  if (ec.category() == transport_category()) return is_misuse(static_cast<TransportErrc>(ec.value()));
  if (ec.category() == engine_category()) return is_misuse(static_cast<EngineErrc>(ec.value()));
  if (ec.category() == snapshot_category()) return is_misuse(static_cast<SnapshotErrc>(ec.value()));
  return false;
}

/// What ends something between two requests says nothing of a request.
bool is_between_requests(error_code const& ec) noexcept {
  return ec == TransportErrc::keeper_ended || ec == TransportErrc::api_unavailable || ec == TransportErrc::declined ||
         ec == TransportErrc::callback_failed || ec == TransportErrc::responder_dropped;
}

class ConditionCategory final : public boost::system::error_category {
public:
  [[nodiscard]] char const* name() const noexcept override { return "sallyport.condition"; }
  [[nodiscard]] std::string message(int condition) const override {
    switch (static_cast<ErrorCondition>(condition)) {
      case ErrorCondition::nothing_sent: return "nothing was sent";
      case ErrorCondition::may_have_arrived: return "the request may have arrived";
      case ErrorCondition::misuse: return "the program or its configuration is wrong";
    }
    return "unknown condition";
  }
  [[nodiscard]] bool equivalent(error_code const& ec, int condition) const noexcept override {
    switch (static_cast<ErrorCondition>(condition)) {
      case ErrorCondition::nothing_sent: return ec && !sallyport::may_have_arrived(ec) && !is_between_requests(ec);
      case ErrorCondition::may_have_arrived: return sallyport::may_have_arrived(ec);
      case ErrorCondition::misuse: return sallyport::is_misuse(ec);
    }
    return false;
  }
};

}  // namespace

boost::system::error_category const& condition_category() noexcept {
  static ConditionCategory const category;
  return category;
}

boost::system::error_condition make_error_condition(ErrorCondition condition) noexcept {
  return {static_cast<int>(condition), condition_category()};
}

}  // namespace sallyport
