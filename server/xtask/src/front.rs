//! The browser half: built by cargo-leptos when its sources have changed, compressed once, weighed against its budget.
//! Knows nothing of the server beyond the settings that tell it where the files lie.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::command;
use crate::layout::Layout;

/// What the browser half is made of. `app` also holds server functions, which rebuild it too: cargo cannot tell.
const SOURCES: [&str; 7] = ["app", "frontend", "style", "public", "Cargo.toml", "Cargo.lock", ".cargo/config.toml"];
const WARN_GZIP: usize = 350_000;
const FAIL_GZIP: usize = 450_000;
/// The script of drawn pages: the server sends it itself, a first visit downloads it too.
const SCRIPT: &str = "app/src/drawn/script.js";

/// Sizes in bytes: of the WebAssembly file, and of all that a first visit downloads (with glue, script and stylesheet).
pub struct Sizes {
    pub raw: usize,
    pub gzip: usize,
    pub brotli: usize,
    pub bundle_gzip: usize,
}

/// Builds the browser half unless what was built last is of the same sources.
pub fn ensure(layout: &Layout) -> Result<()> {
    let _alone = alone(layout)?;
    let stamp = layout.build.join("front.stamp");
    let wanted = fingerprint(layout)?;
    if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    command::timed("Building the browser half (about 4 minutes at first, 1 to 2 after a change)", || {
        // In a folder of its own, because the builder empties it first: what serves now goes on serving.
        let fresh = Built::in_folder(layout.build.join("fresh"));
        command::run_to_stderr(&mut cargo_leptos(layout, &fresh)?)?;
        compress(&fresh.site)?;
        replace(layout, &fresh)
    })?;
    Ok(fs::write(&stamp, wanted)?)
}

/// One build at a time in a checkout; the second then finds its work done.
fn alone(layout: &Layout) -> Result<fs::File> {
    let lock = fs::File::create(layout.build.join("front.lock"))?;
    if lock.try_lock().is_err() {
        eprintln!("waiting for another build of the browser half");
        lock.lock()?;
    }
    Ok(lock)
}

struct Built {
    site: PathBuf,
    hash_file: PathBuf,
}

impl Built {
    fn in_folder(folder: PathBuf) -> Self {
        Self { site: folder.join("site"), hash_file: folder.join("hash.txt") }
    }
}

/// The old site goes last, so that a page that asks in between finds one of the two.
fn replace(layout: &Layout, fresh: &Built) -> Result<()> {
    let old = layout.build.join("old");
    if old.exists() {
        fs::remove_dir_all(&old)?;
    }
    if layout.site().exists() {
        fs::rename(layout.site(), &old)?;
    }
    fs::rename(&fresh.site, layout.site())?;
    fs::rename(&fresh.hash_file, layout.hash_file())?;
    if old.exists() {
        fs::remove_dir_all(&old)?;
    }
    Ok(())
}

pub fn is_built(layout: &Layout) -> bool {
    layout.build.join("front.stamp").exists()
}

/// Where the running server finds the files and their hashed names.
pub fn settings(layout: &Layout, server: &mut Command) {
    server.env("LEPTOS_SITE_ROOT", layout.site()).env("LEPTOS_HASH_FILE", layout.hash_file());
}

pub fn sizes(layout: &Layout) -> Result<Sizes> {
    let pkg = layout.site().join("pkg");
    let mut sizes = Sizes { raw: 0, gzip: 0, brotli: 0, bundle_gzip: 0 };
    for file in files(&pkg)? {
        let length = |suffix: &str| -> Result<usize> { Ok(fs::metadata(with_suffix(&file, suffix))?.len() as usize) };
        match file.extension().and_then(|extension| extension.to_str()) {
            Some("wasm") => {
                sizes.raw += length("")?;
                sizes.gzip += length(".gz")?;
                sizes.brotli += length(".br")?;
            }
            Some("js" | "css") => {}
            _ => continue,
        }
        sizes.bundle_gzip += length(".gz")?;
    }
    if sizes.raw == 0 {
        bail!("no WebAssembly file in {}", pkg.display());
    }
    sizes.bundle_gzip += gzip(&fs::read(layout.root.join(SCRIPT))?)?.len();
    Ok(sizes)
}

impl Sizes {
    /// The three figures, as `./dev bench` prints them.
    pub fn print(&self) {
        let kilobytes = |bytes: usize| bytes as f64 / 1000.0;
        println!("wasm.raw_kb {:.1} kB", kilobytes(self.raw));
        println!("wasm.gzip_kb {:.1} kB", kilobytes(self.gzip));
        println!("wasm.brotli_kb {:.1} kB", kilobytes(self.brotli));
    }

    /// Refuses a bundle that a phone on a bad line would wait for.
    pub fn check(&self) -> Result<()> {
        let (bundle, warn, fail) = (self.bundle_gzip / 1000, WARN_GZIP / 1000, FAIL_GZIP / 1000);
        if self.bundle_gzip > FAIL_GZIP {
            bail!("the browser half weighs {bundle} kB gzip, over its budget of {fail} kB");
        }
        if self.bundle_gzip > WARN_GZIP {
            eprintln!("warning: the browser half weighs {bundle} kB gzip; from {warn} kB on, think before adding");
        }
        println!("the browser half weighs {bundle} kB gzip of {fail} kB");
        Ok(())
    }
}

/// The programs of the toolchain that can compile for WASM, when it is not the ordinary one.
fn wasm_path() -> Result<Option<std::ffi::OsString>> {
    let Some(programs) = std::env::var_os("LASTMILE_WASM_TOOLCHAIN_BIN") else {
        return Ok(None);
    };
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(std::iter::once(PathBuf::from(programs)).chain(std::env::split_paths(&path)))?;
    Ok(Some(path))
}

/// A command under the toolchain that can compile for WASM.
fn on_wasm_toolchain(command: &mut Command) -> Result<()> {
    if let Some(path) = wasm_path()? {
        command.env("PATH", path);
        // Left by the ordinary toolchain's proxies, through which we were started.
        for variable in ["RUSTUP_TOOLCHAIN", "RUSTC", "CARGO", "RUSTDOC"] {
            command.env_remove(variable);
        }
    }
    Ok(())
}

fn cargo_leptos(layout: &Layout, into: &Built) -> Result<Command> {
    // By its whole path: with the toolchain's folder first on PATH, `cargo` would look for its subcommands there.
    let mut command = Command::new("cargo-leptos");
    command
        .args(["leptos", "build", "--frontend-only", "--release"])
        .current_dir(&layout.root)
        .env("CARGO_TARGET_DIR", &layout.target)
        .env("LEPTOS_SITE_ROOT", &into.site)
        .env("LEPTOS_HASH_FILE_NAME", &into.hash_file)
        .env("RUST_BACKTRACE", "0");
    let programs = layout.root.join("style/node_modules/.bin");
    on_wasm_toolchain(&mut command)?;
    let path = wasm_path()?.or_else(|| std::env::var_os("PATH")).unwrap_or_default();
    command.env("PATH", std::env::join_paths(std::env::split_paths(&path).chain([programs]))?);
    Ok(command)
}

fn fingerprint(layout: &Layout) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    let mut rustc = Command::new("rustc");
    rustc.arg("-vV");
    on_wasm_toolchain(&mut rustc)?;
    command::output(&mut rustc)?.hash(&mut hasher);
    for source in SOURCES {
        let path = layout.root.join(source);
        let found = if path.is_dir() { files(&path)? } else { vec![path] };
        for file in found {
            file.strip_prefix(&layout.root)?.hash(&mut hasher);
            fs::read(&file).with_context(|| format!("reading {}", file.display()))?.hash(&mut hasher);
        }
    }
    Ok(format!("{:016x}\n", hasher.finish()))
}

/// Every file below, sorted; links and npm's folder left out.
pub fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut entries: Vec<_> =
        fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?.collect::<std::io::Result<_>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let kind = entry.file_type()?;
        if kind.is_file() {
            found.push(entry.path());
        } else if kind.is_dir() && entry.file_name() != "node_modules" {
            found.extend(files(&entry.path())?);
        }
    }
    Ok(found)
}

/// Lays a `.gz` and a `.br` beside what shrinks, so that the server never compresses a file twice.
fn compress(site: &Path) -> Result<()> {
    for file in files(site)? {
        let shrinks = ["wasm", "js", "css", "svg", "json", "txt", "webmanifest"];
        if !file.extension().is_some_and(|extension| shrinks.iter().any(|kind| extension == *kind)) {
            continue;
        }
        let content = fs::read(&file)?;
        fs::write(with_suffix(&file, ".gz"), gzip(&content)?)?;
        let mut brotli = Vec::new();
        brotli::BrotliCompress(&mut content.as_slice(), &mut brotli, &brotli::enc::BrotliEncoderParams::default())?;
        fs::write(with_suffix(&file, ".br"), brotli)?;
    }
    Ok(())
}

fn gzip(content: &[u8]) -> Result<Vec<u8>> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(content)?;
    Ok(gzip.finish()?)
}

fn with_suffix(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings_of(file: &str) -> toml::Table {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
        fs::read_to_string(root.join(file)).unwrap().parse().unwrap()
    }

    #[test]
    fn builder_and_server_agree_on_where_the_files_lie() {
        let built = settings_of("Cargo.toml");
        let built = built["workspace"]["metadata"]["leptos"][0].as_table().unwrap().clone();
        let served = settings_of("Leptos.toml");
        let served = served["workspace"]["metadata"]["leptos"][0].as_table().unwrap().clone();
        for shared in ["output-name", "site-root", "site-pkg-dir", "site-addr", "hash-files"] {
            assert_eq!(built[shared], served[shared], "{shared}");
        }
    }

    #[test]
    fn a_bundle_over_its_budget_is_refused() {
        let weighing = |bundle_gzip| Sizes { raw: 1, gzip: 1, brotli: 1, bundle_gzip };
        assert!(weighing(FAIL_GZIP).check().is_ok());
        assert!(weighing(FAIL_GZIP + 1).check().is_err());
    }

    #[test]
    fn what_shrinks_is_compressed_and_weighed_with_glue_and_stylesheet() {
        let root = std::env::temp_dir().join(format!("xtask-front-{}", std::process::id()));
        let pkg = root.join("site/pkg");
        fs::create_dir_all(&pkg).unwrap();
        fs::create_dir_all(root.join("app/src/drawn")).unwrap();
        fs::write(root.join(SCRIPT), "go();").unwrap();
        for (name, length) in [("a.wasm", 9000), ("a.js", 5000), ("a.css", 4000), ("a.png", 7000)] {
            fs::write(pkg.join(name), vec![b'x'; length]).unwrap();
        }
        compress(&root.join("site")).unwrap();
        assert!(!pkg.join("a.png.gz").exists());
        let layout = Layout { root: root.clone(), cache: root.clone(), target: root.clone(), build: root.clone() };
        let sizes = sizes(&layout).unwrap();
        assert_eq!(sizes.raw, 9000);
        assert!(sizes.gzip < 200 && sizes.brotli < 200);
        assert!(sizes.bundle_gzip > sizes.gzip);
        fs::remove_dir_all(&root).unwrap();
    }
}
