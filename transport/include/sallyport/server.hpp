#pragma once

// The door for a program that serves the API: a server, the institution behind it, and what is told of it all. Each may
// be included by itself as well.

#include <sallyport/transport/account_service.hpp>
#include <sallyport/transport/error.hpp>
#include <sallyport/transport/observers.hpp>
#include <sallyport/transport/server.hpp>
#include <sallyport/transport/verifier.hpp>
