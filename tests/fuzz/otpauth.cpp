// The URI in an authenticator's QR code: what is read makes codes, and its texts may be shown in one line.

#include "demand.hpp"
#include "targets.hpp"

#include <http/query.hpp>

#include <sallyport/transport/totp.hpp>

#include <string>

namespace sallyport::fuzz {
namespace {

void check_uri(std::string_view uri) {
  auto const account = totp_account_from_uri(uri);
  if (!account) return;
  demand(!account->key.empty() && account->parameters.period.count() > 0);
  demand(totp_code(account->key, 1, account->parameters).size() == account->parameters.digits);
  demand(problem_of_text(account->issuer).empty() && problem_of_text(account->account).empty());
}

}  // namespace

void otpauth(std::string_view bytes) {
  check_uri(bytes);
  // What is nearly right, so that the search does not have to find the beginning first.
  check_uri("otpauth://totp/" + std::string(bytes));
  check_uri("otpauth://totp/Broker:mesh?secret=JBSWY3DPEHPK3PXP&" + std::string(bytes));
}

}  // namespace sallyport::fuzz
