//! Changing settings at one place: inside an ISP or above all of them it is the same, but for how the place is read and in
//! which log it is noted.

use super::view::{Chain, told};
use super::{At, above, below};
use crate::{Error, Result, Services};
use domain::TenantId;
use domain::settings::{self, Group, Key, SettingsForm};
use serde_json::{Value, json};
use storage::settings as store;
use storage::{IspTx, OwnTx, PlatformTx};
use uuid::Uuid;

pub(super) struct Desk<'a> {
    services: &'a Services,
    tx: OwnTx,
    /// Inside an ISP.
    at: At,
    /// Above them.
    tenant: Option<TenantId>,
}

impl<'a> Desk<'a> {
    pub fn inside(services: &'a Services, tx: IspTx, at: At) -> Self {
        Self { services, tx: OwnTx::Isp(tx), at, tenant: None }
    }

    pub fn above(services: &'a Services, tx: PlatformTx, tenant: Option<TenantId>) -> Self {
        Self { services, tx: OwnTx::Platform(tx), at: At::Isp, tenant }
    }

    async fn chain(&mut self) -> Result<(Chain, String)> {
        match &mut self.tx {
            OwnTx::Isp(tx) => below::chain(tx, self.services, self.at).await,
            OwnTx::Platform(tx) => above::chain(tx, self.tenant).await,
        }
    }

    fn by(&self) -> (Option<Uuid>, String) {
        match &self.tx {
            OwnTx::Isp(tx) => (tx.caller().actor_id(), tx.caller().actor_name().to_owned()),
            OwnTx::Platform(tx) => (tx.caller().actor_id(), tx.caller().actor_name().to_owned()),
        }
    }

    async fn note(&mut self, chain: &Chain, name: &str, (before, after): (Value, Value)) -> Result<()> {
        match &mut self.tx {
            OwnTx::Isp(tx) => below::note(tx, self.services, chain.place, before, after).await,
            OwnTx::Platform(tx) => above::note(tx, self.services, (self.tenant, name), before, after).await,
        }
    }

    /// What differs from what was shown becomes the place's own. Answers with the keys of it.
    pub async fn save(mut self, group: Group, form: &SettingsForm) -> Result<Vec<Key>> {
        let (first, _) = self.chain().await?;
        store::lock(&mut self.tx, first.place).await?;
        let (chain, name) = self.chain().await?;
        let was = chain.standing(group);
        let changes = settings::changes(form, chain.place.level, &was).map_err(Error::Invalid)?;
        if changes.is_empty() {
            return Ok(Vec::new());
        }
        let (id, who) = self.by();
        for change in &changes {
            store::put(&mut self.tx, chain.place, change, (id, &who), self.services.now()).await?;
        }
        self.note(&chain, &name, told(&was, &changes)).await?;
        self.tx.commit().await?;
        Ok(changes.iter().map(|change| change.key).collect())
    }

    /// Takes the place's own value away: what is further out holds again.
    pub async fn reset(mut self, key: Key) -> Result<()> {
        let (chain, name) = self.chain().await?;
        let own = chain.view(key).own.ok_or(Error::NotFound)?;
        store::drop(&mut self.tx, chain.place, key).await?;
        self.note(&chain, &name, (json!({ key.slug(): own.value }), json!({ key.slug(): null }))).await?;
        Ok(self.tx.commit().await?)
    }
}
