#pragma once

/// The operations of the contract that are carried out, each as OPERATION(Name).
#define TALLY_BUILT_OPERATIONS(OPERATION) \
  OPERATION(SessionLogin)                 \
  OPERATION(SessionLoginEx)               \
  OPERATION(SessionLogout)                \
  OPERATION(SessionTerminate)             \
  OPERATION(SessionKeepAlive)             \
  OPERATION(SessionGetSettings)           \
  OPERATION(SessionSetSettings)           \
  OPERATION(SessionUpdateOfflineState)    \
  OPERATION(SessionGetList)               \
  OPERATION(IncrementFeatureUsage)        \
  OPERATION(DecrementFeatureUsage)        \
  OPERATION(HealthCheck)                  \
  OPERATION(GetServerDateTime)            \
  OPERATION(NumAllocateNumber)            \
  OPERATION(NumAllocateNumbers)           \
  OPERATION(NumChangeLeftBound)           \
  OPERATION(NumChangeRightBound)          \
  OPERATION(NumGetFirstFree)              \
  OPERATION(NumGetLastFree)               \
  OPERATION(NumGetNumberByID)             \
  OPERATION(NumGetNumberID)               \
  OPERATION(NumGetNumberStatus)           \
  OPERATION(NumGetNumbersStatus)          \
  OPERATION(NumReleaseNumber)             \
  OPERATION(NumReleaseNumberByID)         \
  OPERATION(NumReleaseNumbers)            \
  OPERATION(CursorReadPage)               \
  OPERATION(CursorGetPageCount)           \
  OPERATION(CursorClose)                  \
  OPERATION(LockSet)                      \
  OPERATION(LockClear)                    \
  OPERATION(LockClearGroup)               \
  OPERATION(LockGetInfo)                  \
  OPERATION(LockGetList)                  \
  OPERATION(UserProfileGetAccount)        \
  OPERATION(UserProfileGetInfo)
