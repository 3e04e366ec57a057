#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>
#include <string_view>

#include "cluster_fixture.hpp"

/// Tests start this program again as the other Tally, which can be killed and can be another user.
int main(int count, char* arguments[]) {
  if (count == 4 && std::string_view(arguments[1]) == "--keep")
    return tally::embedded::test::keep_cluster(arguments[2], arguments[3]);
  return Catch::Session().run(count, arguments);
}
