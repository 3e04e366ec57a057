#pragma once

#include "tally/common/front.hpp"

namespace tally::openapi {

/// GET /openapi.json: the description of every REST path. Any Tally answers for itself.
class OpenApiDoor final : public common::Door {
 public:
  [[nodiscard]] bool owns(std::string_view path) const override;
  [[nodiscard]] model::Access needed_for(const http::Request& request) const override;
  [[nodiscard]] bool needs_writer(const http::Request& request) const override;
  void handle(const http::Request& request, http::Responder responder) override;
  http::Response refuse(unsigned status, std::string_view path) override;
};

}  // namespace tally::openapi
