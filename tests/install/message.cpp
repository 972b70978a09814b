// A program that needs the protocol alone: it reads a message and writes it again.

#include <sallyport/protocol/codec.hpp>

#include <cstdlib>
#include <iostream>

int main() {
  auto const request = sallyport::decode<sallyport::AuthRequest>(R"({ "username": "Mesh", "type": "robinhood" })");
  if (!request) return EXIT_FAILURE;
  std::cout << sallyport::encode(*request).reveal() << '\n';
  return EXIT_SUCCESS;
}
