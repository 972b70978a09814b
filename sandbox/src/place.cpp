#include "place.hpp"

#include <boost/json/error.hpp>
#include <boost/json/parser.hpp>

#include <algorithm>

namespace sallyport::scenario_file {
namespace {

std::string kind_of(boost::json::value const& value) {
  switch (value.kind()) {
    case boost::json::kind::null: return "null";
    case boost::json::kind::bool_: return "a boolean";
    case boost::json::kind::int64:
    case boost::json::kind::uint64:
    case boost::json::kind::double_: return "a number";
    case boost::json::kind::string: return "a string";
    case boost::json::kind::array: return "an array";
    case boost::json::kind::object: return "an object";
  }
  return "something else";
}

/// Where the byte behind the text stands, as editors count.
std::string line_and_column(std::string_view before) {
  auto const line = std::ranges::count(before, '\n') + 1;
  auto const last_break = before.rfind('\n');
  auto const column = last_break == std::string_view::npos ? before.size() + 1 : before.size() - last_break;
  return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

// Whole numbers without a fraction that nobody wrote.
std::string text_of(double number) {
  auto text = std::to_string(number);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

}  // namespace

void Complaint::make(std::string_view path, std::string problem) {
  if (!error_) error_ = ScenarioError{file_, std::string(path), std::move(problem)};
}

void Place::allow_only(std::initializer_list<std::string_view> names) const {
  if (!value_->is_object()) return complain("expected an object, found " + kind_of(*value_));
  for (auto const& member : value_->get_object()) {
    std::string_view const name(member.key().data(), member.key().size());
    if (std::ranges::find(names, name) == names.end()) {
      complaint_->make(path_ + '.' + std::string(name), "there is no such member");
    }
  }
}

std::optional<Place> Place::find(std::string_view name) const {
  auto const* const object = value_->if_object();
  auto const* const member = object ? object->if_contains({name.data(), name.size()}) : nullptr;
  if (!member) return std::nullopt;
  return Place(*member, path_ + '.' + std::string(name), *complaint_);
}

std::optional<Place> Place::require(std::string_view name) const {
  auto const member = find(name);
  if (!member) complaint_->make(path_ + '.' + std::string(name), "this member is missing");
  return member;
}

std::vector<std::pair<std::string, Place>> Place::members() const {
  std::vector<std::pair<std::string, Place>> members;
  auto const* const object = value_->if_object();
  if (!object) {
    complain("expected an object, found " + kind_of(*value_));
    return members;
  }
  for (auto const& member : *object) {
    std::string const name(member.key().data(), member.key().size());
    members.emplace_back(name, Place(member.value(), path_ + '.' + name, *complaint_));
  }
  return members;
}

std::vector<Place> Place::elements(std::size_t length_min, std::size_t length_max) const {
  std::vector<Place> elements;
  auto const* const array = value_->if_array();
  if (!array) {
    complain("expected an array, found " + kind_of(*value_));
  } else if (array->size() < length_min || array->size() > length_max) {
    complain("expected " + std::to_string(length_min) + " to " + std::to_string(length_max) + " elements, found " +
             std::to_string(array->size()));
  } else {
    for (auto const& element : *array) {
      elements.emplace_back(element, path_ + '[' + std::to_string(elements.size()) + ']', *complaint_);
    }
  }
  return elements;
}

std::string Place::text(std::size_t length_max) const {
  auto const* const text = value_->if_string();
  if (!text) {
    complain("expected a string, found " + kind_of(*value_));
  } else if (text->empty()) {
    complain("the string is empty");
  } else if (text->size() > length_max) {
    complain("the string is longer than " + std::to_string(length_max) + " bytes");
  } else {
    return {text->data(), text->size()};
  }
  return {};
}

bool Place::flag() const {
  if (value_->is_bool()) return value_->get_bool();
  complain("expected a boolean, found " + kind_of(*value_));
  return false;
}

std::int64_t Place::integer(std::int64_t least, std::int64_t most) const {
  if (!value_->is_int64()) {
    complain("expected a whole number, found " + kind_of(*value_));
  } else if (value_->get_int64() < least || value_->get_int64() > most) {
    complain("expected " + std::to_string(least) + " to " + std::to_string(most));
  } else {
    return value_->get_int64();
  }
  return least;
}

double Place::number(double least, double most) const {
  if (!value_->is_number()) {
    complain("expected a number, found " + kind_of(*value_));
  } else if (auto const number = value_->to_number<double>(); !(number >= least && number <= most)) {
    complain("expected " + text_of(least) + " to " + text_of(most));
  } else {
    return number;
  }
  return least;
}

boost::json::value parse(std::string_view text, std::size_t bytes_max, Complaint& complaint) {
  if (text.size() > bytes_max) {
    complaint.make("$", "the file is longer than " + std::to_string(bytes_max) + " bytes");
    return nullptr;
  }
  boost::system::error_code ec;
  boost::json::parser parser;
  auto const read = parser.write_some(text.data(), text.size(), ec);
  if (!ec && read < text.size()) ec = boost::json::error::extra_data;
  if (!ec) return parser.release();
  complaint.make("$", "not JSON at " + line_and_column(text.substr(0, read)) + ": " + ec.message());
  return nullptr;
}

}  // namespace sallyport::scenario_file
