#pragma once

#include <string>

namespace sallyport {

/// The dialogue as a Mermaid state diagram.
[[nodiscard]] std::string mermaid_graph();

/// The dialogue as a Graphviz digraph.
[[nodiscard]] std::string graphviz_graph();

/// docs/state-machine.md, whole: both tables as text, and the graph in both languages. Generated from the tables, so
/// it cannot be stale where it is regenerated.
[[nodiscard]] std::string state_machine_document();

}  // namespace sallyport
