#include "session_support.hpp"

#include <sallyport/engine/graph.hpp>

#include <cstddef>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace sallyport::engine_test {
namespace {

std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size())) ++count;
  return count;
}

/// The line that says how to get from one state to another.
std::string_view edge(std::string_view text, std::string const& ways) {
  auto const at = text.find(ways);
  BOOST_REQUIRE_MESSAGE(at != std::string_view::npos, "no edge " << ways);
  return text.substr(at, text.find('\n', at) - at);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(graph)

BOOST_AUTO_TEST_CASE(state_machine_document_is_fresh) {
  std::ifstream file(SALLYPORT_SOURCE_DIR "/docs/state-machine.md", std::ios::binary);
  BOOST_REQUIRE(file.is_open());
  std::string const written{std::istreambuf_iterator<char>(file), {}};
  BOOST_TEST((written == state_machine_document()), "docs/state-machine.md is stale; write it anew with ./dev graph");
}

BOOST_AUTO_TEST_CASE(the_document_has_every_row_of_every_table) {
  auto const text = state_machine_document();
  for (auto const& row : transitions) {
    std::string line("| `");
    line.append(name_of(row.from)).append("` | `").append(name_of(row.event)).append("` | `");
    line.append(name_of(row.to)).append("` | `").append(name_of(row.claimant)).append("` | `");
    line.append(name_of(row.verifier)).append("` |\n");
    BOOST_TEST(count_of(text, line) == 1U, line);
  }
  for (auto const& row : verdict_rows) {
    std::string line("| `");
    line.append(wire_name(row.status)).append("` | `").append(name_of(row.event)).append("` | ");
    line.append(name_of(row.want)).append(" | ");
    BOOST_TEST(count_of(text, line) == 1U, line);
  }
}

BOOST_AUTO_TEST_CASE(both_graphs_draw_every_row_and_one_edge_between_two_states) {
  for (std::string_view const arrow : {" --> ", " -> "}) {
    auto const text = arrow == " --> " ? mermaid_graph() : graphviz_graph();
    for (auto const& row : transitions) {
      std::string ways(name_of(row.from));
      ways.append(arrow).append(name_of(row.to)).append(" ");
      BOOST_TEST(count_of(text, " " + ways) == 1U, ways);
      BOOST_TEST(edge(text, ways).find(name_of(row.event)) != std::string_view::npos, ways);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_graphs_style_every_state_and_close_every_brace) {
  auto const mermaid = mermaid_graph();
  auto const graphviz = graphviz_graph();
  for (std::size_t index = 0; index < state_count; ++index) {
    std::string const name(name_of(state_at(index)));
    BOOST_TEST(count_of(mermaid, "    class " + name + " ") == 1U);
    BOOST_TEST(count_of(graphviz, "  " + name + " [fillcolor") == 1U);
    BOOST_TEST(count_of(mermaid, "    " + name + " --> [*]\n") == (is_end(state_at(index)) ? 1U : 0U));
  }
  BOOST_TEST(count_of(graphviz, "{") == count_of(graphviz, "}"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace sallyport::engine_test
