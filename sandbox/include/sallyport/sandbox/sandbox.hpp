#pragma once

#include <sallyport/engine/time.hpp>
#include <sallyport/protocol/secret.hpp>
#include <sallyport/sandbox/catalogue.hpp>
#include <sallyport/transport/same_build.hpp>
#include <sallyport/transport/verifier.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace sallyport {

/// What a simulated institution sends past the API: the code that a user would read on a phone.
struct Delivery {
  LoginId login = 0;
  BrokerType broker = BrokerType::unknown;
  DeliveryChannel by = DeliveryChannel::sms;
  std::string user_id;
  std::string text;  ///< Names neither the user nor the code.
  Secret code;       ///< Empty where there is nothing to type.
};

struct SandboxConfig {
  /// How many seconds of a scenario pass in one real second; a test makes it large. Challenges are not hurried: the
  /// server keeps their time.
  double pace = 1;
  /// The steady clock where unset.
  std::function<TimePoint()> clock;
  /// A server forgets each login, so this bounds a server that does not.
  std::size_t logins_max = 200'000;
};

/// The simulated institutions behind a server: a `Verifier` that plays scenarios. It may be called from any thread.
class Sandbox final : public Verifier {
public:
  Sandbox(boost::asio::any_io_executor executor, Catalogue catalogue, SandboxConfig config = {});
  Sandbox(Sandbox const&) = delete;
  Sandbox& operator=(Sandbox const&) = delete;
  /// Gives up the replies that are still held back.
  ~Sandbox() override;

  /// Those of the first catalogue, whatever takes its place: a server may hold on to them.
  [[nodiscard]] std::vector<AuthenticationScheme> const& schemes() const override;
  /// What new logins play now.
  [[nodiscard]] std::shared_ptr<Catalogue const> catalogue() const;
  /// What new logins play from now on; those that stand at a door go on with the scenario that they began.
  void replace_catalogue(Catalogue catalogue);

  /// Sets who is told what the institutions send. It is called on the thread that asked, before the reply, and may
  /// not call back. Set it before the first login.
  void on_delivery(std::function<void(Delivery const&)> observer);

  void forget(LoginId login) noexcept override;

  /// How many logins stand at a door now.
  [[nodiscard]] std::size_t logins_open() const;

private:
  class Core;

  void verify(VerifyRequest request, Handler handler) override;

  std::unique_ptr<Core> core_;
};

}  // namespace sallyport
