#include "options/client_identity.hpp"

#include "files/duplicate_member.hpp"
#include "files/file.hpp"
#include "files/wiping_memory.hpp"
#include "runtime/failure.hpp"

#include <boost/json/object.hpp>

#include <cstdlib>
#include <string_view>

namespace sallyport::app {
namespace {

namespace json = boost::json;

std::string_view take_line(std::string_view& text) {
  auto const end = std::min(text.find('\n'), text.size());
  auto line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  while (line.ends_with('\r') || line.ends_with(' ')) line.remove_suffix(1);
  return line;
}

[[noreturn]] void refuse(std::string const& file) {
  throw UsageError("--client-file",
                   file + ": neither two lines, id and secret, nor JSON with clientId and clientSecret");
}

ApiClient read_json(std::string_view text, std::string const& file) {
  WipingMemory memory;
  boost::system::error_code ec;
  auto const document = parse_wiped(text, memory, ec);
  auto const* const members = ec ? nullptr : document.if_object();
  auto const* const id = members == nullptr ? nullptr : members->if_contains("clientId");
  auto const* const secret = members == nullptr ? nullptr : members->if_contains("clientSecret");
  auto const complete = id != nullptr && secret != nullptr && id->is_string() && secret->is_string();
  if (!complete) refuse(file);
  if (auto const twice = duplicate_member(text))
    throw UsageError("--client-file", file + ": " + *twice + ": given twice");
  std::string_view const secret_text = secret->get_string();
  return {.id = std::string(id->get_string()), .secret = Secret(secret_text)};
}

ApiClient read_file_of(std::string const& file) {
  auto const bytes = read_private_file("--client-file", file);
  auto text = bytes.reveal();
  if (text.starts_with('{')) return read_json(text, file);
  auto const id = take_line(text);
  auto const secret = take_line(text);
  if (id.empty() || secret.empty()) refuse(file);
  return {.id = std::string(id), .secret = Secret(secret)};
}

std::string_view environment(char const* name) {
  auto const* const value = std::getenv(name);
  if (value != nullptr && *value != '\0') return value;
  throw Failure(std::string(name) + " is not set, and there is no --client-file", exit_usage);
}

}  // namespace

ApiClient read_client_identity(std::optional<std::string> const& client_file) {
  if (client_file) return read_file_of(*client_file);
  return {.id = std::string(environment("SALLYPORT_CLIENT_ID")),
          .secret = Secret(environment("SALLYPORT_CLIENT_SECRET"))};
}

}  // namespace sallyport::app
