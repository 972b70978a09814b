#pragma once

#include <sallyport/protocol/same_build.hpp>

#include <boost/system/error_code.hpp>

#include <type_traits>

namespace sallyport {

/// Why a login could not be carried out, or a client or server not be set up. That a server says no is an Outcome.
enum class TransportErrc {
  bad_url = 1,          ///< Not `https://host[:port][/path]`.
  bad_ca_file,          ///< The CA file cannot be read as PEM certificates.
  bad_certificate,      ///< The server's certificate cannot be read as PEM.
  bad_private_key,      ///< The server's private key cannot be read as PEM or belongs to another certificate.
  missing_client_id,    ///< The client id or the client secret is empty or cannot stand in a header.
  bad_user_id,          ///< The user id is empty or over 50 characters.
  missing_broker_type,  ///< The login names no integration.
  resolve_timeout,      ///< The host name was not resolved in time; nothing was sent.
  connect_timeout,      ///< No address took the connection in time; nothing was sent.
  handshake_timeout,    ///< TLS was not established in time; nothing was sent.
  /// The peer's certificate or its host name could not be verified, or it did not accept ours, or wants one. Nothing
  /// was sent; in TLS 1.3 a question (GET) may have been, which the peer did not read.
  certificate_rejected,
  request_timeout,    ///< The reply did not come in time, although the request may have arrived.
  reply_lost,         ///< The connection ended before the reply, although the request may have arrived.
  reply_too_large,    ///< The header or the body of the reply is over its bound.
  reply_malformed,    ///< The reply is not HTTP, or its body is not a message of the API.
  pool_exhausted,     ///< No connection became free in time; nothing was sent.
  request_in_flight,  ///< The login waits for a reply already; one request at a time (law 4).
  missing_token,      ///< A refresh or removal lacks a token that the integration needs; nothing was sent.
  keeper_ended,       ///< The access token is over and can no longer be refreshed.
  declined,           ///< No responder has an answer to the prompt.
  bad_config,         ///< A bound of the configuration cannot work; `problem_of` names it.
  bad_answer,         ///< The answer names a field that the prompt does not ask for, or leaves one out.
  callback_failed,    ///< A function of the host's threw; `Diagnostics::reason` has its words, where they are known.
  responder_dropped,  ///< A function of the host's let go of the handler that it was to call.
  forked,             ///< The parent of this process began it and goes on with it; nothing was sent by this one.
  not_a_code,         ///< A code of digits is asked for, and the answer has others, or too few; nothing was sent.
  challenge_changed,  ///< The login stands at another challenge than the answer was given for; nothing was sent.
  api_unavailable,    ///< The API is out of service, has failed or asks for fewer requests; a keeper asks again later.
  proxy_refused,      ///< The proxy did not open a tunnel to the API; nothing was sent.
  context_not_told,   ///< The process was forked and the execution context not told (`notify_fork`); nothing was sent.
};

[[nodiscard]] boost::system::error_category const& transport_category() noexcept;
[[nodiscard]] boost::system::error_code make_error_code(TransportErrc code) noexcept;

}  // namespace sallyport

template <>
struct boost::system::is_error_code_enum<sallyport::TransportErrc> : std::true_type {};
