#include <catch2/catch.hpp>

#include "tally/config/redacted.hpp"

using tally::config::redacted;

TEST_CASE("passwords are replaced, the rest of a database URL is shown", "[config]") {
  struct Case {
    std::string url;
    std::string shown;
  };
  const auto [url, shown] = GENERATE(values<Case>({
      {"postgresql:///tally", "postgresql:///tally"},
      {"postgresql://u@h:5432/d", "postgresql://u@h:5432/d"},
      {"postgresql://h1:5432,h2:5433/d?target_session_attrs=read-write",
       "postgresql://h1:5432,h2:5433/d?target_session_attrs=read-write"},
      {"postgresql://u:s3cret@h:5432/d", "postgresql://u:***@h:5432/d"},
      {"postgres://u:s3cret@h1,h2/d?sslmode=require", "postgres://u:***@h1,h2/d?sslmode=require"},
      {"postgresql://u:s3c@ret/s3:cret@h/d", "postgresql://u:***@h/d"},
      {"postgresql://u:s3c?ret@h/d", "postgresql://***"},
      {"postgresql://h:5432/d?password=s3cret", "postgresql://h:5432/d?password=***"},
      {"postgresql://h/d?sslmode=require&sslpassword=s3cret&user=u",
       "postgresql://h/d?sslmode=require&sslpassword=***&user=u"},
      {"postgresql://h/d?PASSWORD=s3cret", "postgresql://h/d?PASSWORD=***"},
      {"postgresql://h/d?p%61ssword=s3cret", "postgresql://h/d?p%61ssword=***"},
      {"postgresql://h/d?password=s3c@ret", "postgresql://***"},
      {"postgresql://u@h/d?password=s3cret", "postgresql://u@h/d?password=***"},
      {"host=h user=u password=s3cret dbname=d", "host=h user=u password=*** dbname=d"},
      {"host = h password = 's3 cr\\'et' dbname = d", "host=h password=*** dbname=d"},
      {"password=s3c\\ ret host=h", "password=*** host=h"},
      {"password='s3cret", "password=***"},
      {"", ""},
      {"mysql://u:s3cret@h/d", "(a database URL that cannot be read)"},
      {"dbname=postgresql://u:s3cret@h/d", "(a database URL that cannot be read)"},
      {"s3cret", "(a database URL that cannot be read)"},
      {"pass word=s3cret", "(a database URL that cannot be read)"},
  }));
  CAPTURE(url);
  CHECK(redacted(url) == shown);
}
