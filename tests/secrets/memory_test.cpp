// Once a login is over, nothing that was secret in it is found in the memory of the process: neither the client's nor
// the server's, which run here side by side. All that can be written to is searched but the stack: the heap, the data
// of every library, what was mapped by hand. Memory that cannot be written to holds what is in the files on the disk.

#include <support/loopback.hpp>

#include <sallyport/sandbox/catalogue.hpp>
#include <sallyport/sandbox/sandbox.hpp>
#include <sallyport/sandbox/throwaway_ca.hpp>
#include <sallyport/transport/responders.hpp>
#include <sallyport/transport/totp.hpp>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <memory>
#include <string_view>

BOOST_AUTO_TEST_SUITE(memory)

using namespace sallyport;
using namespace sallyport::test;

namespace {

constexpr unsigned char mask = 0xA5;
/// A secret that was freed is overwritten in part by who keeps the heap, so a piece of it counts.
constexpr std::size_t piece_size = 8;

/// A secret that is made at run time and kept disguised, so that whoever searches does not find what they search with.
class Canary {
public:
  Canary() : Canary(Chance{"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789__"}) {}
  /// A code as a phone gets it.
  [[nodiscard]] static Canary of_digits() { return Canary(Chance{"0123456789"}); }
  explicit Canary(std::string_view text) {
    for (auto const letter : text) hide(letter);
  }

  [[nodiscard]] Secret alive() const {
    Secret secret;
    secret.reserve(hidden_.size());
    for (auto const byte : hidden_) secret.push_back(static_cast<char>(static_cast<unsigned char>(byte) ^ mask));
    return secret;
  }
  [[nodiscard]] bool is_in(std::string_view disguised) const {
    for (std::size_t at = 0; at + piece_size <= hidden_.size(); at += piece_size) {
      if (::memmem(disguised.data(), disguised.size(), hidden_.data() + at, piece_size) != nullptr) return true;
    }
    return false;
  }

private:
  struct Chance {
    std::string_view letters;
  };
  explicit Canary(Chance of) {
    std::array<unsigned char, 24> chance{};
    BOOST_TEST_REQUIRE(::getrandom(chance.data(), chance.size(), 0) == static_cast<ssize_t>(chance.size()));
    for (auto const byte : chance) hide(of.letters[byte % of.letters.size()]);
  }
  void hide(char letter) { hidden_.push_back(static_cast<char>(static_cast<unsigned char>(letter) ^ mask)); }

  std::string hidden_;
};

/// Reads the process's own memory, piece by piece, into a room of its own that it does not read.
class Memory {
public:
  Memory()
      : file_(::open("/proc/self/mem", O_RDONLY | O_CLOEXEC)),
        room_(static_cast<char*>(
            ::mmap(nullptr, room_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))) {
    BOOST_TEST_REQUIRE(file_ >= 0);
    BOOST_TEST_REQUIRE((room_ != MAP_FAILED));
  }
  Memory(Memory const&) = delete;
  Memory& operator=(Memory const&) = delete;
  ~Memory() {
    wipe(room_, room_size);
    ::munmap(room_, room_size);
    ::close(file_);
  }

  /// The mappings in which the canary stands; none where it is nowhere.
  [[nodiscard]] std::string places_of(Canary const& canary) const {
    std::string places;
    std::ifstream maps("/proc/self/maps");
    std::size_t searched = 0;
    for (std::string line; std::getline(maps, line);) {
      auto const dash = line.find('-');
      auto const blank = line.find(' ');
      if (line.compare(blank + 1, 2, "rw") != 0) continue;
      if (line.ends_with("[stack]")) continue;  // A spilt register lies there now and then, until it is overwritten.
      auto const from = std::stoull(line.substr(0, dash), nullptr, 16);
      auto const to = std::stoull(line.substr(dash + 1, blank - dash - 1), nullptr, 16);
      searched += to - from;
      if (is_between(canary, from, to)) places += line + "\n";
    }
    BOOST_TEST(searched > 100'000U);
    return places;
  }

private:
  [[nodiscard]] bool is_between(Canary const& canary, std::uint64_t from, std::uint64_t to) const {
    auto const own = reinterpret_cast<std::uint64_t>(room_);
    while (from < to) {
      // The kernel may have joined the room with its neighbours.
      if (from >= own && from < own + room_size) from = own + room_size;
      if (from >= to) return false;
      auto const end = from < own && own < to ? own : to;
      auto const size = std::min<std::uint64_t>(end - from, room_size);
      auto const got = ::pread(file_, room_, size, static_cast<off_t>(from));
      if (got <= 0) return false;
      for (auto* byte = room_; byte != room_ + got; ++byte) *byte = static_cast<char>(*byte ^ static_cast<char>(mask));
      if (canary.is_in({room_, static_cast<std::size_t>(got)})) return true;
      auto const read = static_cast<std::uint64_t>(got);
      from += read == room_size ? read - piece_size : read;
    }
    return false;
  }

  static constexpr std::size_t room_size = 1U << 20U;
  int file_;
  char* room_;
};

#define CHECK_GONE(canary)                                   \
  do {                                                       \
    auto const places = Memory().places_of(canary);          \
    BOOST_TEST(places.empty(), #canary " is in " << places); \
  } while (false)

#define CHECK_THERE(canary) BOOST_TEST(!Memory().places_of(canary).empty(), #canary " is nowhere")

/// Asks for a code by SMS, then for one of an authenticator, and hands out tokens.
class TwoFactors final : public Verifier {
public:
  TwoFactors(Canary const& access, Canary const& refresh) : access_(&access), refresh_(&refresh) {}

  [[nodiscard]] std::vector<AuthenticationScheme> const& schemes() const override { return none_; }
  void forget(LoginId) noexcept override {}

private:
  void verify(VerifyRequest, Handler handler) override {
    ++asked_;
    auto reply = asked_ == 1   ? challenge(AuthStatus::mfa_required, MfaType::phone)
                 : asked_ == 2 ? challenge(AuthStatus::mfa_required, MfaType::totp)
                               : granted();
    if (asked_ > 2) {
      auto& tokens = reply.account_tokens->front();
      tokens.access_token = access_->alive();
      tokens.refresh_token = refresh_->alive();
    }
    std::move(handler)(boost::system::error_code{}, std::move(reply));
  }

  std::vector<AuthenticationScheme> none_;
  Canary const* access_;
  Canary const* refresh_;
  int asked_ = 0;
};

/// Types these codes where one is asked for that came on the phone, each once.
class Phone final : public Responder {
public:
  explicit Phone(std::vector<Canary> codes) : codes_(std::move(codes)) {}

private:
  void respond(Prompt const& prompt, Handler handler) override {
    if (prompt.mfa_type == MfaType::totp || next_ == codes_.size()) {
      return std::move(handler)(TransportErrc::declined, Answer());
    }
    std::move(handler)(boost::system::error_code{}, Answer::text(codes_[next_++].alive()));
  }

  std::vector<Canary> codes_;
  std::size_t next_ = 0;
};

struct Secrets {
  Canary user;  ///< Not looked for: a server keeps whom it serves as plain text (`VerifyRequest::user_id`).
  Canary password;
  Canary code = Canary::of_digits();
  Canary totp_key;
  Canary access;
  Canary refresh;
  Canary client_secret;
};

/// A throw-away authority that another process has made, so that only what reads its key can leave it here. It comes
/// through a pipe in disguise, the certificates and the key behind each other with a zero after each.
ThrowawayCa elsewhere_made_ca() {
  std::array<int, 2> ends{};
  BOOST_TEST_REQUIRE(::pipe(ends.data()) == 0);
  auto const child = ::fork();
  BOOST_TEST_REQUIRE(child >= 0);
  if (child == 0) {
    auto const made = make_throwaway_ca();
    if (!made) ::_exit(1);
    auto text = made->certificate + '\0' + made->identity.certificate_chain + '\0';
    text.append(made->identity.private_key.reveal());
    for (auto& letter : text) letter = static_cast<char>(letter ^ static_cast<char>(mask));
    auto const sent = ::write(ends[1], text.data(), text.size());
    ::_exit(sent == static_cast<ssize_t>(text.size()) ? 0 : 1);
  }
  ::close(ends[1]);
  ThrowawayCa made;
  auto part = 0;
  for (char letter = 0; ::read(ends[0], &letter, 1) == 1;) {
    letter = static_cast<char>(letter ^ static_cast<char>(mask));
    if (letter == '\0') {
      ++part;
    } else if (part == 2) {
      made.identity.private_key.push_back(letter);
    } else {
      (part == 0 ? made.certificate : made.identity.certificate_chain).push_back(letter);
    }
  }
  ::close(ends[0]);
  auto status = 0;
  BOOST_TEST_REQUIRE(::waitpid(child, &status, 0) == child);
  BOOST_TEST_REQUIRE(status == 0);
  BOOST_TEST_REQUIRE(!made.identity.private_key.empty());
  return made;
}

/// A client and a server, both with this secret.
struct Pair {
  Pair(Verifier& verifier, Canary const& client_secret) {
    auto ca = elsewhere_made_ca();
    auto const key = ca.identity.private_key.reveal();
    private_key.emplace(key.substr(key.size() / 2, 24));  // Of an EC key's PEM: behind what is the same in all of them.
    auto pattern = (std::filesystem::temp_directory_path() / "sallyport-ca-XXXXXX").string();
    auto const file = ::mkstemp(pattern.data());
    std::ofstream(pattern) << ca.certificate;
    ServerConfig serving;
    serving.identity = std::move(ca.identity);
    serving.clients.push_back({.id = "client-1", .secret = client_secret.alive()});
    auto made = Server::create(io.get_executor(), std::move(serving), verifier);
    BOOST_TEST_REQUIRE(made.has_value());
    server.emplace(std::move(*made));
    server->start();
    ClientConfig config;
    config.url = "https://127.0.0.1:" + std::to_string(server->port());
    config.client_id = "client-1";
    config.client_secret = client_secret.alive();
    config.ca_file = pattern;
    config.governor = no_governor;  // It logs one account in all the time.
    auto created = Client::create(io.get_executor(), std::move(config));
    ::close(file);
    ::unlink(pattern.c_str());
    BOOST_TEST_REQUIRE(created.has_value());
    client.emplace(std::move(*created));
  }

  boost::asio::io_context io;
  std::optional<Canary> private_key;
  std::optional<Server> server;
  std::optional<Client> client;
};

Credentials credentials(Canary const& user, std::string_view name, Canary const& password) {
  Credentials who;
  who.user_id = user.alive();
  who.request.type = BrokerType::robinhood;
  who.request.username = Secret(name);
  who.request.password = password.alive();
  who.request.device_info = "device-1";
  return who;
}

Outcome log_in(Pair& pair, Credentials who, Responder& responder) {
  auto [ec, outcome] = await<Outcome>(
      pair.io, [&](auto handler) { pair.client->async_login(std::move(who), responder, std::move(handler)); });
  BOOST_TEST(!ec, ec.message());
  return std::move(outcome);
}

constexpr TotpParameters eight_digits{.hash = TotpHash::sha1, .digits = 8};
constexpr std::chrono::system_clock::time_point fixed{std::chrono::seconds(1'772'000'000)};

}  // namespace

BOOST_AUTO_TEST_CASE(a_scan_finds_a_secret_while_it_is_alive_and_one_that_was_not_wiped) {
  Canary const canary;
  CHECK_GONE(canary);
  {
    auto const secret = canary.alive();
    CHECK_THERE(canary);
  }
  CHECK_GONE(canary);
  auto plain = std::make_unique<std::string>(canary.alive().reveal());
  plain.reset();
  CHECK_THERE(canary);  // Of a plain string its end outlives it.
}

BOOST_AUTO_TEST_CASE(nothing_secret_outlives_a_login_with_a_password_an_sms_and_an_authenticator) {
  Secrets const secrets;
  std::optional<Canary> totp;
  std::optional<Canary> private_key;
  {
    TwoFactors verifier(secrets.access, secrets.refresh);
    Pair pair(verifier, secrets.client_secret);
    private_key = pair.private_key;
    CHECK_GONE(*private_key);
    {
      Phone phone({secrets.code});
      TotpResponder authenticator(pair.client->get_executor(), secrets.totp_key.alive(), eight_digits,
                                  [] { return fixed; });
      totp.emplace(totp_code(secrets.totp_key.alive(), totp_window(fixed, eight_digits), eight_digits).reveal());
      ChainResponder responder({&phone, &authenticator});
      auto const outcome = log_in(pair, credentials(secrets.user, "Mesh", secrets.password), responder);
      BOOST_TEST(name_of(outcome.kind) == "succeeded");
      CHECK_THERE(secrets.access);
      CHECK_THERE(secrets.totp_key);
    }
    // The connection stands, and both sides remember that there was a login.
    CHECK_THERE(secrets.client_secret);
    CHECK_GONE(secrets.password);
    CHECK_GONE(secrets.code);
    CHECK_GONE(secrets.totp_key);
    CHECK_GONE(*totp);
    CHECK_GONE(secrets.access);
    CHECK_GONE(secrets.refresh);
    CHECK_GONE(*private_key);
  }
  CHECK_GONE(secrets.client_secret);
}

BOOST_AUTO_TEST_CASE(nothing_secret_outlives_logins_at_the_sandbox) {
  Secrets const secrets;
  {
    boost::asio::io_context sandbox_io;
    Sandbox sandbox(sandbox_io.get_executor(), Catalogue::embedded());
    Pair pair(sandbox, secrets.client_secret);
    {
      // A wrong code first; then the right one.
      Phone phone({secrets.code, Canary("123456")});
      auto const outcome = log_in(pair, credentials(secrets.user, "Mesh+sms", Canary("Pass123")), phone);
      BOOST_TEST(name_of(outcome.kind) == "succeeded");
      Phone nobody({});
      auto const denied = log_in(pair, credentials(secrets.user, "Mesh", secrets.password), nobody);
      BOOST_TEST(name_of(denied.kind) == "denied");
    }
    CHECK_GONE(secrets.code);
    CHECK_GONE(secrets.password);
  }
  CHECK_GONE(secrets.client_secret);
}

BOOST_AUTO_TEST_SUITE_END()
