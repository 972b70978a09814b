// What comes to a server over a connection: the same requests are read however the bytes are cut, and each is answered
// once, with a message of the API.

#include "demand.hpp"
#include "institution.hpp"
#include "targets.hpp"

#include <http/http_read.hpp>
#include <http/http_reader.hpp>
#include <server/routes.hpp>

#include <sallyport/protocol/codec.hpp>

#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace sallyport::fuzz {
namespace {

// Small, so that what lies beyond them is found soon.
constexpr std::size_t header_bytes_max = 512;
constexpr std::size_t body_bytes_max = 1024;
constexpr std::string_view known_id = "client-1";
constexpr std::string_view known_secret = "canary of the client";

/// What a server has read of a connection, and how that ended.
struct RequestsRead {
  std::vector<ServerRequest> requests;
  std::string story;
};

void note(RequestsRead& read, RequestReader& reader) {
  auto& request = reader.request();
  demand(request.body.size() <= body_bytes_max && request.target.size() <= header_bytes_max);
  for (std::string_view const part :
       {std::string_view(request.method), request.target.reveal(), std::string_view(request.client_id),
        request.client_secret.reveal(), std::string_view(request.content_type), request.body.reveal()}) {
    read.story.append(std::to_string(part.size())).append(":").append(part);
  }
  read.story += reader.keep_alive() ? " goes on\n" : " is the last\n";
  read.requests.push_back(std::move(request));
}

/// Whether the chunks of a body are being read. Beast (1.81) counts a chunk whose extension runs over its line with
/// each piece that comes, so when and why it refuses such a body is a matter of the pieces.
bool in_chunks(RequestReader const& reader) {
  return reader.is_header_done() && reader.chunked();
}

/// Reads one request, as HttpConnection does; whether another may follow.
bool read_request(std::string_view& bytes, std::size_t piece, ReadBuffer& buffer, BodyRoom& room, RequestsRead& read) {
  RequestReader reader(header_bytes_max, body_bytes_max, &room);
  auto ec = buffer.size() == 0 ? boost::system::error_code() : feed(reader, buffer);
  while (!ec && !reader.is_done()) {
    if (reader.pauses()) {
      reader.go_on();
      if (buffer.size() != 0) ec = feed(reader, buffer);
      continue;
    }
    if (bytes.empty()) {
      read.story += in_chunks(reader)                         ? "no end of the chunks"
                    : reader.got_some() || buffer.size() != 0 ? "half a request"
                                                              : "the end";
      return false;
    }
    auto const some = bytes.substr(0, piece);
    bytes.remove_prefix(some.size());
    ec = feed(reader, buffer, boost::asio::const_buffer(some.data(), some.size()));
  }
  if (ec) {
    read.story.append(in_chunks(reader) ? "no end of the chunks" : ec.message()).append(reader.framing_problem().field);
    return false;
  }
  note(read, reader);
  return reader.keep_alive();
}

RequestsRead read_requests(std::string_view bytes, std::size_t piece) {
  constexpr std::size_t room_bytes = 2 * body_bytes_max;
  BodyRoom room(room_bytes);
  ReadBuffer buffer(header_bytes_max + body_bytes_max);
  RequestsRead read;
  while (read_request(bytes, piece, buffer, room, read)) continue;
  demand(room.take(room_bytes));
  return read;
}

ServerConfig config_with_a_client() {
  ServerConfig config;
  config.clients.push_back({.id = std::string(known_id), .secret = Secret(known_secret)});
  config.sessions_max = 4;  // Room for each is taken at once, and each input has a server of its own.
  return config;
}

/// A server without its connections.
class Service {
public:
  Service() = default;
  Service(Service const&) = delete;
  Service& operator=(Service const&) = delete;
  ~Service() {
    logins_->stop();
    accounts_->stop();
    context_.poll();
  }

  void answer(ServerRequest const& request) {
    auto answers = 0;
    routes_.answer(request, [&answers, &request](HttpAnswer const& answer) {
      ++answers;
      check(answer, request);
    });
    context_.restart();
    context_.poll();
    demand(answers == 1);
  }

private:
  // An error may name a member of the body, also one that has the secret for a name.
  static void check(HttpAnswer const& answer, ServerRequest const& request) {
    constexpr auto statuses = std::to_array<unsigned>({200, 400, 401, 404, 405, 429, 503});
    demand(std::ranges::count(statuses, answer.status) == 1);
    auto const body = answer.body.reveal();
    auto const says_secret = [](std::string_view text) { return text.find(known_secret) != std::string_view::npos; };
    demand(!says_secret(body) || says_secret(request.body.reveal()) || says_secret(request.target.reveal()));
    auto const is_problem = answer.content_type == "application/problem+json";
    demand(is_problem ? decode<ProblemDetails>(body).has_value() : decode<ApiResult<NoContent>>(body).has_value());
  }

  boost::asio::io_context context_{1};
  Strand strand_{context_.get_executor()};
  std::shared_ptr<ServerState> state_ = std::make_shared<ServerState>(config_with_a_client(), nullptr);
  Institution institution_;
  Deadlines deadlines_;  // Nobody lets them ring.
  std::shared_ptr<LoginService> logins_ = std::make_shared<LoginService>(strand_, state_, institution_, deadlines_);
  std::shared_ptr<AccountRoutes> accounts_ = std::make_shared<AccountRoutes>(strand_, state_, institution_);
  Routes routes_{state_, institution_, logins_, accounts_};
};

}  // namespace

void http_request(std::string_view bytes) {
  auto read = read_requests(bytes, bytes.size() + 1);
  for (std::size_t const piece : {1U, 7U}) demand_same(read.story, read_requests(bytes, piece).story);
  if (read.requests.empty()) return;
  Service service;
  for (auto const& request : read.requests) service.answer(request);
  for (auto& request : read.requests) {
    request.client_id = known_id;
    request.client_secret = Secret(known_secret);
    service.answer(request);
  }
}

}  // namespace sallyport::fuzz
