// ArrayBuffers over the core's memory, made as Node makes its own: by V8.
//
// These declarations repeat those of V8's headers for what is used of it, so that no headers of any one Node are needed.
// Compiled, a function's name holds its class, the types of its parameters and the standard library that they come from:
// where any of these differs, the name is not found. What a function returns is not in its name: through_v8.rs asks
// for versions of Node on which this was tried.
#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

// Looked up in the running program; null where it has none.
#define IF_THERE __attribute__((weak))

namespace v8 {

class Isolate {
 public:
  IF_THERE static Isolate *GetCurrent();
};

template <class T>
class Local {
 public:
  T *slot;
};

class BackingStore {
 public:
  IF_THERE ~BackingStore();
  // The pointer is to an object of another size.
  void operator delete(void *store) { ::operator delete(store); }

 private:
  BackingStore();
};

class ArrayBuffer {
 public:
  using Deleter = void (*)(void *data, std::size_t length, void *owner);
  IF_THERE static std::unique_ptr<BackingStore> NewBackingStore(void *data, std::size_t length, Deleter deleter,
                                                                void *owner);
  IF_THERE static Local<ArrayBuffer> New(Isolate *isolate, std::shared_ptr<BackingStore> store);
};

}  // namespace v8

// As V8's own, which is how it comes to be returned in a register, and to be what Node-API calls a napi_value.
static_assert(std::is_trivially_copyable_v<v8::Local<v8::ArrayBuffer>> &&
              sizeof(v8::Local<v8::ArrayBuffer>) == sizeof(void *));

extern "C" bool engram_finds_v8() {
  // A destructor has no address that could be compared: it is in every program that has the others.
  return &v8::Isolate::GetCurrent != nullptr && &v8::ArrayBuffer::NewBackingStore != nullptr &&
         &v8::ArrayBuffer::New != nullptr;
}

extern "C" void *engram_array_buffer(void *data, std::size_t length, v8::ArrayBuffer::Deleter deleter, void *owner) {
  auto store = v8::ArrayBuffer::NewBackingStore(data, length, deleter, owner);
  return v8::ArrayBuffer::New(v8::Isolate::GetCurrent(), std::move(store)).slot;
}
