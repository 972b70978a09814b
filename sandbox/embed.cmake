# Writes the data files as C++ source: cmake -D DIRECTORY=... -D FILES=a.json;b.json -D OUTPUT=... -P embed.cmake
# Bytes as numbers, because compilers bound the length of a literal.

list(SORT FILES)
set(arrays "")
set(rows "")
set(index 0)
foreach(file IN LISTS FILES)
  file(READ ${DIRECTORY}/${file} bytes HEX)
  file(SIZE ${DIRECTORY}/${file} size)
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
  string(REGEX REPLACE "(([^,]*,){24})" "\\1\n    " bytes "${bytes}")
  string(APPEND arrays "constexpr unsigned char bytes_${index}[] = {\n    ${bytes}};\n")
  string(APPEND rows "    {\"${file}\", text(bytes_${index}, ${size})},\n")
  math(EXPR index "${index} + 1")
endforeach()

file(WRITE ${OUTPUT} "#include \"embedded.hpp\"

#include <array>
#include <cstddef>

namespace sallyport::embedded {
namespace {

${arrays}
std::string_view text(unsigned char const* bytes, std::size_t size) noexcept {
  return {reinterpret_cast<char const*>(bytes), size};
}

std::array<File, ${index}> const all{{
${rows}}};

}  // namespace

std::span<File const> files() noexcept {
  return all;
}

std::string_view text_of(std::string_view name) noexcept {
  for (auto const& file : all) {
    if (file.name == name) return file.text;
  }
  return {};
}

}  // namespace sallyport::embedded
")
