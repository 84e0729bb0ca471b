//! From settings to a database that is up to date and use cases that are ready.

use crate::cluster::Cluster;
use crate::config::Config;
use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::people::PlatformCaller;
use rand::RngCore;
use services::documents::{PATIENCE, Press};
use services::{Keyring, Services, SystemClock};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::sync::Arc;
use storage::Db;

/// Everything that must be put away again at the end.
pub struct Booted {
    pub services: Services,
    pub database_url: String,
    cluster: Option<Cluster>,
}

impl Booted {
    /// Closes the connections and, if nobody else uses it, the private cluster.
    pub async fn shut_down(self) -> Result<()> {
        self.services.db.close().await;
        match self.cluster {
            Some(cluster) => tokio::task::spawn_blocking(move || cluster.stop()).await?,
            None => Ok(()),
        }
    }
}

/// Starts the private cluster if there is no other database, migrates, and checks the seal key.
pub async fn boot(config: &Config, connections: u32) -> Result<Booted> {
    let keys = keyring(config)?;
    let (cluster, database_url) = match &config.database_url {
        Some(url) => (None, url.clone()),
        None => {
            let data = config.data.clone();
            let cluster = tokio::task::spawn_blocking(move || Cluster::start(&data)).await??;
            let url = cluster.url();
            (Some(cluster), url)
        }
    };
    let ready = async {
        let db = Db::connect(&database_url, connections).await.map_err(explain).context("LASTMILE_DATABASE_URL")?;
        db.migrate().await.map_err(explain)?;
        check_key(&db, &keys).await?;
        Ok::<_, anyhow::Error>(Services::new(db, keys, Arc::new(SystemClock)).with_press(press()?))
    };
    match ready.await {
        Ok(services) => Ok(Booted { services, database_url, cluster }),
        Err(error) => {
            if let Some(cluster) = cluster {
                tokio::task::spawn_blocking(move || cluster.stop()).await??;
            }
            Err(error)
        }
    }
}

/// This program once more sets what ISPs wrote themselves.
fn press() -> Result<Press> {
    let program = std::env::current_exe().context("where this program lies")?;
    Ok(Press::new(Some((program, vec!["press".into()])), PATIENCE))
}

fn explain(error: storage::Error) -> anyhow::Error {
    anyhow::Error::new(error)
}

/// The key from the settings, or the one in the data folder, made when there is none.
fn keyring(config: &Config) -> Result<Keyring> {
    let path = config.data.join("seal.key");
    let text = match &config.seal_key {
        Some(key) => key.clone(),
        None => match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let mut key = [0u8; 32];
                rand::rng().fill_bytes(&mut key);
                let text = STANDARD.encode(key);
                std::fs::create_dir_all(&config.data)?;
                let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
                file.write_all(text.as_bytes())?;
                text
            }
            Err(error) => return Err(error).with_context(|| path.display().to_string()),
        },
    };
    let key = STANDARD.decode(text.trim()).context("the seal key is not base64")?;
    Keyring::new(&key).context("the seal key")
}

/// A wrong key is an error at start, never a secret that silently reads as nothing (SEC-12).
async fn check_key(db: &Db, keys: &Keyring) -> Result<()> {
    const OWNER: &[u8] = b"installation";
    let sealed = keys.seal(OWNER, b"lastmile")?;
    let mut tx = db.platform(&PlatformCaller::system("boot")).await?;
    let (key_id, check) = storage::isps::installation_key(&mut tx, keys.id(), &sealed).await?;
    tx.commit().await?;
    if keys.open(OWNER, &check).is_err() {
        bail!(
            "this database was sealed with key {key_id}, but the key given is {}. Set LASTMILE_SEAL_KEY to the key of that installation, or restore its seal.key; nothing was changed",
            keys.id()
        );
    }
    Ok(())
}
