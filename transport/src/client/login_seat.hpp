#pragma once

#include "client/login_op.hpp"
#include "snapshot/folded_login.hpp"

#include <cstdint>
#include <memory>
#include <optional>

namespace sallyport {

/// Where a login that is driven turn by turn is kept between two turns: as it is, and once it has rested for a while
/// folded into much less memory. The three entries are the host's, on any thread; all else runs on the strand.
class LoginSeat : public std::enable_shared_from_this<LoginSeat> {
public:
  /// In the memory of the client for what rests.
  [[nodiscard]] static std::shared_ptr<LoginSeat> create(std::shared_ptr<ClientCore> core, std::shared_ptr<LoginOp> op);
  LoginSeat(std::shared_ptr<ClientCore> core, std::shared_ptr<LoginOp> op);

  [[nodiscard]] std::uint64_t id() const noexcept { return id_; }
  void begin(AnyTurnHandler handler);
  void answer(Answer what, AnyTurnHandler handler);
  void save(SnapshotKey key, SaveOptions options, Login::SaveHandler handler);

  /// The turn that took the login from here is over.
  void take_back(std::shared_ptr<LoginOp> op) noexcept;
  /// Folds the login if it rests and has since that moment. Since when it rests, where that is later: ask again.
  [[nodiscard]] std::optional<TimePoint> fold_if_resting_since(TimePoint moment);
  [[nodiscard]] bool is_folded() const noexcept { return folded_ != nullptr; }

private:
  [[nodiscard]] std::shared_ptr<LoginOp> awake();
  [[nodiscard]] std::shared_ptr<LoginOp> hand_over();
  void rest() noexcept;
  void answer_on_strand(Answer what, AnyTurnHandler handler);
  void answer_now(Answer what, AnyTurnHandler handler);
  void save_now(SnapshotKey const& key, SaveOptions const& options, bool given_up, Login::SaveHandler handler);
  [[nodiscard]] std::shared_ptr<LoginOp> watching() const;
  [[nodiscard]] bool is_of_parent() const { return process_ != process_number(); }
  [[nodiscard]] boost::system::error_code why_refused() const;
  void refuse(AnyTurnHandler handler);
  void cancel();
  void show_again();

  std::shared_ptr<ClientCore> core_;
  std::uint64_t id_;
  std::uint64_t process_ = process_number();
  std::shared_ptr<LoginOp> op_;     ///< Between two turns, while it is not folded.
  std::weak_ptr<LoginOp> turning_;  ///< Of the newest turn: it keeps this seat, and not the other way round.
  FoldedLoginPointer folded_;
  TimePoint resting_since_{};
  bool listed_ = false;
};

}  // namespace sallyport
