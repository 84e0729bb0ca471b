#!/usr/bin/env bash
# Makes a compiler with a WASM library in a folder of its own, where rustup cannot fetch the target: Debian's rustc-web
# with the library source that matches it. Installs nothing on the system and needs no root.
# usage: wasm-toolchain.sh FOLDER
set -euo pipefail
home=$1
sysroot=$(rustc --print sysroot)
host=$(rustc -vV | sed -n 's/^host: //p')

rm -rf "$home"
mkdir -p "$home/bin" "$home/packages"
cd "$home"
depends_on() { apt-cache depends "$1" | sed -n "s/^ *Depends: \($2\)$/\1/p" | head -n 1; }

library=$(depends_on libstd-rust-web-dev 'libstd-rust-web-[0-9.]*')
llvm=$(depends_on "$library" 'libllvm[0-9]*')
(cd packages && apt-get download rustc-web libstd-rust-web-dev rust-web-src "$library" "$llvm")
for package in packages/*.deb; do dpkg -x "$package" .; done
rm -rf packages usr/src/rustc-*/compiler usr/share

# Its libraries are found from a wrapper: a loader path in the environment would reach every other program too.
libraries=$(dirname "$(compgen -G "$home/usr/lib/*/librustc_driver-*.so")")
printf '#!/bin/sh\nLD_LIBRARY_PATH="%s" exec "%s" "$@"\n' "$libraries" "$home/usr/bin/rustc" >bin/rustc
chmod +x bin/rustc
# Cargo and the WASM linker are those of the ordinary toolchain.
ln -sfn "$sysroot/bin/cargo" bin/cargo
ln -sfn "$sysroot/lib/rustlib/$host/bin" "usr/lib/rustlib/$host/bin"

# The library itself, compiled once from source, as an empty crate's dependency.
mkdir -p std/src
printf '[package]\nname = "std-for-wasm"\nedition = "2024"\n[workspace]\n' >std/Cargo.toml
: >std/src/lib.rs
cd std
env -u RUSTUP_TOOLCHAIN -u RUSTC -u RUSTFLAGS -u RUSTC_WRAPPER PATH="$home/bin:$PATH" CARGO_TARGET_DIR="$PWD/target" RUSTC_BOOTSTRAP=1 \
  cargo build --release --target wasm32-unknown-unknown -Zbuild-std=std,panic_abort,panic_unwind,test,proc_macro
rm -f target/wasm32-unknown-unknown/release/deps/libstd_for_wasm-*.rlib
mkdir -p "$home/usr/lib/rustlib/wasm32-unknown-unknown/lib"
cp target/wasm32-unknown-unknown/release/deps/*.rlib "$home/usr/lib/rustlib/wasm32-unknown-unknown/lib/"
rm -rf "$home/std" "$home"/usr/src/rustc-*/
