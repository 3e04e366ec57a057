#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace tally::soap {

/// The contract's types. What is no XML Schema type of one value has a NamedType.
enum class ValueType : std::uint8_t {
  string,
  int32,
  uint32,
  int64,
  float64,
  boolean,
  base64,
  guid,
  enumeration,
  structure
};

struct NamedType;

/// An element of a wrapper or a structure.
struct Member {
  std::string_view name;
  ValueType type;
  const NamedType* named = nullptr;  ///< of an enumeration or a structure
};

/// An enumeration has values, a structure has members.
struct NamedType {
  std::string_view name;
  std::span<const std::string_view> values;
  std::span<const Member> members;
};

struct OperationContract {
  std::string_view name;
  std::span<const Member> request;
  std::span<const Member> response;
};

/// Every operation of wsdl/StorageServerService.wsdl in its order, written from it by the build.
extern const std::span<const OperationContract> operation_contracts;

/// By name, with regard to case; null when the contract has no such operation.
[[nodiscard]] const OperationContract* find_operation(std::string_view name);

}  // namespace tally::soap
