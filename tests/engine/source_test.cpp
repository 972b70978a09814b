// What must hold for the text of the sources.

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::engine_test {
namespace {

namespace fs = std::filesystem;

fs::path const root(SALLYPORT_SOURCE_DIR);

bool is_skipped(fs::path const& directory) {
  auto const name = directory.filename().string();
  return name == "build" || name == "node_modules" || name.starts_with(".");
}

/// All C++ sources below a directory, but not those that a build or a package manager brought.
std::vector<fs::path> sources(fs::path const& below) {
  std::vector<fs::path> found;
  for (fs::recursive_directory_iterator at(below), end; at != end; ++at) {
    if (at->is_directory() && is_skipped(at->path())) at.disable_recursion_pending();
    auto const extension = at->path().extension();
    if (at->is_regular_file() && (extension == ".hpp" || extension == ".cpp")) found.push_back(at->path());
  }
  return found;
}

std::vector<std::string> lines_of(fs::path const& path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

constexpr std::string_view forbidden_includes[] = {"<boost/asio",
                                                   "<boost/beast",
                                                   "<boost/thread",
                                                   "<boost/random",
                                                   "<openssl/",
                                                   "<thread>",
                                                   "<mutex>",
                                                   "<random>",
                                                   "<ctime>",
                                                   "<time.h>",
                                                   "<condition_variable>",
                                                   "<future>",
                                                   "<fstream>",
                                                   "<iostream>",
                                                   "<filesystem>",
                                                   "<sys/",
                                                   "<netinet/",
                                                   "<arpa/",
                                                   "<netdb.h>",
                                                   "<unistd.h>",
                                                   "<poll.h>",
                                                   "<shared_mutex>",
                                                   "<atomic>",
                                                   "<stop_token>",
                                                   "<semaphore>",
                                                   "<cstdio>",
                                                   "<stdio.h>",
                                                   "sallyport/transport"};

/// What a line does that the engine may not, or nothing.
std::string_view io_in(std::string_view line) {
  if (line.starts_with("#include")) {
    for (auto const include : forbidden_includes) {
      if (line.find(include) != std::string_view::npos) return include;
    }
  }
  auto const code = line.substr(0, line.find("//"));
  for (std::string_view const call : {"now()", "_clock::", "this_thread", "std::rand("}) {
    if (code.find(call) != std::string_view::npos) return call;
  }
  return {};
}

/// Where the memory of a table comes from is no I/O, and nothing that a decision could depend on.
bool is_about_memory(fs::path const& file, std::string_view line) {
  return file.filename() == "large_pages.cpp" && line == "#include <sys/mman.h>";
}

/// How a line of the executable could show what did not go through its door: a stream of the process, the system's
/// write, an escape sequence. The door itself has them, and what writes files has the write.
std::string_view way_past_the_door(fs::path const& file, std::string_view line) {
  struct Way {
    std::string_view text;
    std::vector<std::string_view> allowed;
  };
  static std::vector<Way> const ways{
      {"std::cout", {}},
      {"std::cerr", {}},
      {"std::clog", {}},
      {"printf(", {}},
      {"std::puts(", {}},
      {"fputs(", {}},
      {"fwrite(", {}},
      {"perror(", {}},
      {"syslog(", {}},
      {"<iostream>", {}},
      {" ::write(", {"output.cpp"}},
      {"(::write(", {}},
      {"write_all(", {"output.hpp", "output.cpp", "screen.cpp", "file.cpp", "observation.cpp"}},
      {"\\x1b", {"shown.cpp", "screen.cpp", "line_editor.cpp"}},
      {"\\033", {}},
  };
  auto const code = line.substr(0, line.find("//"));
  for (auto const& [text, allowed] : ways) {
    auto const at = code.find(text);
    if (at == std::string_view::npos) continue;
    auto const formats_only = text == "printf(" && code.substr(0, at).ends_with("sn");
    if (!formats_only && std::ranges::find(allowed, file.filename().string()) == allowed.end()) return text;
  }
  return {};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(source)

BOOST_AUTO_TEST_CASE(engine_includes_no_io) {
  auto const files = sources(root / "engine");
  BOOST_TEST(files.size() > 10U);
  for (auto const& file : files) {
    for (auto const& line : lines_of(file)) {
      if (is_about_memory(file, line)) continue;
      auto const found = io_in(line);
      BOOST_TEST(found.empty(), file.string() << " has " << found << ": the engine is told, it never asks");
    }
  }
}

BOOST_AUTO_TEST_CASE(the_search_for_io_would_find_it) {
  BOOST_TEST(io_in("#include <boost/asio/steady_timer.hpp>") == "<boost/asio");
  BOOST_TEST(io_in("#include <sys/socket.h>") == "<sys/");
  BOOST_TEST(io_in("  auto const at = std::chrono::steady_clock::now();") == "now()");
  BOOST_TEST(io_in("/// It never calls now().").empty());
  BOOST_TEST(io_in("#include <chrono>").empty());
  BOOST_TEST(!is_about_memory("engine/src/sessions/large_pages.cpp", "#include <sys/socket.h>"));
  BOOST_TEST(!is_about_memory("engine/src/dialogue/session.cpp", "#include <sys/mman.h>"));
}

BOOST_AUTO_TEST_CASE(what_the_executable_shows_goes_through_one_door) {
  auto const files = sources(root / "apps");
  BOOST_TEST(files.size() > 40U);
  for (auto const& file : files) {
    for (auto const& line : lines_of(file)) {
      auto const found = way_past_the_door(file, line);
      BOOST_TEST(found.empty(), file.string()
                                    << " has " << found << ": what is shown is Shown, by Screen or output.hpp");
    }
  }
}

BOOST_AUTO_TEST_CASE(the_search_for_ways_past_the_door_would_find_them) {
  BOOST_TEST(way_past_the_door("login.cpp", "  std::cout << prompt.text;") == "std::cout");
  BOOST_TEST(way_past_the_door("login.cpp", "  std::printf(\"%s\", text);") == "printf(");
  BOOST_TEST(way_past_the_door("login.cpp", "  ::write(1, text.data(), text.size());") == " ::write(");
  BOOST_TEST(way_past_the_door("login.cpp", "  write_all(STDOUT_FILENO, text);") == "write_all(");
  BOOST_TEST(way_past_the_door("login.cpp", "  line.append(\"\\x1b[2J\");") == "\\x1b");
  BOOST_TEST(way_past_the_door("login.cpp", "  std::snprintf(text.data(), text.size(), \"%d\", 1);").empty());
  BOOST_TEST(way_past_the_door("file.cpp", "  write_all(file.value(), text);").empty());
}

BOOST_AUTO_TEST_CASE(no_file_is_over_400_lines) {
  for (auto const& file : sources(root)) {
    auto const count = lines_of(file).size();
    BOOST_TEST(count <= 400U, file.string() << " has " << count << " lines");
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace sallyport::engine_test
