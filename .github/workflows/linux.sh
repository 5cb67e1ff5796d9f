#!/bin/sh
# What release.yml runs in the image of a Linux: builds, tests and packages engram, with the tools of that system.
set -eu

git config --global --add safe.directory "$PWD" 2>/dev/null || true

if command -v apk >/dev/null; then
  apk add --no-cache bash build-base clang-dev clang-libclang git linux-headers python3 rustup tar
  rustup-init -y --profile minimal --default-toolchain "$RUST"
  PATH="$HOME/.cargo/bin:$PATH"
  PACKAGE_NODES=$(ls -d "$PWD"/nodes/node-* | paste -sd: -)
  export PACKAGE_NODES
  # A library cannot have musl in it. Not by RUSTFLAGS, with which the crate would compile RocksDB itself.
  rust_target="$(uname -m)-unknown-linux-musl"
  name=$(echo "$rust_target" | tr 'a-z-' 'A-Z_')
  export "CARGO_TARGET_${name}_RUSTFLAGS=-C target-feature=-crt-static"
else
  dnf install -y clang-devel gcc-toolset-14 git python3 tar
  # Sets PATH and others, some of which are not there before.
  set +u
  . /opt/rh/gcc-toolset-14/enable
  set -u
  PATH="$PWD/nodes/installed/bin:$PWD/nodes/rust/bin:$PATH"
fi
export PATH

npm test
npm run package
