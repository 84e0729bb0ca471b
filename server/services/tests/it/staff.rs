//! A house with people in it who really sign in: the boss, and whoever he makes.

use domain::AccountId;
use domain::people::{Caller, PersonForm, Role};
use services::Error;
use services::accounts;
use services::people::{self, Attempt, Site, Who, hash_password, recognise, sign_in};
use storage::accounts::NewAccount;
use testkit::{World, world};
use uuid::Uuid;

pub const PASSWORD: &str = "Correct-horse-1";

pub struct Office {
    pub world: World,
    pub boss: Caller,
    pub boss_token: String,
}

pub async fn office() -> Office {
    let world = world("2026-11-01T04:00:00Z").await;
    an_admin(&world, "boss").await;
    let office = Office { boss: world.padma.admin.clone(), boss_token: String::new(), world };
    let (boss_token, boss) = office.come_in("boss", PASSWORD).await;
    Office { boss, boss_token, ..office }
}

pub async fn an_admin(world: &World, username: &str) -> AccountId {
    let hash = hash_password(PASSWORD).await.unwrap();
    let mut tx = world.services.db.isp(&world.padma.admin).await.unwrap();
    let id = AccountId(Uuid::now_v7());
    let account = NewAccount {
        id,
        role: Role::Admin,
        name: username,
        email: None,
        username: Some(username),
        mobile: None,
        password_hash: &hash,
        customer_id: None,
        grants: &[],
    };
    storage::accounts::create(&mut tx, account).await.unwrap();
    tx.commit().await.unwrap();
    id
}

pub fn form(role: Role, username: &str) -> PersonForm {
    PersonForm { role: role.slug().into(), name: format!("Mr {username}"), username: username.into(), ..PersonForm::default() }
}

pub fn below(role: Role, username: &str, above: AccountId) -> PersonForm {
    PersonForm { above: above.to_string(), ..form(role, username) }
}

impl Office {
    pub async fn attempt(&self, username: &str, password: &str) -> services::Result<people::SignedIn> {
        let attempt = Attempt { site: Site::Isp(self.world.padma.id), login: username, password, ip: None, agent: "test" };
        sign_in(&self.world.services, &attempt).await
    }

    pub async fn who(&self, token: &str) -> Option<Who> {
        recognise(&self.world.services, token, Some(self.world.padma.id), None).await.unwrap()
    }

    pub async fn caller(&self, token: &str) -> Caller {
        match self.who(token).await {
            Some(Who::Isp { caller, .. }) => caller,
            other => panic!("{other:?}"),
        }
    }

    /// Signs in with a password that is his own.
    pub async fn come_in(&self, username: &str, password: &str) -> (String, Caller) {
        let token = self.attempt(username, password).await.unwrap().token;
        let caller = self.caller(&token).await;
        (token, caller)
    }

    /// Makes somebody, and lets him choose his password.
    pub async fn hire(&self, by: &Caller, form: &PersonForm) -> (AccountId, String, Caller) {
        let services = &self.world.services;
        let id = accounts::create_person(services, by, form).await.unwrap();
        let first = accounts::shown_first_password(services, by, id).await.unwrap().unwrap();
        let half = self.attempt(&form.username, &first).await.unwrap();
        assert_eq!(half.owes, Some(domain::trust::Owes::Password), "he chooses his own first");
        let who = self.who(&half.token).await.unwrap();
        let whole = people::choose_password(services, &who, PASSWORD, PASSWORD).await.unwrap();
        assert_eq!(whole.owes, None);
        let caller = self.caller(&whole.token).await;
        (id, whole.token, caller)
    }
}

pub fn keys(error: Error) -> Vec<String> {
    match error {
        Error::Invalid(problems) => problems.into_iter().map(|problem| problem.key).collect(),
        Error::Conflict(problem) => vec![problem.key],
        other => panic!("{other:?}"),
    }
}
