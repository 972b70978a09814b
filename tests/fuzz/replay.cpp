// Gives kept inputs to a target: fuzz_replay TARGET FILE|DIRECTORY... It fails where a law does not hold, and where
// there is no input.

#include "targets.hpp"

#include <algorithm>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

struct Target {
  std::string_view name;
  void (*run)(std::string_view bytes);
};

constexpr Target targets[] = {
    {"decode_request", sallyport::fuzz::decode_request},     {"decode_response", sallyport::fuzz::decode_response},
    {"flight_record", sallyport::fuzz::flight_record},       {"http_reply", sallyport::fuzz::http_reply},
    {"http_request", sallyport::fuzz::http_request},         {"lockout_hint", sallyport::fuzz::lockout_hint},
    {"open_snapshot", sallyport::fuzz::open_snapshot},       {"otpauth", sallyport::fuzz::otpauth},
    {"proxy_header", sallyport::fuzz::proxy_header},         {"cookies", sallyport::fuzz::cookies},
    {"proxy_reply", sallyport::fuzz::proxy_reply},           {"scenario_file", sallyport::fuzz::scenario_file},
    {"scenario_grammar", sallyport::fuzz::scenario_grammar}, {"schemes", sallyport::fuzz::schemes},
    {"session_walk", sallyport::fuzz::session_walk},         {"terminal_text", sallyport::fuzz::terminal_text},
};

std::vector<fs::path> files_of(fs::path const& place) {
  if (!fs::is_directory(place)) return {place};
  std::vector<fs::path> files;
  for (auto const& entry : fs::directory_iterator(place)) files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

void run(Target const& target, fs::path const& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) throw fs::filesystem_error("cannot read", path, {});
  std::string const bytes((std::istreambuf_iterator<char>(stream)), {});
  // Named before it is tried: what is named last is what broke.
  std::printf("%s\n", path.c_str());
  std::fflush(stdout);
  target.run(bytes);
}

}  // namespace

int main(int argument_count, char const* const* arguments) {
  std::vector<std::string_view> const words(arguments + 1, arguments + argument_count);
  auto const* const target =
      words.empty() ? std::end(targets) : std::ranges::find(targets, words.front(), &Target::name);
  if (target == std::end(targets)) {
    std::fprintf(stderr, "usage: fuzz_replay TARGET FILE|DIRECTORY...; the targets are those of targets.hpp\n");
    return 2;
  }
  try {
    std::size_t count = 0;
    for (auto const& word : std::vector(words.begin() + 1, words.end())) {
      for (auto const& path : files_of(word)) {
        run(*target, path);
        ++count;
      }
    }
    std::printf("%zu inputs\n", count);
    return count == 0 ? 1 : 0;
  } catch (std::exception const& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
