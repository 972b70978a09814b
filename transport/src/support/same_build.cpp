#include <sallyport/transport/same_build.hpp>

namespace sallyport {

template <class Macro, long Value>
void library_built_with() {}

#define SALLYPORT_DEFINE_BUILD(macro, name) \
  template void library_built_with<struct name, value_seen(#macro, SALLYPORT_TEXT(macro))>();
SALLYPORT_EACH_MACRO_SEEN_OF_ASIO(SALLYPORT_DEFINE_BUILD)

}  // namespace sallyport
