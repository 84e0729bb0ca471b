//! Reads an ISP into memory, whole or line by line, and unseals passwords and secrets on the way.

use crate::directory::{Book, Client, Directory, Lines, Settings, Subscriber};
use domain::people::{Caller, PlatformCaller};
use domain::{IspId, ServiceId};
use integrations::radius::Secret;
use services::{Keyring, Services};
use std::net::IpAddr;
use std::sync::Arc;
use storage::isps::Isp;
use storage::radius::directory::DirectoryLine;
use storage::radius::nas::SealedNas;
use storage::radius::{directory as lines, nas};

pub(crate) fn caller(isp: IspId) -> Caller {
    Caller::system(isp, "radius")
}

/// Reads every ISP, one after the other, and forgets those that are gone.
pub(crate) async fn everything(services: &Services, directory: &Directory) -> storage::Result<()> {
    let mut tx = services.db.platform(&PlatformCaller::system("radius")).await?;
    let isps = storage::isps::list(&mut tx).await?;
    drop(tx);
    for gone in directory.isps().into_iter().filter(|id| !isps.iter().any(|isp| isp.id == *id)) {
        directory.remove(gone);
    }
    for isp in isps {
        whole(services, directory, isp).await?;
    }
    Ok(())
}

/// Reads one ISP.
pub(crate) async fn one(services: &Services, directory: &Directory, id: IspId) -> storage::Result<()> {
    match storage::isps::load(&services.db, id).await? {
        Some(isp) => whole(services, directory, isp).await,
        None => {
            directory.remove(id);
            Ok(())
        }
    }
}

async fn whole(services: &Services, directory: &Directory, isp: Isp) -> storage::Result<()> {
    let mut tx = services.db.isp(&caller(isp.id)).await?;
    let sealed = nas::active(&mut tx).await?;
    let found = lines::lines(&mut tx, services.now()).await?;
    tx.rollback().await?;
    let settings = Settings { policy: isp.policy, zone: isp.zone };
    let book = directory.book(isp.id).unwrap_or_else(|| Arc::new(Book::new(isp.id, settings.clone())));
    let keys = services.keys.clone();
    // Unsealing a hundred thousand passwords takes a moment that nobody else should wait for.
    let opened = tokio::task::spawn_blocking({
        let book = book.clone();
        move || {
            let mut lines = Lines::default();
            unseal(&keys, found).into_iter().for_each(|subscriber| lines.put(subscriber));
            let clients = sealed.into_iter().filter_map(|nas| client(&keys, &book, nas)).collect::<Vec<_>>();
            (lines, clients)
        }
    });
    let (lines, clients) = opened.await.map_err(|error| storage::Error::Corrupt(error.to_string()))?;
    book.set(settings, lines);
    directory.put(book, clients);
    Ok(())
}

/// Reads some services of an ISP anew.
pub(crate) async fn some(services: &Services, book: &Book, ids: &[ServiceId]) -> storage::Result<()> {
    let mut tx = services.db.isp(&caller(book.isp_id)).await?;
    let found = lines::lines_of(&mut tx, ids, services.now()).await?;
    tx.rollback().await?;
    book.change(ids, unseal(&services.keys, found));
    Ok(())
}

fn unseal(keys: &Keyring, found: Vec<DirectoryLine>) -> Vec<Subscriber> {
    let (all, mut closed) = (found.len(), 0);
    let mut subscribers = Vec::with_capacity(all);
    for found in found {
        match keys.open(found.line.service_id.0.as_bytes(), &found.secret_sealed) {
            Ok(password) => {
                let key = found.username.to_ascii_lowercase().into_boxed_str();
                subscribers.push(Subscriber::new(key, password.into_boxed_slice(), found.line, found.held));
            }
            Err(_) => closed += 1,
        }
    }
    if closed > 0 {
        tracing::error!(closed, all, "passwords of subscribers do not open with this key; these subscribers are unknown to RADIUS");
    }
    subscribers
}

fn client(keys: &Keyring, book: &Arc<Book>, nas: SealedNas) -> Option<(IpAddr, Client)> {
    match keys.open(nas.id.0.as_bytes(), &nas.secret_sealed) {
        Ok(secret) => {
            let client = Client::new(nas.id, nas.vendor, Secret::new(&secret), nas.require_message_authenticator, book.clone());
            Some((nas.address, client))
        }
        Err(_) => {
            tracing::error!(nas = %nas.id, "the secret of a RADIUS client does not open with this key; it is unknown to RADIUS");
            None
        }
    }
}
