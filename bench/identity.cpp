// Writes the certificates of one run: ca.pem, certificate.pem and key.pem.
//   bench_identity DIRECTORY

#include "meter.hpp"

#include <sallyport/sandbox/throwaway_ca.hpp>

int main(int count, char** arguments) {
  if (count != 2) sallyport::bench::fail("usage: bench_identity DIRECTORY");
  std::string const directory = arguments[1];
  auto const made = sallyport::make_throwaway_ca();
  if (!made) sallyport::bench::fail(made.error().message());
  std::ofstream(directory + "/ca.pem") << made->certificate;
  std::ofstream(directory + "/certificate.pem") << made->identity.certificate_chain;
  std::ofstream(directory + "/key.pem") << made->identity.private_key.reveal();
}
