#pragma once

#include <sallyport/protocol/wire_enum.hpp>

#include <cstddef>
#include <cstdint>

namespace sallyport {

/// An integration: a brokerage, an exchange or a wallet that the API can log in to.
enum class BrokerType : std::uint8_t {
  unknown,
  robinhood,
  e_trade,
  alpaca,
  td_ameritrade,
  we_bull,
  stash,
  interactive_brokers,
  public_,
  coinbase,
  kraken,
  coinbase_pro,
  crypto_com,
  open_sea,
  binance_us,
  gemini,
  cryptocurrency_address,
  cryptocurrency_wallet,
  ok_coin,
  bittrex,
  ku_coin,
  etoro,
  cex_io,
  binance_international,
  bitstamp,
  gate_io,
  acorns,
  okx,
  bit_flyer,
  coinlist,
  huobi,
  bitfinex,
  defi_wallet,
  kraken_direct,
  vanguard,
  binance_international_direct,
  bitfinex_direct,
  bybit,
  paxos,
  coinbase_prime,
  btc_turk_direct,
  ku_coin_direct,
  okx_oauth,
  paribu_direct,
  robinhood_connect,
  blockchain_com,
  bitso_direct,
  binance_connect,
  binance_oauth,
  revolut_connect,
  binance_pay,
  bybit_direct,
  paribu_oauth,
  paypal_connect,
  binance_tr_direct,
  coinbase_ramp,
  bybit_direct_mobile,
  sandbox,
};
template <>
inline constexpr std::size_t enumerator_count<BrokerType> = 57;

/// What an integration offers once an account is connected, as GET status lists it.
enum class BrokerFeature : std::uint8_t {
  unknown,
  holdings,
  balance,
  orders,
  transfers,
  identity,
  cryptocurrency_deposit_addresses,
  account_number,
  payment_methods,
  conversions,
};
template <>
inline constexpr std::size_t enumerator_count<BrokerFeature> = 9;

}  // namespace sallyport
