// What comes to a client over a connection: the same reply is read however the bytes are cut, and it says what became
// of the login or why nobody knows.

#include "demand.hpp"
#include "targets.hpp"

#include <http/http_read.hpp>
#include <http/http_reader.hpp>
#include <login/login_reply.hpp>

#include <string>

namespace sallyport::fuzz {
namespace {

// No input comes near the bound of a header: of a reply it is Beast's own, and exact only to some bytes.
constexpr std::size_t reply_header_bytes_max = 16 * 1024;
constexpr std::size_t reply_body_bytes_max = 768;

/// Reads a reply, as a client's connection does: where the server closes, it may be the end of the reply. What is wrong
/// with one that is none may depend on how it was cut: Beast looks at half a header only once.
std::string read_reply(std::string_view bytes, std::size_t piece, HttpReply* reply) {
  ReplyReader reader(reply_header_bytes_max, reply_body_bytes_max);
  ReadBuffer buffer(reply_header_bytes_max + reply_body_bytes_max);
  boost::system::error_code ec;
  while (!ec && !reader.is_done() && !bytes.empty()) {
    auto const some = bytes.substr(0, piece);
    bytes.remove_prefix(some.size());
    ec = feed(reader, buffer, boost::asio::const_buffer(some.data(), some.size()));
  }
  if (!ec && !reader.is_done()) {
    if (!reader.got_some()) return "no reply";
    reader.put_eof(ec);
  }
  if (ec) return "no reply";
  auto& read = reader.reply();
  demand(read.body.size() <= reply_body_bytes_max);
  auto story =
      std::to_string(read.status) + (read.retry_after ? " later " : " ") + (reader.keep_alive() ? "open " : "");
  story.append("\n").append(read.body.reveal());
  if (reply != nullptr) *reply = std::move(read);
  return story;
}

}  // namespace

void http_reply(std::string_view bytes) {
  HttpReply reply;
  auto const story = read_reply(bytes, bytes.size() + 1, &reply);
  for (std::size_t const piece : {1U, 7U}) demand_same(story, read_reply(bytes, piece, nullptr));
  if (reply.status == 0) return;
  if (reply.retry_after) demand(*reply.retry_after >= std::chrono::seconds(0));
  auto read = read_login_reply(reply, {});
  auto const* const response = read.response();
  if (response == nullptr) {
    auto const said = diagnostics_of(take_note(read));
    return demand(!said.reason.empty() || !said.api_status.empty());
  }
  demand(reply.status >= 200 && reply.status <= 204);
  auto const fields = step_fields(nullptr, *response, {});
  static_cast<void>(verdict_of(*response, fields));
}

}  // namespace sallyport::fuzz
