#include "schema.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <fstream>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <string_view>

namespace sallyport::test {
namespace {

namespace json = boost::json;

class Validator {
public:
  explicit Validator(json::value const& schema) : root_(&schema) {}

  void check(json::value const& schema, json::value const& value, std::string const& path) {
    for (auto const& [key, rule] : schema.as_object()) check_keyword(std::string(key), rule, schema, value, path);
  }

  std::vector<std::string> complaints;

private:
  void check_keyword(std::string const& key, json::value const& rule, json::value const& schema,
                     json::value const& value, std::string const& path) {
    auto const complain = [&] { complaints.push_back(path + ": " + key); };
    if (key == "$ref") {
      check(root_->at_pointer(std::string(rule.as_string()).substr(1)), value, path);
    } else if (key == "type") {
      if (!has_type(value, rule.as_string())) complain();
    } else if (key == "enum") {
      if (std::ranges::find(rule.as_array(), value) == rule.as_array().end()) complain();
    } else if (key == "anyOf" || key == "oneOf") {
      auto const fitting = std::ranges::count_if(rule.as_array(), [&](json::value const& option) {
        Validator inner(*root_);
        inner.check(option, value, path);
        return inner.complaints.empty();
      });
      if (key == "anyOf" ? fitting == 0 : fitting != 1) complain();
    } else if (value.is_object()) {
      check_object(key, rule, schema, value.get_object(), path);
    } else if (value.is_array()) {
      check_array(key, rule, value.get_array(), path);
    } else if (value.is_string()) {
      auto const text = std::string(value.get_string());
      if (key == "minLength" && text.size() < rule.to_number<std::size_t>()) complain();
      if (key == "maxLength" && text.size() > rule.to_number<std::size_t>()) complain();
      if (key == "pattern" && !std::regex_search(text, std::regex(std::string(rule.as_string())))) complain();
    } else if (value.is_number()) {
      if (key == "minimum" && value.to_number<double>() < rule.to_number<double>()) complain();
      if (key == "maximum" && value.to_number<double>() > rule.to_number<double>()) complain();
    }
    if (!is_known(key)) complaints.push_back(path + ": the test does not know the keyword " + key);
  }

  void check_object(std::string const& key, json::value const& rule, json::value const& schema,
                    json::object const& object, std::string const& path) {
    if (key == "required") {
      for (auto const& name : rule.as_array()) {
        if (!object.contains(name.as_string())) complaints.push_back(path + ": required");
      }
    } else if (key == "properties") {
      for (auto const& [name, member_schema] : rule.as_object()) {
        if (auto const* const member = object.if_contains(name))
          check(member_schema, *member, path + '.' + std::string(name));
      }
    } else if (key == "additionalProperties" && !rule.as_bool()) {
      auto const& known = schema.at("properties").as_object();
      for (auto const& member : object) {
        if (!known.contains(member.key())) complaints.push_back(path + ": additionalProperties");
      }
    } else if (key == "minProperties" && object.size() < rule.to_number<std::size_t>()) {
      complaints.push_back(path + ": minProperties");
    }
  }

  void check_array(std::string const& key, json::value const& rule, json::array const& array, std::string const& path) {
    if (key == "items") {
      for (std::size_t i = 0; i < array.size(); ++i) check(rule, array[i], path + '[' + std::to_string(i) + ']');
    }
    if (key == "minItems" && array.size() < rule.to_number<std::size_t>()) complaints.push_back(path + ": minItems");
    if (key == "maxItems" && array.size() > rule.to_number<std::size_t>()) complaints.push_back(path + ": maxItems");
  }

  static bool has_type(json::value const& value, std::string_view type) {
    if (type == "object") return value.is_object();
    if (type == "array") return value.is_array();
    if (type == "string") return value.is_string();
    if (type == "boolean") return value.is_bool();
    if (type == "number") return value.is_number();
    return type == "integer" && (value.is_int64() || value.is_uint64());
  }

  static bool is_known(std::string_view key) {
    constexpr std::string_view keys[] = {
        "$ref",          "$schema", "$defs",    "title",    "description", "type",
        "enum",          "anyOf",   "oneOf",    "required", "properties",  "additionalProperties",
        "minProperties", "items",   "minItems", "maxItems", "minLength",   "maxLength",
        "pattern",       "minimum", "maximum"};
    return std::ranges::find(keys, key) != std::end(keys);
  }

  json::value const* root_;
};

}  // namespace

std::vector<std::string> complaints(json::value const& schema, json::value const& document) {
  Validator validator(schema);
  validator.check(schema, document, "$");
  return std::move(validator.complaints);
}

std::string read_text(std::string const& path) {
  std::ifstream stream(std::string(SALLYPORT_SOURCE_DIR) + '/' + path, std::ios::binary);
  if (!stream) throw std::runtime_error("cannot read " + path);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

json::value read_json(std::string const& path) {
  return json::parse(read_text(path));
}

}  // namespace sallyport::test
