#include "derived_ids.hpp"

#include <algorithm>
#include <boost/uuid/name_generator_sha1.hpp>

#include "tally/model/names.hpp"

namespace tally::soap {
namespace {

constexpr model::Guid profiles_namespace{
    {0x2f, 0x6f, 0x0f, 0x6e, 0x5c, 0x1b, 0x4d, 0x0a, 0x9a, 0x57, 0x7b, 0x6c, 0x3d, 0x1e, 0x8a, 0x40}};

/// RFC 9562, version 5.
model::Guid name_based_id(const model::Guid& name_space, std::string_view name) {
  boost::uuids::uuid parent;
  std::ranges::copy(name_space.bytes, parent.begin());
  const auto made = boost::uuids::name_generator_sha1{parent}(name.data(), name.size());
  model::Guid id;
  std::ranges::copy(made, id.bytes.begin());
  return id;
}

}  // namespace

model::Guid zone_id(const model::Guid& numerator, std::string_view zone_name) {
  return name_based_id(numerator, zone_name);
}

model::Guid profile_id(const model::AccountId& account, std::string_view user) {
  return name_based_id(name_based_id(profiles_namespace, account), model::lower_case(user));
}

}  // namespace tally::soap
