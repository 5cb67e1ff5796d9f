// The floor of the benchmark: a file mapped with nothing around it, and memory read at full speed.
#include <fcntl.h>
#include <node_api.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static void unmap(napi_env env, void *address, void *byte_length) {
  (void)env;
  munmap(address, (size_t)(uintptr_t)byte_length);
}

static napi_value fail(napi_env env, const char *message) {
  napi_throw_error(env, NULL, message);
  return NULL;
}

// map(path): the whole file as an ArrayBuffer, copy-on-write.
static napi_value map(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument;
  char path[4096];
  napi_get_cb_info(env, info, &count, &argument, NULL, NULL);
  if (napi_get_value_string_utf8(env, argument, path, sizeof path, NULL) != napi_ok) return fail(env, "not a path");
  int file = open(path, O_RDONLY | O_CLOEXEC);
  struct stat facts;
  if (file < 0 || fstat(file, &facts) < 0) return fail(env, "cannot open the file");
  size_t length = (size_t)facts.st_size;
  void *address = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
  close(file);
  if (address == MAP_FAILED) return fail(env, "cannot map the file");
  napi_value buffer;
  napi_status status =
      napi_create_external_arraybuffer(env, address, length, unmap, (void *)(uintptr_t)length, &buffer);
  return status == napi_ok ? buffer : fail(env, "external buffers are refused");
}

// read(buffer): adds up the 64-bit words of an ArrayBuffer, as fast as one core can read them.
static napi_value read_words(napi_env env, napi_callback_info info) {
  size_t count = 1, length = 0;
  napi_value argument, result;
  void *data = NULL;
  napi_get_cb_info(env, info, &count, &argument, NULL, NULL);
  if (napi_get_arraybuffer_info(env, argument, &data, &length) != napi_ok) return fail(env, "not an ArrayBuffer");
  const uint64_t *words = data;
  uint64_t sum = 0;
  for (size_t i = 0; i < length / sizeof *words; i++) sum += words[i];
  napi_create_double(env, (double)sum, &result);
  return result;
}

static napi_value start(napi_env env, napi_value exports) {
  napi_value function;
  napi_create_function(env, "map", NAPI_AUTO_LENGTH, map, NULL, &function);
  napi_set_named_property(env, exports, "map", function);
  napi_create_function(env, "read", NAPI_AUTO_LENGTH, read_words, NULL, &function);
  napi_set_named_property(env, exports, "read", function);
  return exports;
}

NAPI_MODULE(NODE_GYP_MODULE_NAME, start)
