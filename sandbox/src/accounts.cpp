#include <sallyport/sandbox/accounts.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>

namespace sallyport {
namespace {

using boost::system::error_code;

constexpr std::string_view access_prefix = "sandbox-access-";
constexpr std::string_view refresh_prefix = "sandbox-refresh-";
constexpr std::string_view code = "123456";
constexpr std::int32_t life_seconds = 7200;
constexpr std::size_t spent_max = 10'000;

/// Which account a token is of: "robinhood-0-0" of "sandbox-access-robinhood-0-0.7"; "" for a token of another
/// integration or of nobody.
std::string_view account_of(std::string_view token, std::string_view prefix, BrokerType type) {
  if (!token.starts_with(prefix)) return {};
  token.remove_prefix(prefix.size());
  auto const account = token.substr(0, token.find('.'));
  auto const name = wire_name(type);
  auto const fits = account.size() > name.size() && account.starts_with(name) && account[name.size()] == '-';
  return fits ? account : std::string_view{};
}

/// Each login hands out the same first tokens, so only what a refresh made can be spent.
bool is_refreshed(std::string_view token) noexcept {
  return token.find('.') != std::string_view::npos;
}

}  // namespace

SandboxAccounts::SandboxAccounts(Catalogue const& catalogue) {
  for (auto const& scheme : catalogue.schemes()) {
    schemes_.emplace_back(scheme.broker_type.value(), scheme.authentication_scheme_type.value());
  }
}

std::vector<HealthStatus> SandboxAccounts::health() const {
  std::vector<HealthStatus> all;
  for (auto const& [broker, scheme] : schemes_) {
    auto& entry = all.emplace_back();
    entry.type = broker;
    entry.name = std::string(wire_name(broker));
    entry.is_up = true;
    entry.supported_products.emplace();
  }
  return all;
}

void SandboxAccounts::link(LinkRequest request, Handler<AuthPromptResponse> handler) {
  auto const found = std::ranges::find(schemes_, request.type.value(), &decltype(schemes_)::value_type::first);
  auto const scheme = found == schemes_.end() ? AuthenticationSchemeType::unknown : found->second;
  AuthPromptResponse prompt;
  if (scheme == AuthenticationSchemeType::oauth) {
    prompt.status = AuthPromptStatus::redirect;
    // Where the browser would end after the user has agreed: the default scenario takes it as `redirectLink`.
    auto const name = std::string(request.type.spelling());
    prompt.redirect_link = Secret("https://sandbox.invalid/oauth/" + name + "?code=" + std::string(code));
  } else if (scheme == AuthenticationSchemeType::true_auth) {
    prompt.status = AuthPromptStatus::open_in_broker_module;
    prompt.link_token = Secret("sandbox-link-token");
  } else {
    prompt.status = AuthPromptStatus::failed;
    prompt.error_message = Secret("This integration has no OAuth link.");
  }
  std::move(handler)(error_code(), envelope_of(std::move(prompt)));
}

bool SandboxAccounts::is_spent(std::string_view token) const {
  return std::ranges::find(spent_, token) != spent_.end();
}

void SandboxAccounts::spend(std::string_view token) {
  if (!is_refreshed(token)) return;
  if (spent_.size() == spent_max) spent_.pop_front();
  spent_.emplace_back(token);
}

void SandboxAccounts::refresh(std::string, RefreshRequest request, Handler<RefreshResponse> handler) {
  auto const type = request.type.value();
  auto const token = request.refresh_token.reveal();
  auto const account = account_of(token, refresh_prefix, type);
  auto const access = request.access_token ? request.access_token->reveal() : std::string_view{};
  auto const access_fits = access.empty() || account_of(access, access_prefix, type) == account;
  std::unique_lock lock(mutex_);
  if (account.empty() || !access_fits || is_spent(token)) {
    lock.unlock();
    return std::move(handler)(error_code(),
                              refusal_envelope<RefreshResponse>(ApiResultStatus::bad_request, "Unauthorized token"));
  }
  RefreshResponse response;
  auto& tokens = response.broker_account_tokens.emplace().emplace_back();
  auto const tail = std::string(account) + "." + std::to_string(++generation_);
  tokens.access_token = Secret(std::string(access_prefix) + tail);
  auto const wants_code = type == BrokerType::vanguard;
  if (wants_code && !request.mfa_code) {
    response.status = RefreshStatus::mfa_required;
  } else if (wants_code && !equals(request.mfa_code->reveal(), code)) {
    response.status = RefreshStatus::failed;
    response.error_message = Secret("The code is wrong.");
    response.broker_account_tokens.reset();
  } else {
    spend(token);
    response.status = RefreshStatus::succeeded;
    response.expires_in_seconds = life_seconds;
    tokens.refresh_token = Secret(std::string(refresh_prefix) + tail);
  }
  lock.unlock();
  std::move(handler)(error_code(), envelope_of(std::move(response)));
}

void SandboxAccounts::remove(std::string, RemoveAccountRequest request, Handler<NoContent> handler) {
  auto const token = request.auth_token.reveal();
  auto const account = account_of(token, access_prefix, request.type.value());
  std::unique_lock lock(mutex_);
  auto const known = !account.empty() && !is_spent(token);
  if (known) spend(token);
  lock.unlock();
  std::move(handler)(error_code(), known ? envelope_of(std::optional<NoContent>())
                                         : refusal_envelope<NoContent>(ApiResultStatus::bad_request,
                                                                       "There is no connection with this token."));
}

}  // namespace sallyport
