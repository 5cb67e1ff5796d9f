fn main() {
    napi_build::setup();
    compile_through_v8();
    // RocksDB's and rayon's threads run this library's code: it must stay mapped when a worker that loaded it ends.
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        println!("cargo:rustc-link-arg-cdylib=-Wl,-z,nodelete");
    }
}

/// What is asked of V8 itself: it is C++, and only a C++ compiler calls it as it must be called.
fn compile_through_v8() {
    println!("cargo:rerun-if-changed=src/array_buffer/through_v8.cc");
    if std::env::var("CARGO_CFG_UNIX").is_ok() {
        cc::Build::new()
            .cpp(true)
            .std("c++17")
            .flag("-fno-exceptions")
            .flag("-fno-rtti")
            .file("src/array_buffer/through_v8.cc")
            .compile("engram_through_v8");
    }
}
