#pragma once

// What a host has to know of an error, whichever library it comes from:
//
//     if (ec == sallyport::ErrorCondition::may_have_arrived) look_at_the_institution_first();

#include <sallyport/protocol/same_build.hpp>

#include <boost/system/error_code.hpp>
#include <boost/system/error_condition.hpp>

#include <type_traits>

namespace sallyport {

/// Compares with the error of any operation of a client: of this library's categories, and of the system's, Asio's and
/// OpenSSL's, with which an operation completes only where no connection was had. Of a whole login (`async_login`) it
/// speaks of the request that failed: those before it were answered.
/// `keeper_ended`, `api_unavailable`, `declined`, `callback_failed` and `responder_dropped` are none of these: they end
/// something between two requests.
enum class ErrorCondition {
  /// Nothing that counts at the institution has left this machine: the same may be done again.
  nothing_sent = 1,
  /// The request may have arrived and its reply is not known. It must not be repeated before somebody has looked.
  may_have_arrived,
  /// The program or its configuration is wrong; the same would fail again. Nothing was sent.
  misuse,
};

[[nodiscard]] boost::system::error_category const& condition_category() noexcept;
[[nodiscard]] boost::system::error_condition make_error_condition(ErrorCondition condition) noexcept;

}  // namespace sallyport

template <>
struct boost::system::is_error_condition_enum<sallyport::ErrorCondition> : std::true_type {};
