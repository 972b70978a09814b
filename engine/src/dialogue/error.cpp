#include <sallyport/engine/error.hpp>

#include <string>

namespace sallyport {
namespace {

// Boost's base class has a protected destructor that is not virtual, on purpose: a category is never deleted.
class EngineCategory final : public boost::system::error_category {
public:
  char const* name() const noexcept override { return "sallyport.engine"; }
  std::string message(int value) const override {
    switch (static_cast<EngineErrc>(value)) {
      case EngineErrc::not_allowed: return "the login takes no such act in its present state";
      case EngineErrc::session_over: return "the login has ended";
      case EngineErrc::too_early: return "too early: the cool-down or the poll interval is not over";
      case EngineErrc::restart_required: return "this step takes no answer; the login has to be started over";
      case EngineErrc::restarts_exhausted: return "the login was started over or switched too often";
      case EngineErrc::protocol_violation: return "the server sent a reply that may not follow the one before it";
      case EngineErrc::table_full: return "the session table is full";
      case EngineErrc::stale_handle: return "the session is gone";
      case EngineErrc::would_risk_lockout: return "the account could get locked; nothing was sent";
      case EngineErrc::ledger_full: return "the ledger has no room for another account; nothing was sent";
      case EngineErrc::answers_exhausted: return "the login has sent as many answers as it may; nothing was sent";
      case EngineErrc::bad_snapshot: return "the saved session has a value that none can have under these limits";
    }
    return "unknown engine error";
  }
};

}  // namespace

std::string_view name_of(EngineErrc code) noexcept {
  switch (code) {
    case EngineErrc::not_allowed: return "not_allowed";
    case EngineErrc::session_over: return "session_over";
    case EngineErrc::too_early: return "too_early";
    case EngineErrc::restart_required: return "restart_required";
    case EngineErrc::restarts_exhausted: return "restarts_exhausted";
    case EngineErrc::protocol_violation: return "protocol_violation";
    case EngineErrc::table_full: return "table_full";
    case EngineErrc::stale_handle: return "stale_handle";
    case EngineErrc::would_risk_lockout: return "would_risk_lockout";
    case EngineErrc::ledger_full: return "ledger_full";
    case EngineErrc::bad_snapshot: return "bad_snapshot";
    case EngineErrc::answers_exhausted: return "answers_exhausted";
  }
  return "unknown";
}

boost::system::error_category const& engine_category() noexcept {
  static EngineCategory const category;
  return category;
}

boost::system::error_code make_error_code(EngineErrc code) noexcept {
  return {static_cast<int>(code), engine_category()};
}

}  // namespace sallyport
