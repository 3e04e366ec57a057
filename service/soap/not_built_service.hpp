#pragma once

#include <functional>

#include "soapStorageServerServiceSoapService.h"
#include "tally/model/error_code.hpp"

namespace tally::soap {

/// Answers every operation of the contract with "not implemented"; what is built overrides its own.
class NotBuiltService : public StorageServerServiceSoapService {
 protected:
  using StorageServerServiceSoapService::StorageServerServiceSoapService;
  virtual int refuse(model::ErrorCode code) = 0;

 private:
  StorageServerServiceSoapService* copy() override { return nullptr; }
  // The generated one resets the SOAP version in every dispatch, so that 1.1 requests would be taken for 1.2.
  void StorageServerServiceSoapService_init(soap_mode, soap_mode) override {}

#define OPERATION(Name)                                               \
  int Name(_storage__##Name*, _storage__##Name##Response&) override { \
    return refuse(model::ErrorCode::not_implemented);                 \
  }
#include "operations.inc"
#undef OPERATION
};

}  // namespace tally::soap
