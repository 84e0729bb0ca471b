//! What one person may do (TEN-08, TEN-09): keys that were given open, keys that were closed stay closed, special ones end
//! by themselves, and nobody gives what he has not got.

use crate::seed::{customer, package};
use crate::staff::{Office, form, office};
use domain::AccountId;
use domain::customers::Paging;
use domain::people::{Caller, PersonForm, Preset, RightsForm, Role, SpecialForm};
use domain::rights::Permission as P;
use services::accounts;
use services::{Error, require};

fn rights(keys: &[P], closed: &[P]) -> RightsForm {
    let names = |keys: &[P]| keys.iter().map(|key| key.key().to_string()).collect();
    RightsForm { keys: names(keys), closed: names(closed) }
}

fn special(key: P, until: &str) -> SpecialForm {
    SpecialForm { permission: key.key().into(), until: until.into(), reason: "While the boss is away".into(), ..SpecialForm::default() }
}

struct Clerk {
    office: Office,
    id: AccountId,
    token: String,
}

async fn clerk() -> Clerk {
    let office = office().await;
    let (id, token, _) = office.hire(&office.boss, &form(Role::Staff, "clerk")).await;
    Clerk { office, id, token }
}

impl Clerk {
    async fn now(&self) -> Caller {
        self.office.caller(&self.token).await
    }
}

#[tokio::test]
async fn a_preset_is_where_somebody_begins_and_every_key_can_be_changed() {
    let office = office().await;
    let services = &office.world.services;
    let form = PersonForm { preset: "collector".into(), ..form(Role::Staff, "rina") };
    let (id, token, rina) = office.hire(&office.boss, &form).await;
    for key in Preset::Collector.keys() {
        assert!(rina.allowed(*key), "{}", key.key());
    }
    assert!(!rina.allowed(P::BillingGenerate));
    accounts::save_rights(services, &office.boss, id, &rights(&[P::CustomersView, P::NetworkView], &[])).await.unwrap();
    let rina = office.caller(&token).await;
    assert!(rina.allowed(P::CustomersView) && rina.allowed(P::NetworkView) && !rina.allowed(P::PaymentsReceive), "at once");
    assert_eq!(accounts::person(services, &office.boss, id).await.unwrap().row.preset, Some(Preset::Collector));
}

#[tokio::test]
async fn nobody_gives_what_he_has_not_got() {
    let office = office().await;
    let services = &office.world.services;
    let (_, _, north) = office.hire(&office.boss, &form(Role::Reseller, "north")).await;
    let (clerk, token, _) = office.hire(&north, &PersonForm { preset: "accountant".into(), ..form(Role::Staff, "clerk") }).await;
    let his = office.caller(&token).await;
    assert!(his.allowed(P::BillingView) && !his.allowed(P::LedgerView), "the preset gives what the reseller has");
    let refused = accounts::save_rights(services, &north, clerk, &rights(&[P::LedgerView], &[])).await;
    assert!(matches!(refused, Err(Error::Denied(P::LedgerView))), "{refused:?}");
    assert!(matches!(accounts::give_special(services, &north, clerk, &special(P::PaymentsBackdate, "")).await, Err(Error::Denied(_))));
    // What the boss gave stays when the reseller saves his own ticks.
    accounts::save_rights(services, &office.boss, clerk, &rights(&[P::BillingView, P::CustomersExport], &[])).await.unwrap();
    accounts::save_rights(services, &north, clerk, &rights(&[P::PaymentsView], &[])).await.unwrap();
    let his = office.caller(&token).await;
    assert!(his.allowed(P::CustomersExport) && his.allowed(P::PaymentsView) && !his.allowed(P::BillingView));
    let refused = accounts::save_rights(services, &office.boss, clerk, &rights(&[P::LedgerView], &[])).await;
    assert!(matches!(refused, Err(Error::Denied(P::LedgerView))), "the books know no branch");
    // A key that the role cannot hold is no choice.
    let refused = accounts::save_rights(services, &office.boss, clerk, &rights(&[P::PackagesMaster], &[])).await;
    assert!(matches!(refused, Err(Error::Denied(P::PackagesMaster))));
    assert!(matches!(accounts::save_rights(services, &his, clerk, &rights(&[], &[])).await, Err(Error::Denied(_))), "not for himself");
}

#[tokio::test]
async fn no_wins_over_yes() {
    let clerk = clerk().await;
    let (services, boss) = (&clerk.office.world.services, &clerk.office.boss);
    accounts::give_special(services, boss, clerk.id, &special(P::PaymentsReceive, "2026-11-30")).await.unwrap();
    assert!(clerk.now().await.allowed(P::PaymentsReceive));
    accounts::save_rights(services, boss, clerk.id, &rights(&[P::PaymentsReceive], &[P::PaymentsReceive, P::PackagesView])).await.unwrap();
    let now = clerk.now().await;
    assert!(!now.allowed(P::PaymentsReceive) && !now.allowed(P::PackagesView), "a right of the role is closed too");
    assert!(matches!(services::packages::list_packages(services, &now).await, Err(Error::Denied(_))));
    accounts::save_rights(services, boss, clerk.id, &rights(&[P::PaymentsReceive], &[])).await.unwrap();
    assert!(clerk.now().await.allowed(P::PaymentsReceive));
}

#[tokio::test]
async fn a_special_right_wants_a_reason_and_ends_by_itself() {
    let clerk = clerk().await;
    let (services, boss) = (&clerk.office.world.services, &clerk.office.boss);
    let key = |error: Error| crate::staff::keys(error).remove(0);
    let mute = SpecialForm { reason: " ".into(), ..special(P::ManualDiscount, "") };
    assert_eq!(key(accounts::give_special(services, boss, clerk.id, &mute).await.unwrap_err()), "problem-reason");
    let past = special(P::ManualDiscount, "2026-10-31");
    assert_eq!(key(accounts::give_special(services, boss, clerk.id, &past).await.unwrap_err()), "problem-until-past");
    accounts::give_special(services, boss, clerk.id, &special(P::ManualDiscount, "2026-11-01")).await.unwrap();
    assert!(clerk.now().await.allowed(P::ManualDiscount));
    // The last day is over at midnight in Dhaka: 18:00 UTC. He works on all the time.
    for _ in 0..28 {
        clerk.office.world.clock.advance(chrono::TimeDelta::minutes(29));
        clerk.now().await;
    }
    clerk.office.world.clock.advance(chrono::TimeDelta::minutes(26));
    assert!(clerk.now().await.allowed(P::ManualDiscount), "still the last day");
    clerk.office.world.clock.advance(chrono::TimeDelta::minutes(5));
    assert!(!clerk.now().await.allowed(P::ManualDiscount), "no job had to run");
    let view = accounts::rights_of(services, boss, clerk.id).await.unwrap();
    assert!(view.special[0].over && view.special[0].reason.as_deref() == Some("While the boss is away"));
}

#[tokio::test]
async fn a_right_for_one_subscriber_opens_that_one() {
    let clerk = clerk().await;
    let (services, boss) = (&clerk.office.world.services, &clerk.office.boss);
    let home = package(services, boss, "Home 10", "1000").await;
    let (rahim, karim) = (customer(services, boss, home, "rahim").await, customer(services, boss, home, "karim").await);
    let number = services::customers::customer(services, boss, rahim).await.unwrap().number;
    let form = SpecialForm { customer: number.clone(), ..special(P::EditSuspendDate, "2026-11-30") };
    accounts::save_rights(services, boss, clerk.id, &rights(&[P::CustomersView], &[])).await.unwrap();
    accounts::give_special(services, boss, clerk.id, &form).await.unwrap();
    let now = clerk.now().await;
    assert!(!now.allowed(P::EditSuspendDate) && now.allowed_for(P::EditSuspendDate, rahim) && !now.allowed_for(P::EditSuspendDate, karim));
    let until = Some("2026-12-01".parse().unwrap());
    services::dunning::exempt(services, &now, rahim, "His house is being rebuilt", until).await.unwrap();
    assert!(matches!(services::dunning::exempt(services, &now, karim, "His too", until).await, Err(Error::Denied(_))));
    let wrong = SpecialForm { customer: number, ..special(P::LedgerReopen, "") };
    assert_eq!(crate::staff::keys(accounts::give_special(services, boss, clerk.id, &wrong).await.unwrap_err()), ["problem-key-for-all"]);
    let grant = accounts::rights_of(services, boss, clerk.id).await.unwrap().special[0].id;
    accounts::take_special(services, boss, clerk.id, grant).await.unwrap();
    assert!(!clerk.now().await.allowed_for(P::EditSuspendDate, rahim));
}

#[tokio::test]
async fn a_closed_menu_is_closed_for_everybody_below_and_in_the_use_cases() {
    let office = office().await;
    let services = &office.world.services;
    let (north, token, mr_north) = office.hire(&office.boss, &form(Role::Reseller, "north")).await;
    let (_, sub_token, _) = office.hire(&mr_north, &form(Role::SubReseller, "sub")).await;
    let (_, other_token, _) = office.hire(&office.boss, &form(Role::Reseller, "south")).await;
    assert!(matches!(accounts::hide_menus(services, &mr_north, north, &["money".into()]).await, Err(Error::Denied(_))));
    accounts::hide_menus(services, &office.boss, north, &["money".into(), "resellers".into()]).await.unwrap();
    for token in [&token, &sub_token] {
        let caller = office.caller(token).await;
        let invoices = services::billing::invoices(services, &caller, &Default::default(), None, Paging::new(1, 25)).await;
        assert!(matches!(invoices, Err(Error::Denied(P::BillingView))));
        assert!(require(&caller, P::PaymentsReceive).is_err() && require(&caller, P::CustomersView).is_ok());
    }
    let north_now = office.caller(&token).await;
    assert!(matches!(accounts::create_person(services, &north_now, &form(Role::Staff, "new")).await, Err(Error::Denied(_))));
    assert!(office.caller(&other_token).await.allowed(P::BillingView), "his neighbour is not touched");
    accounts::hide_menus(services, &office.boss, north, &[]).await.unwrap();
    assert!(office.caller(&token).await.allowed(P::BillingView));
}

#[tokio::test]
async fn roles_are_called_as_the_isp_calls_them() {
    let office = office().await;
    let services = &office.world.services;
    let titles = std::collections::BTreeMap::from([("reseller-en".to_string(), "POP".to_string()), ("reseller-bn".into(), "পপ".into())]);
    accounts::set_role_titles(services, &office.boss, &domain::people::TitleForm { titles }).await.unwrap();
    let (_, _, north) = office.hire(&office.boss, &form(Role::Reseller, "north")).await;
    assert!(matches!(accounts::set_role_titles(services, &north, &Default::default()).await, Err(Error::Denied(_))));
    let all = accounts::role_titles(services, &north).await.unwrap();
    assert_eq!(domain::people::Titles::of(&all, "bn").get(Role::Reseller), Some("পপ"));
    assert!(accounts::role_titles(services, &office.world.meghna.admin).await.unwrap().is_empty(), "of this ISP alone");
    accounts::set_role_titles(services, &office.boss, &Default::default()).await.unwrap();
    assert!(accounts::role_titles(services, &north).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_set_of_the_isp_is_what_new_staff_begin_with() {
    let office = office().await;
    let (services, boss) = (&office.world.services, &office.boss);
    let collector = |name: &str| PersonForm { preset: "collector".into(), ..form(Role::Staff, name) };
    let (rina, token, _) = office.hire(boss, &collector("rina")).await;
    let names = |keys: &[P]| keys.iter().map(|key| key.key().to_string()).collect::<Vec<_>>();
    let wanted = [P::CustomersView, P::PaymentsView, P::PaymentsReceive, P::CashDesk, P::SessionsView];
    accounts::save_preset(services, boss, Preset::Collector, 0, &names(&wanted)).await.unwrap();
    let again = accounts::save_preset(services, boss, Preset::Collector, 0, &names(&[P::CashDesk])).await.unwrap_err();
    assert_eq!(crate::staff::keys(again), ["problem-changed-meanwhile"]);
    let (_, _, mina) = office.hire(boss, &collector("mina")).await;
    assert!(mina.allowed(P::SessionsView) && !mina.allowed(P::BillingView), "she begins with the set as it is now");
    let his = office.caller(&token).await;
    assert!(!his.allowed(P::SessionsView) && his.allowed(P::BillingView), "nobody was changed behind his back");
    let view = async || accounts::presets(services, boss).await.unwrap().into_iter().find(|view| view.preset == Preset::Collector).unwrap();
    let now = view().await;
    assert_eq!((now.changed, now.version, now.people, now.differing.len()), (true, 1, 2, 1));
    let person = &now.differing[0];
    assert_eq!(
        (person.id, &person.difference.missing[..], &person.difference.more[..]),
        (rina, &[P::SessionsView][..], &[P::BillingView][..])
    );

    accounts::give_special(services, boss, rina, &special(P::ManualDiscount, "2026-11-30")).await.unwrap();
    accounts::bring_to_preset(services, boss, rina).await.unwrap();
    let his = office.caller(&token).await;
    assert!(his.allowed(P::SessionsView) && !his.allowed(P::BillingView) && his.allowed(P::ManualDiscount));
    assert!(view().await.differing.is_empty());
    accounts::restore_preset(services, boss, Preset::Collector).await.unwrap();
    let now = view().await;
    assert_eq!((now.changed, now.version, now.differing.len()), (false, 0, 2), "both have what the ISP's set held");
    assert_eq!(now.keys, Preset::Collector.keys().iter().copied().collect());
    let meghna = &office.world.meghna.admin;
    assert!(accounts::presets(services, meghna).await.unwrap().iter().all(|view| !view.changed && view.people == 0));
}

#[tokio::test]
async fn nobody_makes_or_brings_to_a_set_what_he_lacks() {
    let office = office().await;
    let (services, boss) = (&office.world.services, &office.boss);
    let (_, _, north) = office.hire(boss, &form(Role::Reseller, "north")).await;
    assert!(matches!(accounts::save_preset(services, &north, Preset::Noc, 0, &[]).await, Err(Error::Denied(P::PeopleManage))));
    assert!(matches!(accounts::restore_preset(services, &north, Preset::Noc).await, Err(Error::Denied(_))));
    let named = |key: P| vec![key.key().to_string()];
    for never in [P::PackagesMaster, P::ManualDiscount] {
        let refused = accounts::save_preset(services, boss, Preset::Noc, 0, &named(never)).await;
        assert!(matches!(refused, Err(Error::Denied(key)) if key == never), "{never:?}: {refused:?}");
    }
    let wrong = accounts::save_preset(services, boss, Preset::Noc, 0, &["walk.on.water".into()]).await.unwrap_err();
    assert_eq!(crate::staff::keys(wrong), ["problem-choice"]);
    accounts::save_preset(services, boss, Preset::Support, 0, &[P::CustomersView, P::CustomersExport].map(|key| key.key().to_string()))
        .await
        .unwrap();
    let support = |name: &str| PersonForm { preset: "support".into(), ..form(Role::Staff, name) };
    let (helper, token, his) = office.hire(&north, &support("helper")).await;
    assert!(his.allowed(P::CustomersView) && !his.allowed(P::CustomersExport), "the reseller may not export himself");
    accounts::bring_to_preset(services, &north, helper).await.unwrap();
    assert!(!office.caller(&token).await.allowed(P::CustomersExport));
    accounts::bring_to_preset(services, boss, helper).await.unwrap();
    assert!(office.caller(&token).await.allowed(P::CustomersExport), "the boss holds it");
    let (other, _, _) = office.hire(boss, &support("other")).await;
    assert!(matches!(accounts::bring_to_preset(services, &north, other).await, Err(Error::NotFound)), "not of his subtree");
    let (none, _, _) = office.hire(boss, &form(Role::Staff, "none")).await;
    assert!(matches!(accounts::bring_to_preset(services, boss, none).await, Err(Error::NotFound)), "he began with no set");
    let (manager, _, chief) = office.hire(boss, &PersonForm { preset: "noc".into(), ..form(Role::Manager, "chief") }).await;
    assert!(chief.allowed(P::NetworkView) && !chief.allowed(P::NetworkEdit), "a manager gets of it what managers can be given");
    assert!(accounts::difference_of(services, boss, manager).await.unwrap().unwrap().difference.is_none());
}
