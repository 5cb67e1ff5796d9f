fn main() {
    napi_build::setup();
    // RocksDB's and rayon's threads run this library's code: it must stay mapped when a worker that loaded it ends.
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        println!("cargo:rustc-link-arg-cdylib=-Wl,-z,nodelete");
    }
}
