#pragma once

#include <boost/json/value.hpp>

#include <string>
#include <vector>

namespace sallyport::test {

/// Whether a document is as a JSON schema says: the part of draft 2020-12 that docs/scenario.schema.json uses. An
/// unknown keyword is a complaint too, so that no rule is passed over in silence.
[[nodiscard]] std::vector<std::string> complaints(boost::json::value const& schema, boost::json::value const& document);

/// A file below the sources, as a document.
[[nodiscard]] boost::json::value read_json(std::string const& path);
[[nodiscard]] std::string read_text(std::string const& path);

}  // namespace sallyport::test
