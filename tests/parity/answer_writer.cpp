#include "answer_writer.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value_from.hpp>

#include "tally/common/error_table.hpp"

namespace tally::parity {
namespace {

namespace json = boost::json;

json::value limit(const std::optional<model::Quantity>& maximum) {
  return maximum ? json::value(to_string(*maximum)) : json::value(nullptr);
}

json::array runs(const model::NumberPage& page) {
  json::array all;
  for (const auto& run : page.runs)
    all.push_back(json::array{run.numbers.first, run.numbers.last, static_cast<int>(run.status)});
  return all;
}

json::object products(const model::ServiceLicense& license) {
  json::object all;
  for (const auto& product : license.products) all[product.code] = to_string(product.quantity);
  return all;
}

struct ReadingWriter {
  json::object operator()(const model::NumberStatus& status) const { return {{"status", static_cast<int>(status)}}; }
  json::object operator()(const model::NumberPage& page) const { return {{"runs", runs(page)}}; }
  json::object operator()(const model::NumberList& list) const {
    return {{"pages", list.pages}, {"runs", runs(list.first_page)}};
  }
  json::object operator()(const model::PageCount& count) const { return {{"pages", count.pages}}; }
  json::object operator()(const model::LockView& lock) const {
    return {{"state", static_cast<int>(lock.state)}, {"owner", lock.owner}};
  }
  json::object operator()(const model::LockList& list) const {
    json::array resources;
    for (const auto& lock : list.locks) resources.emplace_back(to_string(lock.resource));
    return {{"resources", std::move(resources)}};
  }
  json::object operator()(const model::Profile& profile) const { return {{"user", profile.user}}; }
  json::object operator()(const model::ServiceLicenses& licenses) const {
    json::array all;
    for (const auto& license : licenses)
      all.push_back(json::object{{"service", license.holder.scope + '/' + license.holder.service},
                                 {"products", products(license)}});
    return {{"services", std::move(all)}};
  }
  json::object operator()(const model::OwnedProducts& owned) const {
    json::object all;
    for (const auto& product : owned.products)
      all[product.code] = to_string(product.allotted) + " of " + to_string(product.total);
    return {{"owned", std::move(all)}};
  }
};

struct AnswerWriter {
  json::object operator()(const std::monostate&) const { return {}; }
  json::object operator()(const model::SessionView& view) const {
    json::object settings;
    for (const auto& setting : view.session.settings) settings[setting.name] = setting.value;
    json::object maxima;
    for (const auto& feature : view.features) maxima[to_string(feature.id)] = limit(feature.maximum);
    return {{"settings", std::move(settings)}, {"maxima", std::move(maxima)}};
  }
  json::object operator()(const model::SessionList& list) const {
    json::array users;
    for (const auto& session : list.sessions) users.emplace_back(session.user);
    return {{"users", std::move(users)}};
  }
  json::object operator()(const model::CatalogReport&) const { return {}; }
  json::object operator()(const model::IssuedNumber& issued) const {
    return {{"number", issued.number}, {"number_id", to_string(issued.id)}};
  }
  json::object operator()(const model::FailedItems& failed) const {
    json::array resources;
    for (const auto& resource : failed.resources) resources.emplace_back(to_string(resource));
    return {{"resources", std::move(resources)}};
  }
  json::object operator()(const model::Reading& reading) const { return std::visit(ReadingWriter{}, reading); }
  json::object operator()(const model::ConsumptionView& view) const {
    const model::Overages& overages = view.rule.overages;
    return {{"used", to_string(view.used)}, {"allowed", overages.allowed}, {"overages", limit(overages.maximum)}};
  }
  json::object operator()(const model::ServiceLicense& license) const { return {{"products", products(license)}}; }
  json::object operator()(const model::PlaceView& view) const { return {{"token", view.hold.token.value}}; }
  json::object operator()(const model::LicenseList& list) const {
    json::array licenses;
    for (const auto& view : list.licenses) {
      json::object counts{{"@users", to_string(view.users)}, {"@consumption", to_string(view.consumption.used)}};
      json::object maxima;
      for (std::size_t index = 0; index < view.features.size(); ++index) {
        const model::Feature& feature = view.license.features[index];
        counts[feature.code] = to_string(view.features[index].used);
        maxima[feature.code] = limit(feature.maximum);
      }
      licenses.push_back(json::object{{"number", view.license.id.value},
                                      {"counts", std::move(counts)},
                                      {"maxima", std::move(maxima)},
                                      {"is_borrowed", view.borrowed_until.has_value()}});
    }
    return {{"licenses", std::move(licenses)}};
  }
};

}  // namespace

json::object written(const model::Outcome& outcome) {
  if (!outcome) return {{"word", common::error_row(outcome.error().code).word}};
  json::object line = std::visit(AnswerWriter{}, *outcome);
  line["word"] = "ok";
  return line;
}

}  // namespace tally::parity
