#include <sallyport/engine/graph.hpp>
#include <sallyport/engine/transition_table.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport {
namespace {

/// All rows that lead from one state to another, as one edge.
struct Edge {
  State from;
  State to;
  std::string label;
};

std::vector<Edge> edges() {
  std::vector<Edge> edges;
  for (auto const& row : transitions) {
    auto found = edges.begin();
    while (found != edges.end() && (found->from != row.from || found->to != row.to)) ++found;
    if (found == edges.end()) {
      edges.push_back({row.from, row.to, std::string(name_of(row.event))});
    } else {
      found->label.append(", ").append(name_of(row.event));
    }
  }
  return edges;
}

std::vector<State> ends() {
  std::vector<State> ends;
  for (std::size_t index = 0; index < state_count; ++index) {
    if (is_end(static_cast<State>(index))) ends.push_back(static_cast<State>(index));
  }
  return ends;
}

enum class Look { going_on, in_flight, good, bad, undecided };

Look look_of(State state) noexcept {
  switch (state) {
    case State::idle:
    case State::challenged:
    case State::waiting: return Look::going_on;
    case State::authenticating:
    case State::verifying:
    case State::polling: return Look::in_flight;
    case State::succeeded: return Look::good;
    case State::failed:
    case State::expired:
    case State::cancelled: return Look::bad;
    case State::handed_off:
    case State::outcome_unknown: return Look::undecided;
  }
  return Look::going_on;
}

std::string_view class_of(Look look) noexcept {
  switch (look) {
    case Look::going_on: return "going_on";
    case Look::in_flight: return "in_flight";
    case Look::good: return "good";
    case Look::bad: return "bad";
    case Look::undecided: return "undecided";
  }
  return "going_on";
}

std::string_view colour_of(Look look) noexcept {
  switch (look) {
    case Look::going_on: return "#f3f4f6";
    case Look::in_flight: return "#dbeafe";
    case Look::good: return "#dcfce7";
    case Look::bad: return "#fee2e2";
    case Look::undecided: return "#fef3c7";
  }
  return "#f3f4f6";
}

}  // namespace

std::string mermaid_graph() {
  std::string text = "stateDiagram-v2\n";
  for (auto const look : {Look::going_on, Look::in_flight, Look::good, Look::bad, Look::undecided}) {
    text.append("    classDef ").append(class_of(look)).append(" fill:").append(colour_of(look));
    text.append(",stroke:#374151,color:#111827\n");
  }
  text.append("    [*] --> idle\n");
  for (auto const& edge : edges()) {
    text.append("    ").append(name_of(edge.from)).append(" --> ").append(name_of(edge.to));
    text.append(" : ").append(edge.label).append("\n");
  }
  for (auto const end : ends()) text.append("    ").append(name_of(end)).append(" --> [*]\n");
  for (std::size_t index = 0; index < state_count; ++index) {
    auto const state = static_cast<State>(index);
    text.append("    class ").append(name_of(state)).append(" ").append(class_of(look_of(state))).append("\n");
  }
  return text;
}

std::string graphviz_graph() {
  std::string text =
      "digraph login {\n  rankdir=LR;\n  node [shape=box, style=\"rounded,filled\", fontname=Helvetica];\n";
  text.append("  edge [fontname=Helvetica, fontsize=10];\n");
  for (std::size_t index = 0; index < state_count; ++index) {
    auto const state = static_cast<State>(index);
    text.append("  ").append(name_of(state)).append(" [fillcolor=\"").append(colour_of(look_of(state))).append("\"");
    text.append(is_end(state) ? ", peripheries=2];\n" : "];\n");
  }
  for (auto const& edge : edges()) {
    text.append("  ").append(name_of(edge.from)).append(" -> ").append(name_of(edge.to));
    text.append(" [label=\"").append(edge.label).append("\"];\n");
  }
  return text.append("}\n");
}

}  // namespace sallyport
