#define CATCH_CONFIG_RUNNER
#include <sodium/core.h>

#include <catch2/catch.hpp>

int main(int argument_count, char** arguments) {
  if (sodium_init() < 0) return 1;
  return Catch::Session().run(argument_count, arguments);
}
