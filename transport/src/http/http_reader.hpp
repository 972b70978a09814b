#pragma once

#include "http/body_room.hpp"
#include "http/exchange.hpp"
#include "http/request_head.hpp"
#include "support/spare_texts.hpp"

#include <sallyport/protocol/secret.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sallyport {

/// What a server has to know of a request. A header that stands there twice is what it is the first time.
struct ServerRequest {
  std::string method;
  Secret target;
  std::string client_id;
  Secret client_secret;
  std::string content_type;
  std::string forwarded_for;  ///< All lines of it, in their order.
  bool is_coded = false;      ///< The body is compressed, or something like that.
  Secret body;
};

/// Beast's parser, which keeps of a message only what is asked of it, and of that what is secret in a Secret.
template <bool is_request>
class HttpReader : public boost::beast::http::basic_parser<is_request> {
protected:
  using Base = boost::beast::http::basic_parser<is_request>;
  using error_code = boost::beast::error_code;
  using text = boost::beast::string_view;

  HttpReader(std::size_t header_bytes_max, std::size_t body_bytes_max, SpareTexts* spare = nullptr) : spare_(spare) {
    Base::header_limit(static_cast<std::uint32_t>(header_bytes_max));
    Base::body_limit(body_bytes_max);
    Base::eager(true);
  }

  /// An empty text for what is kept: where nobody has spare ones, without memory.
  [[nodiscard]] Secret room() noexcept { return spare_ == nullptr ? Secret() : spare_->take(); }
  [[nodiscard]] static std::string_view view(text some) noexcept { return {some.data(), some.size()}; }

  /// A field of the header; those of a trailer are left out.
  virtual void on_header_field(boost::beast::http::field name, std::string_view spelling, std::string_view value) = 0;
  virtual Secret& body() noexcept = 0;

private:
  void on_request_impl(boost::beast::http::verb, text, text, int, error_code&) override {}
  void on_response_impl(int, text, int, error_code&) override {}
  void on_field_impl(boost::beast::http::field name, text spelling, text value, error_code&) final {
    if (!this->is_header_done()) on_header_field(name, view(spelling), view(value));
  }
  void on_header_impl(error_code&) override {}
  // What a header promises is believed up to here; more is reserved when it comes.
  void on_body_init_impl(boost::optional<std::uint64_t> const& length, error_code&) final {
    // One part of a chunked body at a time, so that feed() sees what is left before each (says_something).
    if (Base::chunked()) Base::eager(false);
    constexpr std::uint64_t believed_max = 64 * 1024;
    body() = room();
    if (length) body().reserve(static_cast<std::size_t>(std::min(*length, believed_max)));
  }
  std::size_t on_body_impl(text some, error_code&) final {
    body().append(view(some));
    return some.size();
  }
  void on_chunk_header_impl(std::uint64_t, text, error_code&) final {}
  std::size_t on_chunk_body_impl(std::uint64_t, text some, error_code&) final {
    body().append(view(some));
    return some.size();
  }
  void on_finish_impl(error_code&) final {}

  SpareTexts* spare_;
};

class ReplyReader final : public HttpReader<false> {
public:
  ReplyReader(std::size_t header_bytes_max, std::size_t body_bytes_max, SpareTexts* spare = nullptr)
      : HttpReader(header_bytes_max, body_bytes_max, spare), header_bytes_max_(header_bytes_max) {}

  /// Takes nothing of a header before the whole of it is there, so that its bound is exact: Beast looks at the bound
  /// only where a header is not whole yet.
  std::size_t put(boost::asio::const_buffer bytes, error_code& ec);

  [[nodiscard]] HttpReply& reply() noexcept { return reply_; }
  [[nodiscard]] static constexpr bool pauses() noexcept { return false; }

private:
  void on_response_impl(int code, text reason, int version, error_code& ec) override;
  void on_header_field(boost::beast::http::field name, std::string_view spelling, std::string_view value) override;
  void on_header_impl(error_code& ec) override;
  Secret& body() noexcept override { return reply_.body; }

  HttpReply reply_;
  std::string retry_after_;  ///< As it stands there: it may come before the date by which it was reckoned.
  std::size_t header_bytes_max_;
  std::size_t seen_ = 0;  ///< Of the header, where its end was looked for.
};

class RequestReader final : public HttpReader<true> {
public:
  RequestReader(std::size_t header_bytes_max, std::size_t body_bytes_max, BodyRoom* room = nullptr,
                SpareTexts* spare = nullptr)
      : HttpReader(header_bytes_max, body_bytes_max, spare),
        lines_(header_bytes_max),
        body_bytes_max_(body_bytes_max),
        claim_(room) {}

  /// Takes nothing of a header before the whole of it is there.
  std::size_t put(boost::asio::const_buffer bytes, error_code& ec) {
    if (!is_header_done()) {
      std::string_view const head(static_cast<char const*>(bytes.data()), bytes.size());
      if (auto const skipped = lines_.skip_empty_lines(head)) return skipped;
      ec = head == "\r" ? boost::beast::http::error::need_more : lines_.look_at(head);
      if (ec) return 0;
    }
    auto const taken = Base::put(bytes, ec);
    // The whole header is there. What Beast still waits for is a version that a first line lacks.
    if (ec == boost::beast::http::error::need_more && !is_header_done()) ec = boost::beast::http::error::bad_version;
    return taken;
  }

  [[nodiscard]] ServerRequest& request() noexcept { return request_; }
  /// Whether the client waits to be told to go on before it sends the body.
  [[nodiscard]] bool pauses() const noexcept { return expects_continue_ && is_header_done() && !is_done(); }
  void go_on() noexcept { expects_continue_ = false; }
  /// Whether the client speaks HTTP/1.0, and so has to be told that a connection stays.
  [[nodiscard]] bool is_http_1_0() const noexcept { return framing_.is_http_1_0(); }
  /// Why the header was refused, though it is HTTP.
  [[nodiscard]] FramingProblem const& framing_problem() const noexcept { return problem_; }
  /// Whether the request was refused because there was no room for its body.
  [[nodiscard]] bool lacks_room() const noexcept { return lacks_room_; }
  /// The body is somebody else's now.
  void give_back_room() noexcept { claim_.give_back(); }

private:
  void on_request_impl(boost::beast::http::verb verb, text method, text target, int version, error_code& ec) override;
  void on_header_field(boost::beast::http::field name, std::string_view spelling, std::string_view value) override;
  void on_header_impl(error_code& ec) override;
  Secret& body() noexcept override { return request_.body; }

  ServerRequest request_;
  HeadLines lines_;
  Framing framing_;
  FramingProblem problem_;
  std::size_t body_bytes_max_;
  BodyClaim claim_;
  bool lacks_room_ = false;
  bool expects_continue_ = false;
};

}  // namespace sallyport
