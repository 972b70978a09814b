#include "options/serve_options.hpp"

#include "runtime/failure.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <string_view>
#include <thread>

namespace sallyport::app {
namespace {

void take_listen(std::string const& listen, ServeOptions& serve) {
  auto const colon = listen.rfind(':');
  auto const wrong = [&listen] { return UsageError("--listen", "\"" + listen + "\" is not HOST:PORT"); };
  if (colon == std::string::npos || colon == 0) throw wrong();
  auto host = listen.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  auto const port = std::string_view(listen).substr(colon + 1);
  auto const [end, ec] = std::from_chars(port.data(), port.data() + port.size(), serve.port);
  if (ec == std::errc::result_out_of_range) throw UsageError("--listen", "the port is over 65535");
  if (ec != std::errc{} || end != port.data() + port.size()) throw wrong();
  serve.address = host == "localhost" ? "127.0.0.1" : host;
  std::array<unsigned char, sizeof(in6_addr)> bits{};
  auto const family = serve.address.find(':') == std::string::npos ? AF_INET : AF_INET6;
  if (inet_pton(family, serve.address.c_str(), bits.data()) != 1) {
    throw UsageError("--listen", "\"" + host + "\" is not an IP address");
  }
}

std::uint16_t metrics_port(std::string const& text) {
  std::uint16_t port = 0;
  auto const [end, ec] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (ec != std::errc{} || end != text.data() + text.size()) throw UsageError("--metrics", "not a port, 0 to 65535");
  return port;
}

std::chrono::seconds drain_time(std::string const& text) {
  constexpr std::uint16_t seconds_max = 3600;
  std::uint16_t seconds = 0;
  auto const [end, ec] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (ec != std::errc{} || end != text.data() + text.size() || seconds > seconds_max) {
    throw UsageError("--drain", "not a number of seconds, 0 to 3600");
  }
  return std::chrono::seconds(seconds);
}

std::size_t shard_count(std::string const& text) {
  constexpr std::size_t shards_max = 256;
  std::size_t shards = 0;
  auto const [end, ec] = std::from_chars(text.data(), text.data() + text.size(), shards);
  if (ec != std::errc{} || end != text.data() + text.size() || shards > shards_max) {
    throw UsageError("--shards", "not a number of shards, 0 to 256");
  }
  return shards != 0 ? shards : std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, shards_max);
}

}  // namespace

void add_serve_options(CLI::App& verb, ServeArguments& arguments) {
  verb.add_option("--listen", arguments.listen, "Where to listen; 127.0.0.1:8443 without it, port 0 picks a free one")
      ->type_name("HOST:PORT");
  verb.add_option("--cert", arguments.options.certificate_file, "The certificate chain")->type_name("PEM");
  verb.add_option("--key", arguments.options.key_file, "Its private key, readable by its owner alone")
      ->type_name("PEM");
  verb.add_flag("--self-signed", arguments.options.self_signed,
                "A throwaway authority and a certificate for localhost");
  verb.add_option("--write-ca", arguments.options.ca_output, "Where to write the throwaway authority")
      ->type_name("FILE");
  verb.add_option("--scenarios", arguments.options.scenarios, "Directory of more scenarios, *.json")->type_name("DIR");
  verb.add_option("--port-file", arguments.options.port_file, "Where to write the port once listening")
      ->type_name("FILE");
  verb.add_option("--client-file", arguments.options.client_file, "Client id and secret: two lines, or JSON")
      ->type_name("FILE");
  verb.add_option("--events", arguments.options.events_file, "Append what happens, one JSON object a line; - is stderr")
      ->type_name("FILE");
  verb.add_option("--metrics", arguments.metrics,
                  "Serve http://127.0.0.1:PORT/metrics to Prometheus; 0 picks a free port")
      ->type_name("PORT");
  verb.add_option("--drain", arguments.drain, "How long requests under way may take once it shall stop; 10 without it")
      ->type_name("SECONDS");
  verb.add_option(
          "--proxy", arguments.options.proxies,
          "A proxy in front, an address or a network: it is believed where a client comes from; may be repeated")
      ->type_name("ADDRESS");
  verb.add_flag("--proxy-protocol", arguments.options.proxy_protocol,
                "Its connections begin with a header of the PROXY protocol, version 2");
  verb.add_option("--shards", arguments.shards, "On so many cores, each with a thread; 0 on all; 1 without it")
      ->type_name("N");
}

ServeOptions serve_options(ServeArguments const& arguments) {
  auto serve = arguments.options;
  if (!arguments.drain.empty()) serve.drain = drain_time(arguments.drain);
  if (!arguments.metrics.empty()) serve.metrics_port = metrics_port(arguments.metrics);
  if (!arguments.listen.empty()) take_listen(arguments.listen, serve);
  if (!arguments.shards.empty()) serve.shards = shard_count(arguments.shards);
  if (serve.self_signed && (serve.certificate_file || serve.key_file)) {
    throw UsageError("--self-signed", "does not go with --cert and --key");
  }
  if (!serve.self_signed && !serve.certificate_file) throw UsageError("--cert", "missing, or give --self-signed");
  if (!serve.self_signed && !serve.key_file) throw UsageError("--key", "missing; it goes with --cert");
  if (serve.ca_output && !serve.self_signed) throw UsageError("--write-ca", "goes with --self-signed");
  if (serve.proxy_protocol && serve.proxies.empty()) throw UsageError("--proxy-protocol", "goes with --proxy");
  return serve;
}

}  // namespace sallyport::app
