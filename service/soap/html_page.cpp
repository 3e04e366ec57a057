#include "html_page.hpp"

#include "envelope_writer.hpp"

namespace tally::soap {
namespace {

constexpr std::string_view label = "page";

}  // namespace

http::Response html_page(unsigned status, std::string_view title, std::string_view content) {
  http::Response response{
      .status = status,
      .content_type = "text/html; charset=utf-8",
      .cache_control = status == 200 ? "private, max-age=0" : "private",
      .headers = {{"Content-Security-Policy",
                   "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
                  {"X-Content-Type-Options", "nosniff"},
                  {"Referrer-Policy", "no-referrer"}},
      .body = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>",
      .label = label};
  append_escaped(response.body, title);
  response.body.append("</title></head><body>\n").append(content).append("</body></html>\n");
  return response;
}

http::Response error_page(unsigned status, std::string_view sentence) {
  return html_page(status, sentence, "<h1>Server Error</h1>\n<h2><i>" + escaped(sentence) + "</i></h2>\n");
}

http::Response text_error(std::string_view sentence) {
  return {.status = 500,
          .content_type = "text/plain; charset=utf-8",
          .cache_control = "private",
          .headers = {{"X-Content-Type-Options", "nosniff"}},
          .body = escaped(sentence) + "\r\n",
          .label = label};
}

}  // namespace tally::soap
