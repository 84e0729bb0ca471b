//! Where things lie: the checkout, the cache, what was built for this checkout, and a scratch folder for one run.
//! Makes folders, never builds or starts anything.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, chown};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// PostgreSQL refuses to run as root, and so do we run it as somebody who owns nothing else.
const UNPRIVILEGED: [&str; 2] = ["postgres", "nobody"];
/// A socket's whole path may have 107 bytes, and `/.s.PGSQL.5432` follows ours.
const SOCKET_FOLDER_MAX: usize = 90;

pub struct Layout {
    pub root: PathBuf,
    pub cache: PathBuf,
    pub target: PathBuf,
    /// What was built for this checkout: `lastmile`, `hash.txt` and `site/`, side by side as on a server.
    pub build: PathBuf,
}

/// The account that owns a private cluster.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Owner {
    pub uid: u32,
    pub gid: u32,
}

impl Layout {
    pub fn find() -> Result<Self> {
        let root =
            Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).context("xtask lies two folders below the root")?.canonicalize()?;
        let cache = cache_folder()?;
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| cache.join("target"), PathBuf::from);
        let build = cache.join("builds").join(checkout_key(&root));
        fs::create_dir_all(&build)?;
        fs::write(build.join("checkout"), root.as_os_str().as_encoded_bytes())?;
        let layout = Self { root, cache, target, build };
        layout.forget_removed_checkouts()?;
        Ok(layout)
    }

    pub fn site(&self) -> PathBuf {
        self.build.join("site")
    }

    pub fn hash_file(&self) -> PathBuf {
        self.build.join("hash.txt")
    }

    pub fn server(&self) -> PathBuf {
        self.build.join("lastmile")
    }

    /// A fresh folder for one run that `owner` can reach, swept up by a later run if this one is killed.
    pub fn scratch(&self, kind: &str, owner: Owner) -> Result<Scratch> {
        let base = self.scratch_base(owner)?;
        sweep(&base)?;
        let path = base.join(format!("{kind}-{}", std::process::id()));
        if path.exists() {
            fs::remove_dir_all(&path)?;
        }
        fs::DirBuilder::new().mode(0o700).create(&path).with_context(|| format!("making {}", path.display()))?;
        if me()?.uid == 0 {
            chown(&path, Some(owner.uid), Some(owner.gid))?;
        }
        Ok(Scratch { path })
    }

    fn scratch_base(&self, owner: Owner) -> Result<PathBuf> {
        let inside = self.cache.join("run");
        let fits = inside.as_os_str().len() + 30 < SOCKET_FOLDER_MAX;
        if fits && (me()?.uid != 0 || reachable(&self.cache, owner)) {
            fs::create_dir_all(&inside)?;
            return Ok(inside);
        }
        let outside = PathBuf::from(format!("/var/tmp/lastmile-{}", me()?.uid));
        match fs::DirBuilder::new().mode(0o755).create(&outside) {
            Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
                return Err(error.into());
            }
            _ => {}
        }
        // Anybody may write to /var/tmp: a folder or link that somebody else prepared is not ours to trust.
        let found = fs::symlink_metadata(&outside)?;
        if !found.is_dir() || found.uid() != me()?.uid || found.mode() & 0o022 != 0 {
            bail!("{} is not ours alone; please remove it", outside.display());
        }
        Ok(outside)
    }

    fn forget_removed_checkouts(&self) -> Result<()> {
        for entry in fs::read_dir(self.cache.join("builds"))? {
            let folder = entry?.path();
            let Ok(checkout) = fs::read_to_string(folder.join("checkout")) else {
                continue;
            };
            if !Path::new(&checkout).join("Cargo.toml").exists() {
                fs::remove_dir_all(&folder)?;
            }
        }
        Ok(())
    }
}

/// The same that `./dev` chooses, for those who call cargo themselves.
fn cache_folder() -> Result<PathBuf> {
    if let Some(chosen) = std::env::var_os("LASTMILE_CACHE") {
        return Ok(PathBuf::from(chosen));
    }
    let caches = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let caches = caches.or_else(|| Some(std::env::home_dir()?.join(".cache")));
    Ok(caches.context("no home folder")?.join("lastmile"))
}

/// A folder that goes when the run ends.
pub struct Scratch {
    pub path: PathBuf,
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.path) {
            eprintln!("dev: could not remove {}: {error}", self.path.display());
        }
    }
}

/// The account this process runs as.
pub fn me() -> Result<Owner> {
    let myself = fs::metadata("/proc/self")?;
    Ok(Owner { uid: myself.uid(), gid: myself.gid() })
}

/// The account that a private PostgreSQL runs as: this one, or an unprivileged one when this is root.
pub fn database_owner() -> Result<Owner> {
    let me = me()?;
    if me.uid != 0 {
        return Ok(me);
    }
    let accounts = fs::read_to_string("/etc/passwd")?;
    UNPRIVILEGED.iter().find_map(|name| account(&accounts, name)).context("neither postgres nor nobody in /etc/passwd")
}

fn account(accounts: &str, name: &str) -> Option<Owner> {
    let fields: Vec<&str> = accounts.lines().map(|line| line.split(':').collect()).find(|fields: &Vec<_>| fields[0] == name)?;
    Some(Owner { uid: fields.get(2)?.parse().ok()?, gid: fields.get(3)?.parse().ok()? })
}

/// Whether `owner` may pass through every folder on the way to `path`.
fn reachable(path: &Path, owner: Owner) -> bool {
    path.ancestors().all(|folder| match fs::metadata(folder) {
        Ok(found) if found.uid() == owner.uid => found.mode() & 0o100 != 0,
        Ok(found) if found.gid() == owner.gid => found.mode() & 0o010 != 0,
        Ok(found) => found.mode() & 0o001 != 0,
        Err(_) => false,
    })
}

/// Removes what runs left behind whose process is gone.
fn sweep(base: &Path) -> Result<()> {
    for entry in fs::read_dir(base)? {
        let entry = entry?;
        let name = entry.file_name();
        let process = name.to_string_lossy().rsplit_once('-').and_then(|(_, id)| id.parse::<u32>().ok());
        if process.is_some_and(|id| !Path::new(&format!("/proc/{id}")).exists()) {
            fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}

/// Two checkouts share the compiler's cache but not what is served.
fn checkout_key(root: &Path) -> String {
    let mut hasher = DefaultHasher::new();
    root.hash(&mut hasher);
    let name = root.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    format!("{name}-{:08x}", hasher.finish() as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_found_by_its_whole_name() {
        let accounts = "root:x:0:0::/root:/bin/sh\npostgresql:x:5:6::/:/bin/sh\npostgres:x:101:104::/:/bin/bash\n";
        assert_eq!(account(accounts, "postgres"), Some(Owner { uid: 101, gid: 104 }));
        assert_eq!(account(accounts, "nobody"), None);
    }

    #[test]
    fn two_checkouts_of_one_name_have_different_keys() {
        assert_ne!(checkout_key(Path::new("/a/lastmile")), checkout_key(Path::new("/b/lastmile")));
        assert!(checkout_key(Path::new("/a/lastmile")).starts_with("lastmile-"));
    }

    #[test]
    fn a_stranger_cannot_reach_a_closed_folder() {
        let folder = std::env::temp_dir().join(format!("xtask-reach-{}", std::process::id()));
        fs::DirBuilder::new().mode(0o700).create(&folder).unwrap();
        let stranger = Owner { uid: 4_000_000, gid: 4_000_000 };
        assert!(!reachable(&folder, stranger));
        assert!(reachable(&folder, Owner { uid: me().unwrap().uid, gid: me().unwrap().gid }));
        fs::remove_dir(&folder).unwrap();
    }
}
