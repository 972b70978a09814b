#include "commands/commands.hpp"
#include "files/file.hpp"
#include "runtime/failure.hpp"
#include "view/output.hpp"

#include <sallyport/engine/graph.hpp>

#include <filesystem>
#include <system_error>

namespace sallyport::app {
namespace {

std::string text_of(GraphFormat format) {
  switch (format) {
    case GraphFormat::md: return state_machine_document();
    case GraphFormat::mermaid: return mermaid_graph();
    case GraphFormat::dot: return graphviz_graph();
  }
  return {};
}

/// docs/state-machine.md of the repository that the current directory is in.
std::filesystem::path find_document() {
  std::error_code ec;
  for (auto directory = std::filesystem::current_path();; directory = directory.parent_path()) {
    auto const is_repository = std::filesystem::exists(directory / ".git", ec);
    if (is_repository && std::filesystem::is_directory(directory / "docs", ec)) {
      return directory / "docs" / "state-machine.md";
    }
    if (directory == directory.parent_path()) break;
  }
  throw UsageError("--write", "no repository with a docs directory around here; give --output");
}

int check(std::string const& file, std::string_view text) {
  if (read_file("--check", file).reveal() == text) return exit_success;
  throw Failure(file + " is stale; \"sallyport graph --write\" brings it up to date");
}

}  // namespace

int graph(GraphOptions const& options) {
  auto const text = text_of(options.format);
  if (options.check) return check(*options.check, text);
  if (options.output) {
    write_file("--output", *options.output, text);
  } else if (options.write) {
    write_file("--write", find_document(), text);
  } else {
    print(Shown::lines(text));
  }
  return exit_success;
}

}  // namespace sallyport::app
