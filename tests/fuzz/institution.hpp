#pragma once

#include <sallyport/transport/account_service.hpp>
#include <sallyport/transport/verifier.hpp>

#include <string>
#include <utility>
#include <vector>

namespace sallyport::fuzz {

/// An institution behind a server: it wants a code, takes "123456", and does all else that it is asked.
class Institution final : public Verifier, public AccountService {
public:
  [[nodiscard]] std::vector<AuthenticationScheme> const& schemes() const override { return schemes_; }
  void forget(LoginId) noexcept override {}
  [[nodiscard]] std::vector<HealthStatus> health() const override { return {}; }

private:
  void verify(VerifyRequest request, Verifier::Handler handler) override {
    AuthResponse reply;
    auto const is_right = request.request.mfa_code && request.request.mfa_code->reveal() == "123456";
    reply.status = request.act == EventType::answer ? is_right ? AuthStatus::succeeded : AuthStatus::challenge_failed
                                                    : AuthStatus::mfa_required;
    std::move(handler)(boost::system::error_code(), std::move(reply));
  }
  void link(LinkRequest, AccountService::Handler<AuthPromptResponse> handler) override {
    std::move(handler)(boost::system::error_code(), envelope_of(AuthPromptResponse()));
  }
  void refresh(std::string, RefreshRequest, AccountService::Handler<RefreshResponse> handler) override {
    std::move(handler)(boost::system::error_code(), envelope_of(RefreshResponse()));
  }
  void remove(std::string, RemoveAccountRequest, AccountService::Handler<NoContent> handler) override {
    std::move(handler)(boost::system::error_code(), refusal_envelope<NoContent>(ApiResultStatus::not_found, "None."));
  }

  std::vector<AuthenticationScheme> schemes_;
};

}  // namespace sallyport::fuzz
