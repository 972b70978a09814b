#pragma once

#include <sallyport/protocol/field.hpp>
#include <sallyport/protocol/secret.hpp>
#include <sallyport/transport/prompt.hpp>
#include <sallyport/transport/responder.hpp>
#include <sallyport/transport/totp.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace sallyport {

// Responders for what can be answered without a human. One that has no answer to a prompt completes with
// `TransportErrc::declined`; in a chain the next one is asked, alone it ends the login with that error.

/// Answers prompts for the code of an authenticator. It sends no code twice: within a window that it has used, for this
/// login or another, it waits for the next one; in the last second of a window too (of a short one the last tenth), or
/// the code would be over when it arrives. Where the clock differs from that of the institution (`Prompt::peer_clock`)
/// by more than half a window, the institution's counts, and `Outcome::clock_correction` says so. In one login it gives
/// one code: where a code was refused, or may have been (`Prompt::answered_before`), its key or its clock is wrong, so
/// it declines, and the next attempt is the user's.
class TotpResponder final : public Responder {
public:
  using Clock = std::function<std::chrono::system_clock::time_point()>;

  /// The clock is the system's where unset.
  TotpResponder(boost::asio::any_io_executor executor, Secret key, TotpParameters parameters = {}, Clock clock = {});
  ~TotpResponder() override;

private:
  class Core;

  void respond(Prompt const& prompt, Handler handler) override;

  std::shared_ptr<Core> core_;
};

/// Answers prompts for fields that it was given, once in a login for each kind of challenge (status, factor, flow
/// step): what was wrong, or may have been, is not said again, whatever id or text the next challenge has. It waits at
/// doors where the user acts elsewhere, and declines all others.
class StaticResponder final : public Responder {
public:
  StaticResponder() = default;
  /// Chain it: `StaticResponder().with(...).with(...)`.
  StaticResponder&& with(Field field, Secret text) && {
    answers_.emplace_back(field, std::move(text));
    return std::move(*this);
  }

private:
  void respond(Prompt const& prompt, Handler handler) override;

  std::vector<std::pair<Field, Secret>> answers_;
};

/// Answers with what a function returns; it declines where that is nothing. The function runs on the client's strand
/// and must not block.
class CallbackResponder final : public Responder {
public:
  using Callback = std::function<std::optional<Answer>(Prompt const&)>;

  explicit CallbackResponder(Callback callback) : callback_(std::move(callback)) {}

private:
  void respond(Prompt const& prompt, Handler handler) override;

  Callback callback_;
};

/// Asks several responders in turn until one does not decline: "try the authenticator, then ask the user". They must
/// outlive it.
class ChainResponder final : public Responder {
public:
  explicit ChainResponder(std::vector<Responder*> links) : links_(std::move(links)) {}

private:
  class Walk;

  void respond(Prompt const& prompt, Handler handler) override;

  std::vector<Responder*> links_;
};

}  // namespace sallyport
