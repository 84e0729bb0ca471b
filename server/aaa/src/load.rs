//! Reads an ISP into memory, whole or line by line, and unseals passwords and secrets on the way.

use crate::directory::{Book, Client, Directory, Lines, Realm, Settings, Subscriber};
use crate::online::Seat;
use domain::access::Rules;
use domain::people::{Caller, PlatformCaller};
use domain::{IspId, NasId, ServiceId};
use integrations::radius::Secret;
use services::{Keyring, Services};
use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
use std::sync::Arc;
use storage::IspTx;
use storage::isps::Isp;
use storage::radius::directory::{DirectoryLine, Held};
use storage::radius::nas::SealedNas;
use storage::radius::{directory as lines, nas, rules, sessions};

pub(crate) fn caller(isp: IspId) -> Caller {
    Caller::system(isp, "radius")
}

/// Reads every ISP, one after the other, and forgets those that are gone.
pub(crate) async fn everything(services: &Services, directory: &Directory) -> storage::Result<()> {
    let mut tx = services.db.platform(&PlatformCaller::system("radius")).await?;
    let mut isps = storage::isps::list(&mut tx).await?;
    drop(tx);
    // One that has ended is not served; one that is suspended is, because its subscribers have paid it.
    isps.retain(|isp| isp.active);
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
        Some(isp) if isp.active => whole(services, directory, isp).await,
        _ => {
            directory.remove(id);
            Ok(())
        }
    }
}

/// What hangs on lines beside the lines themselves.
#[derive(Default)]
struct Beside {
    rules: HashMap<ServiceId, Rules>,
    listed: HashMap<ServiceId, Held>,
}

async fn whole(services: &Services, directory: &Directory, isp: Isp) -> storage::Result<()> {
    let mut tx = services.db.isp(&caller(isp.id)).await?;
    let sealed = nas::active(&mut tx, services.now()).await?;
    let found = lines::lines(&mut tx, services.now()).await?;
    let beside = Beside {
        rules: rules::all(&mut tx).await?.into_iter().collect(),
        listed: rules::listed_by_mobile(&mut tx, None).await?.into_iter().map(|(id, until)| (id, Held::until(until))).collect(),
    };
    let settings = settings(&mut tx, &isp).await?;
    let open = sessions::seats(&mut tx, None).await?;
    tx.rollback().await?;
    let book = directory.book(isp.id).unwrap_or_else(|| Arc::new(Book::new(isp.id, settings.clone())));
    let keys = services.keys.clone();
    // Unsealing a hundred thousand passwords takes a moment that nobody else should wait for.
    let opened = tokio::task::spawn_blocking({
        let book = book.clone();
        move || {
            let mut lines = Lines::default();
            unseal(&keys, found, beside).into_iter().for_each(|subscriber| lines.put(subscriber));
            let clients = sealed.into_iter().filter_map(|nas| client(&keys, &book, nas)).collect::<Vec<_>>();
            (lines, clients)
        }
    });
    let (lines, clients) = opened.await.map_err(|error| storage::Error::Corrupt(error.to_string()))?;
    book.set(settings, lines);
    book.online.replace_all(open.into_iter().map(|(service, seat)| (service, Seat::from(seat))));
    directory.put(book, clients);
    Ok(())
}

async fn settings(tx: &mut IspTx, isp: &Isp) -> storage::Result<Settings> {
    let realms = rules::realms(tx).await?;
    let (mut listed_macs, mut listed_names) = (HashMap::new(), HashMap::new());
    for entry in rules::listed(tx).await? {
        let list = if entry.kind == "mac" { &mut listed_macs } else { &mut listed_names };
        list.insert(entry.value, Held::until(entry.until));
    }
    let realms = realms.into_iter().map(|realm| (realm.realm, Realm { framed_pool: realm.framed_pool, mac_auth: realm.mac_auth }));
    Ok(Settings { policy: isp.policy.clone(), zone: isp.zone, realms: realms.collect(), listed_macs, listed_names })
}

/// Reads some services of an ISP anew.
pub(crate) async fn some(services: &Services, book: &Book, ids: &[ServiceId]) -> storage::Result<()> {
    let mut tx = services.db.isp(&caller(book.isp_id)).await?;
    let found = lines::lines_of(&mut tx, ids, services.now()).await?;
    let beside = Beside {
        rules: rules::of(&mut tx, ids).await?.into_iter().collect(),
        listed: rules::listed_by_mobile(&mut tx, Some(ids)).await?.into_iter().map(|(id, until)| (id, Held::until(until))).collect(),
    };
    tx.rollback().await?;
    book.change(ids, unseal(&services.keys, found, beside));
    Ok(())
}

/// Reads anew who is online on some lines.
pub(crate) async fn seats(services: &Services, book: &Book, ids: &[ServiceId]) -> storage::Result<()> {
    let mut tx = services.db.isp(&caller(book.isp_id)).await?;
    let open = sessions::seats(&mut tx, Some(ids)).await?;
    tx.rollback().await?;
    let mut found: HashMap<ServiceId, Vec<Seat>> = ids.iter().map(|id| (*id, Vec::new())).collect();
    for (service, seat) in open {
        found.entry(service).or_default().push(Seat::from(seat));
    }
    found.into_iter().for_each(|(service, seats)| book.online.replace(service, seats));
    Ok(())
}

fn unseal(keys: &Keyring, found: Vec<DirectoryLine>, mut beside: Beside) -> Vec<Subscriber> {
    let (all, mut closed) = (found.len(), 0);
    let mut subscribers = Vec::with_capacity(all);
    // Most lines of a package have the same rules: they are kept once.
    let mut same: HashSet<Arc<Rules>> = HashSet::new();
    let common = Arc::new(Rules::default());
    for found in found {
        let service = found.line.service_id;
        let rules = match beside.rules.remove(&service) {
            None => common.clone(),
            Some(rules) => same.get(&rules).cloned().unwrap_or_else(|| {
                let rules = Arc::new(rules);
                same.insert(rules.clone());
                rules
            }),
        };
        let listed = beside.listed.remove(&service).unwrap_or(Held::No);
        match keys.open(service.0.as_bytes(), &found.secret_sealed) {
            Ok(password) => {
                let key = found.username.to_ascii_lowercase().into_boxed_str();
                subscribers.push(Subscriber::new(key, password.into_boxed_slice(), found.line, found.held, rules, listed));
            }
            Err(_) => closed += 1,
        }
    }
    if closed > 0 {
        tracing::error!(closed, all, "passwords of subscribers do not open with this key; these subscribers are unknown to RADIUS");
    }
    subscribers
}

/// An access server that is out of use, for what it reported before.
pub(crate) async fn retired(services: &Services, book: &Arc<Book>, id: NasId) -> storage::Result<Option<Arc<Client>>> {
    let mut tx = services.db.isp(&caller(book.isp_id)).await?;
    let sealed = nas::sealed(&mut tx, id).await?;
    tx.rollback().await?;
    Ok(sealed.and_then(|nas| client(&services.keys, book, nas)).map(|(_, client)| Arc::new(client)))
}

fn client(keys: &Keyring, book: &Arc<Book>, nas: SealedNas) -> Option<(IpAddr, Client)> {
    match keys.open(nas.id.0.as_bytes(), &nas.secret_sealed) {
        Ok(secret) => Some((nas.address, Client::new(nas, Secret::new(&secret), book.clone()))),
        Err(_) => {
            tracing::error!(nas = %nas.id, "the secret of a RADIUS client does not open with this key; it is unknown to RADIUS");
            None
        }
    }
}
