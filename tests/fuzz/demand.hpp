#pragma once

#include <boost/assert/source_location.hpp>

#include <cstdio>
#include <cstdlib>
#include <string>

namespace sallyport::fuzz {

/// A law. Where it does not hold, its line is named and the input is a find.
inline void demand(bool holds, boost::source_location const& where = BOOST_CURRENT_LOCATION) {
  if (holds) return;
  std::fprintf(stderr, "%s:%u: a law does not hold\n", where.file_name(), static_cast<unsigned>(where.line()));
  std::abort();
}

/// The law that two readings say the same; where they do not, both are shown.
inline void demand_same(std::string const& one, std::string const& other,
                        boost::source_location const& where = BOOST_CURRENT_LOCATION) {
  if (one != other) std::fprintf(stderr, "one reading:\n%s\nthe other:\n%s\n", one.c_str(), other.c_str());
  demand(one == other, where);
}

}  // namespace sallyport::fuzz
