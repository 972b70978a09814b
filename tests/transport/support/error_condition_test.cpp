// What a host asks of an error without knowing every one.

#include <sallyport/engine/error.hpp>
#include <sallyport/transport/error.hpp>
#include <sallyport/transport/error_condition.hpp>
#include <sallyport/transport/snapshot.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <vector>

BOOST_AUTO_TEST_SUITE(error_condition)

using namespace sallyport;
using boost::system::error_code;

namespace {

constexpr int transport_errc_max = static_cast<int>(TransportErrc::context_not_told);
constexpr int snapshot_errc_max = static_cast<int>(SnapshotErrc::crypto_failed);

std::vector<error_code> all_errors() {
  std::vector<error_code> all;
  for (auto code = 1; code <= transport_errc_max; ++code) all.emplace_back(code, transport_category());
  for (auto code = 1; code <= engine_errc_count; ++code) all.emplace_back(code, engine_category());
  for (auto code = 1; code <= snapshot_errc_max; ++code) all.emplace_back(code, snapshot_category());
  return all;
}

}  // namespace

BOOST_AUTO_TEST_CASE(four_errors_say_that_a_request_may_have_arrived_and_no_other) {
  std::vector<error_code> const arrived{TransportErrc::reply_lost, TransportErrc::request_timeout,
                                        TransportErrc::reply_too_large, TransportErrc::reply_malformed};
  for (auto const& ec : all_errors()) {
    auto const is_one = std::ranges::find(arrived, ec) != arrived.end();
    BOOST_TEST((ec == ErrorCondition::may_have_arrived) == is_one, ec.message());
    if (is_one) BOOST_TEST((ec != ErrorCondition::nothing_sent), ec.message());
  }
}

BOOST_AUTO_TEST_CASE(every_other_error_of_a_request_says_that_nothing_was_sent) {
  std::vector<error_code> const between{TransportErrc::keeper_ended, TransportErrc::api_unavailable,
                                        TransportErrc::declined, TransportErrc::callback_failed,
                                        TransportErrc::responder_dropped};
  for (auto const& ec : all_errors()) {
    auto const says_nothing = std::ranges::find(between, ec) != between.end();
    BOOST_TEST((ec == ErrorCondition::nothing_sent || ec == ErrorCondition::may_have_arrived) != says_nothing,
               ec.message());
  }
  for (error_code const ec :
       {error_code(boost::asio::error::connection_refused), error_code(boost::asio::error::host_not_found),
        error_code(boost::asio::error::eof), error_code(boost::asio::error::operation_aborted),
        error_code(boost::asio::ssl::error::stream_truncated)}) {
    BOOST_TEST((ec == ErrorCondition::nothing_sent), ec.message());
    BOOST_TEST((ec != ErrorCondition::misuse), ec.message());
  }
}

BOOST_AUTO_TEST_CASE(a_misuse_has_sent_nothing) {
  for (auto const& ec : all_errors()) {
    if (ec == ErrorCondition::misuse) BOOST_TEST((ec == ErrorCondition::nothing_sent), ec.message());
  }
  for (error_code const ec : {error_code(TransportErrc::bad_url), error_code(TransportErrc::context_not_told),
                              error_code(EngineErrc::session_over), error_code(SnapshotErrc::credentials_missing)}) {
    BOOST_TEST((ec == ErrorCondition::misuse), ec.message());
  }
  for (error_code const ec : {error_code(TransportErrc::pool_exhausted), error_code(EngineErrc::too_early),
                              error_code(EngineErrc::would_risk_lockout), error_code(SnapshotErrc::tampered)}) {
    BOOST_TEST((ec != ErrorCondition::misuse), ec.message());
  }
}

BOOST_AUTO_TEST_CASE(no_error_is_none_of_them) {
  error_code const none;
  BOOST_TEST((none != ErrorCondition::nothing_sent));
  BOOST_TEST((none != ErrorCondition::may_have_arrived));
  BOOST_TEST((none != ErrorCondition::misuse));
}

BOOST_AUTO_TEST_SUITE_END()
