// The spelling of every enumerator on the wire, in the order of the enumerators. A new value of the API is one
// enumerator, one count and one spelling here; the rest follows.

#include <sallyport/protocol/broker.hpp>
#include <sallyport/protocol/factor.hpp>
#include <sallyport/protocol/status.hpp>

#include "same.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

namespace sallyport {
namespace {

template <class E>
constexpr auto spellings = 0;

template <>
constexpr auto spellings<AuthStatus> = std::to_array<std::string_view>({
    "unknown",
    "failed",
    "challengeFailed",
    "succeeded",
    "challengeIssued",
    "mfaRequired",
    "openInBrokerModule",
    "delayed",
    "deviceConfirmationRequired",
    "emailVerification",
    "emailReceived",
    "captchaChallenge",
    "faceVerification",
    "bindMfaRequired",
    "apiKeyGenerationError",
    "qrCodeRequired",
    "qrCodeExpired",
    "deviceLoginVerified",
});

template <>
constexpr auto spellings<ApiResultStatus> = std::to_array<std::string_view>({
    "unknown",
    "ok",
    "serverFailure",
    "permissionDenied",
    "badRequest",
    "notFound",
    "conflict",
    "tooManyRequest",
    "locked",
    "unavailableForLegalReasons",
});

template <>
constexpr auto spellings<AuthPromptStatus> = std::to_array<std::string_view>({
    "unknown",
    "failed",
    "redirect",
    "openInBrokerModule",
});

template <>
constexpr auto spellings<RefreshStatus> = std::to_array<std::string_view>({
    "unknown",
    "failed",
    "succeeded",
    "mfaRequired",
});

template <>
constexpr auto spellings<MfaType> = std::to_array<std::string_view>({
    "unknown",
    "phone",
    "email",
    "totp",
    "phoneAndEmail",
    "requireNextSecurityQuestion",
    "readEmail",
    "face",
    "tradingPin",
    "qrCode",
    "password",
    "roaming",
    "mobile",
    "passkey",
});

template <>
constexpr auto spellings<AuthFlowStep> = std::to_array<std::string_view>({
    "unknown",
    "loginPassword",
    "mfaFlow",
    "faceVerification",
    "createAPIKey",
    "loginQrCode",
});

template <>
constexpr auto spellings<MfaScheme> = std::to_array<std::string_view>({
    "unknown",
    "mfaCode",
    "challenge",
    "deviceConfirmation",
    "securityQuestion",
});

template <>
constexpr auto spellings<AuthenticationSchemeType> = std::to_array<std::string_view>({
    "unknown",
    "usernamePassword",
    "oAuth",
    "apiKey",
    "blockchainAddress",
    "trueAuth",
});

template <>
constexpr auto spellings<BrokerType> = std::to_array<std::string_view>({
    "unknown",
    "robinhood",
    "eTrade",
    "alpaca",
    "tdAmeritrade",
    "weBull",
    "stash",
    "interactiveBrokers",
    "public",
    "coinbase",
    "kraken",
    "coinbasePro",
    "cryptoCom",
    "openSea",
    "binanceUs",
    "gemini",
    "cryptocurrencyAddress",
    "cryptocurrencyWallet",
    "okCoin",
    "bittrex",
    "kuCoin",
    "etoro",
    "cexIo",
    "binanceInternational",
    "bitstamp",
    "gateIo",
    "acorns",
    "okx",
    "bitFlyer",
    "coinlist",
    "huobi",
    "bitfinex",
    "deFiWallet",
    "krakenDirect",
    "vanguard",
    "binanceInternationalDirect",
    "bitfinexDirect",
    "bybit",
    "paxos",
    "coinbasePrime",
    "btcTurkDirect",
    "kuCoinDirect",
    "okxOAuth",
    "paribuDirect",
    "robinhoodConnect",
    "blockchainCom",
    "bitsoDirect",
    "binanceConnect",
    "binanceOAuth",
    "revolutConnect",
    "binancePay",
    "bybitDirect",
    "paribuOAuth",
    "payPalConnect",
    "binanceTrDirect",
    "coinbaseRamp",
    "bybitDirectMobile",
    "sandbox",
});

template <>
constexpr auto spellings<BrokerFeature> = std::to_array<std::string_view>({
    "unknown",
    "holdings",
    "balance",
    "orders",
    "transfers",
    "identity",
    "cryptocurrencyDepositAddresses",
    "accountNumber",
    "paymentMethods",
    "conversions",
});

template <class E>
constexpr std::size_t index_of(E value) noexcept {
  return static_cast<std::size_t>(value);
}

template <class E>
constexpr auto described = [] {
  std::array<E, enumerator_count<E>> values{};
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<E>(i + 1);
  return values;
}();

template <class E>
constexpr auto spelling_less =
    [](E left, E right) { return spellings<E>[index_of(left)] < spellings<E>[index_of(right)]; };

template <class E>
constexpr auto by_spelling = [] {
  auto values = described<E>;
  std::sort(values.begin(), values.end(), spelling_less<E>);
  return values;
}();

// Where the search for a spelling begins. A few letters tell the spellings of an enum apart well enough.
constexpr std::size_t hash_of(std::string_view spelling) noexcept {
  auto const letter = [spelling](std::size_t index) -> std::size_t {
    return spelling.empty() ? 0U : static_cast<unsigned char>(spelling[index]);
  };
  return spelling.size() + 7 * letter(0) + 31 * letter(spelling.size() / 2) + 131 * letter(spelling.size() - 1);
}

// A hash table of the indices of the described values; 0 is an empty place. Half of it stays empty, so that every
// search ends.
template <class E>
constexpr auto by_hash = [] {
  static_assert(enumerator_count<E> < 256);
  std::array<std::uint8_t, std::bit_ceil(2 * enumerator_count<E>)> places{};
  for (std::size_t index = 1; index <= enumerator_count<E>; ++index) {
    auto place = hash_of(spellings<E>[index]) % places.size();
    while (places[place] != 0) place = (place + 1) % places.size();
    places[place] = static_cast<std::uint8_t>(index);
  }
  return places;
}();

constexpr char small(char letter) noexcept {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

constexpr bool same_in_any_case(std::string_view left, std::string_view right) noexcept {
  return std::ranges::equal(left, right, {}, small, small);
}

template <class E>
constexpr bool is_sound =
    spellings<E>.size() == enumerator_count<E> + 1 && std::adjacent_find(by_spelling<E>.begin(), by_spelling<E>.end(),
                                                                         [](E left, E right) {
                                                                           return !spelling_less<E>(left, right);
                                                                         }) == by_spelling<E>.end();

}  // namespace

template <WireEnum E>
std::string_view wire_name(E value) noexcept {
  static_assert(is_sound<E>, "one spelling for each enumerator, none twice");
  auto const index = index_of(value);
  return spellings<E>[index < spellings<E>.size() ? index : 0];
}

template <WireEnum E>
E enumerator_of(std::string_view spelling) noexcept {
  auto const& places = by_hash<E>;
  for (auto place = hash_of(spelling) % places.size(); places[place] != 0; place = (place + 1) % places.size()) {
    if (wire::same(spellings<E>[places[place]], spelling)) return static_cast<E>(places[place]);
  }
  return E::unknown;
}

template <WireEnum E>
E enumerator_in_any_case(std::string_view spelling) noexcept {
  for (auto const each : described<E>) {
    if (same_in_any_case(spellings<E>[index_of(each)], spelling)) return each;
  }
  return E::unknown;
}

template <WireEnum E>
std::span<E const> enumerators() noexcept {
  return described<E>;
}

#define SALLYPORT_INSTANTIATE(E)                                         \
  template std::string_view wire_name(E value) noexcept;                 \
  template E enumerator_of(std::string_view spelling) noexcept;          \
  template E enumerator_in_any_case(std::string_view spelling) noexcept; \
  template std::span<E const> enumerators() noexcept;
SALLYPORT_INSTANTIATE(AuthStatus)
SALLYPORT_INSTANTIATE(ApiResultStatus)
SALLYPORT_INSTANTIATE(AuthPromptStatus)
SALLYPORT_INSTANTIATE(RefreshStatus)
SALLYPORT_INSTANTIATE(MfaType)
SALLYPORT_INSTANTIATE(AuthFlowStep)
SALLYPORT_INSTANTIATE(MfaScheme)
SALLYPORT_INSTANTIATE(AuthenticationSchemeType)
SALLYPORT_INSTANTIATE(BrokerType)
SALLYPORT_INSTANTIATE(BrokerFeature)
#undef SALLYPORT_INSTANTIATE

}  // namespace sallyport
