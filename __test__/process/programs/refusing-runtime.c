// Node-API as a runtime has it that allows no memory of others in its heap (Electron, V8 with a sandbox), under names of
// its own. Loaded as an addon, for all later addons to see.
#include <stddef.h>

enum { napi_no_external_buffers_allowed = 22 };

int test_create_external_arraybuffer(void *env, void *data, size_t length, void *finalize, void *hint, void **result) {
  return napi_no_external_buffers_allowed;
}

int test_create_external_buffer(void *env, size_t length, void *data, void *finalize, void *hint, void **result) {
  return napi_no_external_buffers_allowed;
}

void *napi_register_module_v1(void *env, void *exports) {
  return exports;
}
